"""Spectral normalisation against the singular value decomposition and finite differences."""

import keras
import numpy as np
import pytest
from keras import layers, ops

import kerasgan
from kerasgan.engine.network_checks.independence import treats_samples_independently
from kerasgan.layers import SpectralNormalization
from kerasgan.ops.gradients import input_gradients
from tests.conformance.catalogue import EAGER
from tests.engine.games import POINTS, fit, state

VECTORS = np.random.default_rng(0).normal(size=(3, 5)).astype("float32")
IMAGES = np.random.default_rng(1).normal(size=(2, 4, 4, 3)).astype("float32")
# A layer, what it takes, and how its kernel becomes a matrix with one row for each output.
CASES = {
    "Dense": (lambda: layers.Dense(4, "tanh"), VECTORS, lambda k: k.T),
    "Conv1D": (lambda: layers.Conv1D(4, 2), IMAGES[:, 0], lambda k: k.reshape(6, 4).T),
    "Conv2D": (
        lambda: layers.Conv2D(4, 3, strides=2, padding="same", activation="relu"),
        IMAGES,
        lambda k: k.reshape(27, 4).T,
    ),
    "Conv3D": (lambda: layers.Conv3D(2, 2), IMAGES[..., None], lambda k: k.reshape(8, 2).T),
    "Conv2DTranspose": (
        lambda: layers.Conv2DTranspose(4, 3, strides=2),
        IMAGES,
        lambda k: k.transpose(2, 0, 1, 3).reshape(4, 27),
    ),
    "DepthwiseConv2D": (
        lambda: layers.DepthwiseConv2D(3, depth_multiplier=2),
        IMAGES,
        lambda k: k.reshape(9, 6).T,
    ),
    "Embedding": (lambda: layers.Embedding(5, 3), np.array([[0, 4], [2, 2]]), lambda k: k.T),
    "Maxout": (lambda: kerasgan.layers.Maxout(2, 3), VECTORS, lambda k: k.T),
}


@pytest.fixture(params=CASES)
def case(request, rng):
    make, inputs, matrix = CASES[request.param]
    keras.utils.set_random_seed(0)
    wrapped = SpectralNormalization(make())
    wrapped.build(inputs.shape)
    wrapped.layer.set_weights([rng.normal(size=w.shape) for w in wrapped.layer.get_weights()])
    return wrapped, make(), inputs, matrix


def settle(wrapped, inputs, calls=60):
    for _ in range(calls):
        wrapped(inputs, training=True)


def array(tensor):
    return np.array(ops.convert_to_numpy(ops.cast(tensor, "float32")))


def with_kernel(plain, inputs, kernel, bias):
    if not plain.built:
        plain.build(inputs.shape)
    plain.set_weights([kernel, *bias])
    return array(plain(inputs))


def test_equals_the_kernel_over_its_largest_singular_value(case):
    wrapped, plain, inputs, matrix = case
    settle(wrapped, inputs)
    kernel, *bias = wrapped.layer.get_weights()
    sigma = np.linalg.svd(matrix(kernel), compute_uv=False)[0]
    expected = with_kernel(plain, inputs, kernel / sigma, bias)
    np.testing.assert_allclose(array(wrapped(inputs)), expected, rtol=2e-4, atol=2e-4)
    assert tuple(wrapped.vector.shape) == (len(matrix(kernel)),)
    shape = wrapped.compute_output_shape(inputs.shape)
    assert tuple(shape) == expected.shape


def test_only_the_vector_is_new_and_only_training_moves_it(case):
    wrapped, _, inputs, _ = case
    assert [id(w) for w in wrapped.trainable_weights] == [
        id(w) for w in wrapped.layer.trainable_weights
    ]
    assert [id(w) for w in wrapped.non_trainable_weights] == [id(wrapped.vector)]
    before = wrapped.get_weights()
    wrapped(inputs)
    wrapped(inputs, training=False)
    for old, new in zip(before, wrapped.get_weights(), strict=True):
        np.testing.assert_array_equal(old, new)
    kernels, vector = wrapped.layer.get_weights(), array(wrapped.vector)
    wrapped(inputs, training=True)
    for old, new in zip(kernels, wrapped.layer.get_weights(), strict=True):
        np.testing.assert_array_equal(old, new)  # The kernel is not overwritten.
    assert np.any(vector != array(wrapped.vector))
    assert np.linalg.norm(array(wrapped.vector)) == pytest.approx(1.0, rel=1e-5)


