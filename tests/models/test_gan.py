import keras
import numpy as np
import pytest
from keras import layers

from kerasgan import losses, models
from kerasgan.penalties import R1, GradientPenalty
from tests.conformance.catalogue import EAGER
from tests.engine.games import POINTS, assert_equal, fit, linear_gan


def dense(inputs, outputs):
    return keras.Sequential([keras.Input((inputs,)), layers.Dense(outputs)])


def at_rest(**arguments):
    """Scores 2·x₀ - x₁, samples (3, 1) whatever the latents, and nothing learns."""
    gan = models.GAN(dense(1, 2), dense(2, 1), latent_dim=1, seed=0)
    gan.generator.set_weights([np.zeros((1, 2)), np.array([3.0, 1.0])])
    gan.discriminator.set_weights([np.array([[2.0], [-1.0]]), np.zeros(1)])
    gan.compile(
        discriminator_optimizer=keras.optimizers.SGD(0.0),
        generator_optimizer=keras.optimizers.SGD(0.0),
        run_eagerly=EAGER,
        **arguments,
    )
    return gan


def evaluate(gan, points=POINTS[:4]):
    return gan.evaluate(points, batch_size=4, verbose=0, return_dict=True)


def softplus(x):
    return np.log1p(np.exp(x))


REAL_SCORES = POINTS[:4] @ np.array([2.0, -1.0])
FAKE_SCORE = 5.0


def test_non_saturating_is_the_default():
    logs = evaluate(at_rest())
    expected = softplus(-REAL_SCORES).mean() + softplus(FAKE_SCORE)
    assert logs["discriminator_loss"] == pytest.approx(expected, rel=1e-5)
    assert logs["generator_loss"] == pytest.approx(softplus(-FAKE_SCORE), rel=1e-4)


def test_minimax():
    logs = evaluate(at_rest(loss="minimax"))
    assert logs["generator_loss"] == pytest.approx(-softplus(FAKE_SCORE), rel=1e-5)


@pytest.mark.parametrize("loss", [losses.NonSaturating, losses.Minimax])
def test_label_smoothing(loss):
    logs = evaluate(at_rest(loss=loss(label_smoothing=0.1)))
    real = 0.9 * softplus(-REAL_SCORES) + 0.1 * softplus(REAL_SCORES)
    expected = real.mean() + softplus(FAKE_SCORE)
    assert logs["discriminator_adversarial"] == pytest.approx(expected, rel=1e-5)


def test_a_loss_of_ones_own():
    class Hinge(losses.AdversarialLoss):
        def discriminator_loss(self, real_scores, fake_scores):
            real = keras.ops.mean(keras.ops.relu(1.0 - real_scores))
            return real + keras.ops.mean(keras.ops.relu(1.0 + fake_scores))

        def generator_loss(self, fake_scores):
            return -keras.ops.mean(fake_scores)

    logs = evaluate(at_rest(loss=Hinge()))
    expected = np.maximum(1 - REAL_SCORES, 0).mean() + 1 + FAKE_SCORE
    assert logs["discriminator_loss"] == pytest.approx(expected, rel=1e-5)
    assert logs["generator_loss"] == pytest.approx(-FAKE_SCORE, rel=1e-5)


def test_penalties_are_terms_of_the_discriminator():
    logs = evaluate(at_rest(loss="wasserstein", penalties=[R1(3.0), GradientPenalty(2.0)]))
    assert logs["discriminator_r1"] == pytest.approx(1.5 * 5, rel=1e-5)
    gradient_penalty = 2 * (np.sqrt(5) - 1) ** 2
    assert logs["discriminator_gradient_penalty"] == pytest.approx(gradient_penalty, rel=1e-5)
    adversarial = FAKE_SCORE - REAL_SCORES.mean()
    assert logs["discriminator_adversarial"] == pytest.approx(adversarial, rel=1e-5)
    total = adversarial + 1.5 * 5 + gradient_penalty
    assert logs["discriminator_loss"] == pytest.approx(total, rel=1e-5)
    assert logs["generator_loss"] == pytest.approx(-FAKE_SCORE, rel=1e-5)


def test_a_lazy_penalty_counts_in_every_fourth_move():
    gan = at_rest(penalties=[R1(3.0, every=4)])
    logs = fit(gan, POINTS[:4], epochs=6)  # One step in each epoch.
    expected = [4 * 1.5 * 5, 0, 0, 0, 4 * 1.5 * 5, 0]
    np.testing.assert_allclose(logs["discriminator_r1"], expected, rtol=1e-5)


def test_a_lazy_penalty_counts_moves_and_not_steps():
    gan = at_rest(penalties=[R1(3.0, every=4)], discriminator_steps=2)
    logs = fit(gan, POINTS[:4], epochs=3)
    expected = [4 * 1.5 * 5 / 2, 0, 4 * 1.5 * 5 / 2]  # The mean of two moves.
    np.testing.assert_allclose(logs["discriminator_r1"], expected, rtol=1e-5)


def test_a_penalty_moves_the_discriminator():
    gan = linear_gan(
        discriminator=2.0,
        loss="wasserstein",
        penalties=[R1(3.0)],
        discriminator_optimizer=keras.optimizers.SGD(0.1),
        generator_optimizer=keras.optimizers.SGD(0.0),
    )
    gan.generator.set_weights([np.zeros((1, 1))])
    real = np.array([[1.0], [2.0], [3.0], [4.0]], "float32")
    fit(gan, real)
    # -mean(d·x) + 3/2 d², at d = 2.
    expected = 2 - 0.1 * (-real.mean() + 3 * 2)
    assert gan.discriminator.get_weights()[0][0, 0] == pytest.approx(expected, rel=1e-5)


