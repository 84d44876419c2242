"""BiGAN: pairs, two networks of one player, and that they become each other's inverse."""

import keras
import numpy as np
import pytest
from keras import ops

from kerasgan import losses, models, penalties
from kerasgan.ops.gradients import losses_and_gradients
from tests.conformance.catalogue import EAGER
from tests.engine.games import fit, number

IMAGES = np.random.default_rng(0).uniform(-1, 1, (8, 4, 4, 1)).astype("float32")
POINTS = np.random.default_rng(1).normal(size=(8, 2)).astype("float32")
once = pytest.mark.skipif(keras.backend.backend() != "tensorflow", reason="the same on all")


def tiny(shape=(4, 4, 1), **arguments):
    keras.utils.set_random_seed(0)
    arguments = {"latent_dim": 3, "hidden_units": 6, "seed": 0, **arguments}
    return models.BiGAN(shape, **arguments)


def softplus(x):
    return np.log1p(np.exp(x))


def judged(gan, data, training=False):
    """What the passes hand to the losses, and the same from the networks called one by one."""
    data = ops.convert_to_tensor(data)
    passes = gan.passes(data, gan.turn(training))
    real = gan.discriminator([data, gan.encoder(data)])
    fake = gan.discriminator([gan.generator(passes.latents), passes.latents])
    return passes, ops.convert_to_numpy(real), ops.convert_to_numpy(fake)


def with_opinions(gan):
    """Gives the discriminator, whose scores start at zero, something to say."""
    judge = gan.discriminator.get_layer("judge").weights[0]
    judge.assign(np.random.default_rng(0).normal(size=judge.shape))
    return gan


@once
@pytest.mark.parametrize("shape", [(4, 4, 1), (2,)])
def test_pairs_are_of_data_with_codes_and_of_samples_with_latents(shape):
    gan = with_opinions(tiny(shape))
    gan.compile()
    data = IMAGES if len(shape) == 3 else POINTS
    passes, real, fake = judged(gan, data)
    assert passes.judge.one_pass is (len(shape) == 1)
    assert np.std(real) > 0 and np.std(fake) > 0
    for scores, expected in zip(passes.scores, (real, fake), strict=True):
        np.testing.assert_allclose(ops.convert_to_numpy(scores), expected, atol=1e-5)


@once
@pytest.mark.parametrize(
    ("loss", "discriminator", "generator"),
    [
        # Both players' parts by hand, of scores of real and generated pairs.
        (
            "non_saturating",
            lambda r, f: softplus(-r).mean() + softplus(f).mean(),
            lambda r, f: softplus(r).mean() + softplus(-f).mean(),
        ),
        (
            "minimax",
            lambda r, f: softplus(-r).mean() + softplus(f).mean(),
            lambda r, f: -softplus(-r).mean() - softplus(f).mean(),
        ),
        ("wasserstein", lambda r, f: f.mean() - r.mean(), lambda r, f: r.mean() - f.mean()),
        (
            losses.Relativistic(),
            lambda r, f: softplus(f - r).mean(),
            lambda r, f: softplus(r - f).mean(),
        ),
    ],
)
def test_both_networks_fool_the_discriminator(loss, discriminator, generator):
    gan = with_opinions(tiny((2,)))
    gan.compile(loss=loss)
    passes, real, fake = judged(gan, POINTS)
    terms = [player.loss(passes)["adversarial"] for player in gan.players()]
    assert number(terms[0]) == pytest.approx(discriminator(real, fake), rel=1e-4)
    assert number(terms[1]) == pytest.approx(generator(real, fake), rel=1e-4)


@once
@pytest.mark.parametrize("loss", ["hinge", losses.MaximumMeanDiscrepancy()])
def test_every_objective_has_a_gradient_for_both_networks(loss):
    gan = with_opinions(tiny((2,)))
    gan.compile(loss=loss)
    variables = gan.players()[1].trainable_variables
    assert len(variables) == len(gan.generator.weights) + len(gan.encoder.weights)

    def lose():
        passes = gan.passes(ops.convert_to_tensor(POINTS), gan.turn(True))
        return [gan.players()[1].loss(passes)["adversarial"]], None

    _, (gradients,) = losses_and_gradients(lose, [variables])
    for gradient, variable in zip(gradients, variables, strict=True):
        assert gradient is not None and np.abs(gradient).max() > 0, variable.path