def gradient(wrapped, inputs, training):
    """The kernel's gradient of the sum of squared outputs."""
    variable = wrapped.layer.trainable_weights[0]

    def loss():
        return ops.sum(ops.square(ops.cast(wrapped(inputs, training=training), "float32")))

    if keras.backend.backend() == "tensorflow":
        import tensorflow as tf

        with tf.GradientTape() as tape:
            value = loss()
        return array(tf.convert_to_tensor(tape.gradient(value, variable.value)))
    if keras.backend.backend() == "torch":
        import torch

        return array(torch.autograd.grad(loss(), variable.value)[0])
    import jax

    def stateless(value):
        with keras.StatelessScope([(variable, value)]):
            return loss()

    return array(jax.grad(stateless)(variable.value))


@pytest.mark.parametrize("training", [False, True])
def test_gradient_is_that_of_the_normalised_kernel(case, training, rng):
    wrapped, plain, inputs, matrix = case
    settle(wrapped, inputs)
    actual = gradient(wrapped, inputs, training)
    kernel, *bias = wrapped.layer.get_weights()
    direction = rng.normal(size=kernel.shape)
    direction /= np.linalg.norm(direction)

    def loss(step):
        moved = kernel.astype("float64") + step * direction
        sigma = np.linalg.svd(matrix(moved), compute_uv=False)[0]
        return (with_kernel(plain, inputs, moved / sigma, bias).astype("float64") ** 2).sum()

    slope = (loss(1e-2) - loss(-1e-2)) / 2e-2
    assert (actual * direction).sum() == pytest.approx(slope, rel=2e-2, abs=2e-2)
    # W/σ(W) does not depend on the length of W: along W the loss is level.
    if not bias:
        assert (actual * kernel).sum() == pytest.approx(0.0, abs=1e-2)


def test_more_iterations_come_closer():
    errors = []
    for iterations in (1, 30):
        keras.utils.set_random_seed(0)
        wrapped = SpectralNormalization(layers.Dense(6, use_bias=False), iterations)
        wrapped(VECTORS, training=True)
        kernel = wrapped.layer.get_weights()[0]
        sigma = np.linalg.svd(kernel, compute_uv=False)[0]
        norm = np.linalg.norm(VECTORS @ kernel / sigma)
        errors.append(abs(np.linalg.norm(array(wrapped(VECTORS))) - norm) / norm)
    assert errors[1] < 1e-3 < errors[0]


@pytest.mark.parametrize("policy", ["mixed_float16", "mixed_bfloat16"])
def test_mixed_precision(policy):
    exact = SpectralNormalization(layers.Conv2D(4, 3))
    exact.build(IMAGES.shape)
    half = SpectralNormalization(layers.Conv2D(4, 3, dtype=policy))
    half.build(IMAGES.shape)
    half.set_weights(exact.get_weights())
    for wrapped in (exact, half):
        settle(wrapped, IMAGES, 30)
    outputs = half(IMAGES)
    assert keras.backend.standardize_dtype(outputs.dtype) == policy.removeprefix("mixed_")
    assert all(weight.dtype == "float32" for weight in half.weights)
    # The vector is computed from the float32 kernel.
    np.testing.assert_allclose(array(half.vector), array(exact.vector), atol=1e-6)
    tolerance = 5e-3 if policy == "mixed_float16" else 3e-2
    np.testing.assert_allclose(array(outputs), array(exact(IMAGES)), atol=tolerance)
    np.testing.assert_allclose(
        gradient(half, IMAGES, False), gradient(exact, IMAGES, False), atol=20 * tolerance
    )


def test_input_gradients_can_be_taken():
    wrapped = SpectralNormalization(layers.Dense(1, use_bias=False))
    settle(wrapped, VECTORS, 3)
    slopes = array(input_gradients(wrapped, ops.convert_to_tensor(VECTORS)))
    np.testing.assert_allclose(np.linalg.norm(slopes, axis=1), 1.0, rtol=1e-5)