def test_networks_of_any_shape():
    generator = keras.Sequential(
        [keras.Input((3,)), layers.Dense(24), layers.Reshape((2, 3, 4)), layers.Activation("tanh")]
    )
    discriminator = keras.Sequential(
        [keras.Input((2, 3, 4)), layers.Conv2D(2, 2), layers.Flatten(), layers.Dense(1)]
    )
    gan = models.GAN(generator, discriminator, latent_dim=3)
    gan.compile(run_eagerly=EAGER)
    assert gan.data_shape == (2, 3, 4)
    fit(gan, np.zeros((4, 2, 3, 4), "float32"))
    assert gan.generate(2).shape == (2, 2, 3, 4)


def test_the_networks_are_the_ones_passed_in(tmp_path):
    generator, discriminator = dense(3, 2), dense(2, 1)
    gan = models.GAN(generator, discriminator, latent_dim=3)
    assert gan.generator is generator and gan.discriminator is discriminator
    gan.compile(run_eagerly=EAGER)
    gan.save(tmp_path / "gan.keras")
    loaded = keras.saving.load_model(tmp_path / "gan.keras")
    assert_equal(loaded.get_weights(), gan.get_weights())


@pytest.mark.parametrize(
    ("generator", "discriminator", "message"),
    [
        (
            keras.Sequential([layers.Dense(2)]),
            dense(2, 1),
            "`generator` must be a built keras.Model: .*Received: generator=<Seq",
        ),
        (
            dense(3, 2),
            "critic",
            "`discriminator` must be a built.*Received: discriminator='critic'",
        ),
        (
            dense(4, 2),
            dense(2, 1),
            r"latent_dim=3, num_classes=None, generator.input_shape=\(None, 4\)",
        ),
        (dense(3, 2), dense(5, 1), r"discriminator.input_shape=\(None, 5\)"),
    ],
)
def test_networks_that_do_not_fit(generator, discriminator, message):
    with pytest.raises(ValueError, match=message):
        models.GAN(generator, discriminator, latent_dim=3)


@pytest.mark.parametrize("data", [POINTS[:, :1], POINTS[:, 0], POINTS[:, None]])
def test_data_that_does_not_fit(data):
    with pytest.raises(ValueError, match=r"samples of shape \(2,\).*Received: a batch of shape"):
        fit(at_rest(), data)


def test_any_networks_of_samples_with_classes():
    latents, labels = keras.Input((3,)), keras.Input((), dtype="int32")
    joint = layers.Concatenate()([latents, keras.ops.one_hot(labels, 2)])
    generator = keras.Model([latents, labels], layers.Dense(2)(joint))
    points = keras.Input((2,))
    judge = keras.Sequential([keras.Input((2,)), layers.Dense(1)])
    joint = layers.Concatenate()([points, keras.ops.one_hot(labels, 2)])
    told = keras.Model([points, labels], layers.Dense(1)(joint))
    data = np.zeros((8, 2), "float32"), np.arange(8) % 2
    for discriminator in (judge, told):
        gan = models.GAN(generator, discriminator, latent_dim=3, num_classes=2)
        gan.compile()
        assert np.isfinite(gan.fit(*data, batch_size=4, verbose=0).history["loss"]).all()
    assert models.GAN.from_config(gan.get_config()).generate(4, labels=1).shape == (4, 2)
    with pytest.raises(ValueError, match="and, with `num_classes`, a label.*num_classes=2"):
        models.GAN(keras.Sequential([keras.Input((3,)), layers.Dense(2)]), judge, 3, num_classes=2)
    with pytest.raises(ValueError, match="must make what the discriminator judges"):
        models.GAN(keras.Sequential([keras.Input((3,)), layers.Dense(2)]), told, 3)


class Subclassed(keras.Model):
    """A network of one's own, as tutorials write them."""

    def __init__(self, units):
        super().__init__()
        self.dense = layers.Dense(units)

    def call(self, inputs):
        return self.dense(inputs)


def made_with(part, network):
    if part == "estimator":
        return models.DensityRatioEstimator(network)
    parts = {"generator": dense(1, 1), "discriminator": dense(1, 1), part: network}
    return models.GAN(**parts, latent_dim=1)


@pytest.mark.parametrize("part", ["generator", "discriminator", "estimator"])
def test_subclassed_networks_are_refused_by_what_they_lack(part):
    network = Subclassed(1)
    with pytest.raises(ValueError, match=f"`{part}` must be a built keras.Model"):
        made_with(part, network)
    network(np.zeros((2, 1)))
    with pytest.raises(ValueError, match=rf"`{part}` must be a Sequential or functional.*subclass"):
        made_with(part, network)


def test_the_remedy_for_subclassed_networks_works():
    inputs = keras.Input((1,))
    gan = models.GAN(keras.Model(inputs, Subclassed(2)(inputs)), dense(2, 1), latent_dim=1, seed=0)
    gan.compile(run_eagerly=EAGER)
    fit(gan, POINTS)
    assert gan.generate(3, seed=0).shape == (3, 2)


def test_a_sequential_that_was_called_knows_its_shapes():
    late = keras.Sequential([layers.Dense(2)])
    late(np.zeros((2, 1)))
    gan = models.GAN(late, dense(2, 1), latent_dim=1)
    assert gan.data_shape == (2,)
