"""MMD GAN: the penalty is on the witness function, the networks are the authors'."""

import keras
import numpy as np
import pytest
from keras import ops

from kerasgan import losses, models
from tests.conformance.catalogue import EAGER
from tests.engine.games import fit, number

POINTS = np.random.default_rng(0).normal(size=(4, 2)).astype("float32")
cpu_only = pytest.mark.skipif(
    keras.backend.backend() != "tensorflow", reason="the same on every backend"
)


def tiny(**arguments):
    model = models.MMDGAN((2,), latent_dim=3, hidden_units=4, num_features=2, seed=0)
    model.compile(**{"discriminator_steps": 1, "run_eagerly": EAGER, **arguments})
    return model


def trainable(network):
    return sum(int(np.prod(weight.shape)) for weight in network.trainable_weights)


def rational_quadratic(x, y):
    """RQ*, with the paper's α."""
    square = ((x[:, None] - y[None]) ** 2).sum(axis=-1)
    return sum((1 + square / (2 * a)) ** -a for a in (0.2, 0.5, 1, 2, 5)) + x @ y.T


@cpu_only
def test_parameters_of_the_authors_code():
    # github.com/mbinkowski/MMD-GAN, `dcgan` at 64×64×3: convolutions of size 5 with biases.
    model = models.MMDGAN()
    filters = (512, 256, 128, 64, 3)
    upwards = sum(25 * a * b + b for a, b in zip(filters, filters[1:], strict=False))
    norms = 2 * (512 + 256 + 128 + 64)
    assert trainable(model.generator) == 100 * 8192 + 8192 + upwards + norms
    filters = (3, 64, 128, 256, 512)
    downwards = sum(25 * a * b + b for a, b in zip(filters, filters[1:], strict=False))
    assert trainable(model.discriminator) == downwards + 4 * 4 * 512 * 16 + 16


@cpu_only
def test_the_recipe_is_the_papers():
    recipe = models.MMDGAN((2,)).recipe()
    assert recipe.rules.loss.get_config() == {
        "kernel": "rational_quadratic",
        "scales": [0.2, 0.5, 1.0, 2.0, 5.0],
        "unbiased": True,
        "linear": 1.0,
        "root": False,
    }
    assert recipe.rules.parts == 5
    assert [type(p).__name__ for p in recipe.rules.penalties] == ["GradientPenalty"]
    assert recipe.rules.penalties[0].weight == 1.0
    for adam in recipe.optimizers.values():
        assert (adam.beta_1, adam.beta_2, adam.clipnorm) == (0.5, 0.9, 1.0)
        assert float(adam.learning_rate) == pytest.approx(1e-4)


def test_the_penalty_is_on_the_gradient_of_the_witness():
    model = tiny()
    passes = model.passes(POINTS, model.turn(False))
    fake = ops.convert_to_numpy(passes.fake)
    place = np.array([[0.3], [0.9], [0.5], [0.1]], "float32")
    points = POINTS + place * (fake - POINTS)

    def features(samples):
        # In float64 by NumPy, for differences to tell the gradient.
        x = np.asarray(samples, "float64")
        weights = [w.astype("float64") for w in model.discriminator.get_weights()]
        for kernel, bias in zip(weights[:-2:2], weights[1:-2:2], strict=True):
            x = x @ kernel + bias
            x = np.where(x > 0, x, np.expm1(np.minimum(x, 0)))
        return x @ weights[-2] + weights[-1]

    def witness(samples):
        kernels = [rational_quadratic(features(samples), features(x)) for x in (POINTS, fake)]
        return kernels[0].mean(axis=1) - kernels[1].mean(axis=1)

    step = 1e-5
    slopes = [
        (witness(points + move) - witness(points - move)) / (2 * step) for move in step * np.eye(2)
    ]
    expected = np.mean((np.linalg.norm(slopes, axis=0) - 1) ** 2)
    (penalty,) = model.rules.penalties
    value = penalty.value(passes.judge.score, ops.convert_to_tensor(points))
    assert number(value) == pytest.approx(expected, rel=1e-3)
    np.testing.assert_allclose(
        ops.convert_to_numpy(passes.judge.score(points)), witness(points), rtol=1e-3, atol=1e-4
    )


def test_other_losses_see_the_features():
    model = tiny(loss=losses.LSDD(1.0))
    passes = model.passes(POINTS, model.turn(False))
    assert tuple(passes.judge.score(POINTS).shape) == (4, 2)
    assert np.all(np.isfinite(list(fit(model).values())))


@pytest.mark.parametrize("dtype", ["float32", "mixed_bfloat16"])
def test_images(dtype):
    model = models.MMDGAN((16, 16, 1), latent_dim=2, base_filters=2, dtype=dtype, seed=0)
    model.compile(run_eagerly=EAGER)
    images = np.random.default_rng(0).uniform(-1, 1, (10, 16, 16, 1)).astype("float32")
    logs = fit(model, images, batch_size=10)
    assert np.all(np.isfinite(list(logs.values())))
    assert tuple(model.discriminator.output_shape) == (None, 16)
    assert model.generate(3, seed=0).shape == (3, 16, 16, 1)


@cpu_only
def test_arguments_out_of_range():
    with pytest.raises(ValueError, match=r"`num_features` must be a pos.*num_features=0"):
        models.MMDGAN((2,), num_features=0)
    with pytest.raises(ValueError, match=r"`data_shape` must be positive.*data_shape=\(2, 2\)"):
        models.MMDGAN((2, 2))