def network():
    keras.utils.set_random_seed(0)
    inputs = keras.Input((4, 4, 3))
    x = SpectralNormalization(layers.Conv2D(4, 3, activation="relu", name="conv"))(inputs)
    x = SpectralNormalization(layers.Dense(1), power_iterations=2)(layers.Flatten()(x))
    return keras.Model(inputs, x)


def test_saved_cloned_and_fitted_by_keras(tmp_path):
    model = network()
    assert len(model.trainable_weights) == 4 and len(model.non_trainable_weights) == 2
    model.compile("sgd", "mse")
    before = model.get_weights()
    model.fit(IMAGES, np.ones((2, 1)), verbose=0)
    assert all(np.any(a != b) for a, b in zip(before, model.get_weights(), strict=True))
    model.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras")
    for left, right in zip(model.get_weights(), loaded.get_weights(), strict=True):
        np.testing.assert_array_equal(left, right)
    clone = keras.models.clone_model(model)
    clone.set_weights(model.get_weights())
    assert clone.layers[-1].power_iterations == 2
    for other in (loaded, clone):
        np.testing.assert_array_equal(other.predict(IMAGES, verbose=0), model.predict(IMAGES))


def points_gan(**arguments):
    keras.utils.set_random_seed(0)
    generator = keras.Sequential([keras.Input((3,)), layers.Dense(4, "relu"), layers.Dense(2)])
    discriminator = keras.Sequential(
        [
            keras.Input((2,)),
            SpectralNormalization(layers.Dense(4, "relu")),
            SpectralNormalization(layers.Dense(1)),
        ]
    )
    gan = kerasgan.models.GAN(generator, discriminator, latent_dim=3, seed=1)
    gan.compile(**arguments)
    return gan


@pytest.mark.parametrize(
    "arguments",
    [
        {},
        {"penalties": [kerasgan.penalties.GradientPenalty(every=2)], "run_eagerly": EAGER},
        {"update": "simultaneous", "run_eagerly": EAGER},
    ],
)
def test_a_game_of_it_goes_on_exactly_from_a_file(tmp_path, arguments):
    gan = points_gan(**arguments)
    assert treats_samples_independently(gan.discriminator)
    assert len(gan.players()[0].trainable_variables) == 4
    before = gan.discriminator.get_weights()
    logs = fit(gan)
    assert all(np.isfinite(values[-1]) for values in logs.values())
    assert all(np.any(a != b) for a, b in zip(before, gan.discriminator.get_weights(), strict=True))
    gan.save(tmp_path / "gan.keras")
    loaded = keras.saving.load_model(tmp_path / "gan.keras")
    fit(gan)
    fit(loaded)
    for left, right in zip(state(gan), state(loaded), strict=True):
        np.testing.assert_array_equal(left, right)


def test_an_evaluation_leaves_it_as_it_is():
    gan = points_gan(run_eagerly=EAGER)
    before = gan.discriminator.get_weights()
    gan.evaluate(POINTS, batch_size=4, verbose=0)
    for old, new in zip(before, gan.discriminator.get_weights(), strict=True):
        np.testing.assert_array_equal(old, new)


def test_a_kernel_of_zeros_gives_the_bias():
    wrapped = SpectralNormalization(layers.Dense(2, kernel_initializer="zeros"))
    np.testing.assert_array_equal(array(wrapped(VECTORS, training=True)), 0.0)
    np.testing.assert_array_equal(array(wrapped(VECTORS)), 0.0)


@pytest.mark.parametrize("layer", [layers.ReLU(), layers.SeparableConv2D(2, 3), layers.GRU(2)])
def test_layers_that_it_is_not_defined_for(layer):
    inputs = IMAGES[:, 0] if isinstance(layer, layers.GRU) else IMAGES
    with pytest.raises(TypeError, match=r"layers with one kernel(.|\n)*Wrap such(.|\n)*Received: "):
        SpectralNormalization(layer)(inputs)


@pytest.mark.parametrize("value", [0, 1.0, True])
def test_power_iterations_are_a_positive_integer(value):
    with pytest.raises(ValueError, match="must be a positive integer. Received: power_iterations="):
        SpectralNormalization(layers.Dense(2), power_iterations=value)


def test_a_layer_is_wrapped():
    with pytest.raises(TypeError, match="must be a Keras layer. Received: layer='dense'"):
        SpectralNormalization("dense")