@once
def test_penalties_take_the_gradient_in_data_and_latents():
    # A discriminator without hidden layers: d(x, z) = a·x + b·z has the gradient (a, b).
    gan = tiny((2,), normalization=None)
    data, latents = gan.discriminator.inputs
    sides = [
        keras.layers.Dense(1, use_bias=False, kernel_initializer=keras.initializers.Constant(c))(x)
        for c, x in ((2.0, data), (1.0, latents))
    ]
    gan.discriminator = keras.Model([data, latents], keras.layers.Add()(sides))
    gan.compile(penalties=[penalties.R1(1.0), penalties.GradientPenalty(1.0), penalties.R2(4.0)])
    passes = gan.passes(ops.convert_to_tensor(POINTS), gan.turn(True))
    terms = gan.players()[0].loss(passes)
    squared = 2 * 2.0**2 + 3 * 1.0**2
    assert number(terms["r1"]) == pytest.approx(squared / 2, rel=1e-5)
    assert number(terms["r2"]) == pytest.approx(4 * squared / 2, rel=1e-5)
    assert number(terms["gradient_penalty"]) == pytest.approx((squared**0.5 - 1) ** 2, rel=1e-4)


@once
def test_penalties_that_change_samples_are_refused():
    with pytest.raises(ValueError, match=r"judges pairs.*R1 or.*Received: .*Consistency"):
        tiny().compile(penalties=[penalties.Consistency()])


def test_images_with_normalisation_train_in_both_orders_and_average_both_networks():
    gan = tiny()
    gan.compile(update="alternating", discriminator_steps=2, generator_ema=0.5, run_eagerly=EAGER)
    fit(gan, IMAGES)
    for name in ("generator", "encoder"):
        network, average = getattr(gan, name), gan.inference_network(name)
        assert average is not network
        pairs = zip(network.get_weights(), average.get_weights(), strict=True)
        assert all((a != b).any() for a, b in pairs)
    codes = gan.encode(IMAGES, batch_size=3)
    expected = gan.inference_network("encoder")(IMAGES)
    np.testing.assert_allclose(codes, ops.convert_to_numpy(expected), atol=1e-5)
    made = gan.inference_network("generator")(codes)
    np.testing.assert_allclose(gan.reconstruct(IMAGES), ops.convert_to_numpy(made), atol=1e-5)
    features = gan.features(IMAGES, batch_size=5)
    assert features.shape == (8, 6) and features.dtype == codes.dtype == "float32"
    kernel = gan.inference_network("encoder").get_layer("output_dense").get_weights()[0]
    np.testing.assert_allclose(np.tanh(features @ kernel / 2), codes, atol=1e-5)


@once
def test_generator_and_encoder_become_inverses(rng):
    # Points on a line: one latent tells which. The middle of the data says where nothing is known.
    keras.utils.set_random_seed(1)
    along = rng.uniform(-1, 1, (1024, 1)).astype("float32")
    points = along * [[1.0, -0.5]] + [[0.5, 0.0]]
    gan = tiny((2,), latent_dim=1, hidden_units=32, seed=1)
    # At a constant rate the game circles, and in one of ten trainings ends far from an inverse.
    rate = keras.optimizers.schedules.CosineDecay(1e-2, 768, alpha=0.02)
    adams = [keras.optimizers.Adam(rate, beta_1=0.5) for _ in range(2)]
    gan.compile(
        discriminator_optimizer=adams[0],
        generator_optimizer=adams[1],
        penalties=[penalties.R1(0.1)],
        generator_ema=0.98,
        steps_per_execution=8,
    )
    before = np.square(gan.reconstruct(points, 1024) - points).mean()
    gan.fit(points, batch_size=128, epochs=96, verbose=0)  # 768 steps.
    after = np.square(gan.reconstruct(points, 1024) - points).mean()
    # Over 20 seeds of data and weights: 0.02 to 0.16 of the variance, after 1.3 to 1.8; and
    # correlations of 0.94 to 1.00.
    assert after < 0.25 * points.var(axis=0).mean() < before
    assert abs(np.corrcoef(gan.encode(points, 1024)[:, 0], along[:, 0])[0, 1]) > 0.9


@once
@pytest.mark.parametrize(
    ("samples", "size", "message"),
    [
        (IMAGES[0], 8, r"\(n, 4, 4, 1\).*single sample.*Received: a batch of shape \(4, 4, 1\)"),
        (IMAGES[:0], 8, r"Received: a batch of shape \(0, 4, 4, 1\)"),
        (IMAGES, 0, "`batch_size` must be a positive integer. Received: batch_size=0"),
    ],
)
def test_what_cannot_be_encoded_is_refused(samples, size, message):
    with pytest.raises(ValueError, match=message):
        tiny().encode(samples, size)


@once
def test_what_cannot_be_built_is_refused():
    with pytest.raises(ValueError, match='"batch", None or "auto". Received: normalization=True'):
        tiny(normalization=True)
    with pytest.raises(ValueError, match="`data_shape` must be positive integers.*Received: "):
        tiny((4, 4))


@once
def test_the_recipe_is_the_authors():
    recipe = tiny().recipe()
    assert type(recipe.rules.loss) is losses.NonSaturating and recipe.rules.update == "simultaneous"
    for optimizer in recipe.optimizers.values():
        assert float(optimizer.learning_rate) == pytest.approx(2e-4) and optimizer.beta_1 == 0.5
