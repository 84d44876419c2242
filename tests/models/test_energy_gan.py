"""EnergyGAN: what the entropy adds to a Wasserstein critic, and that the energy is a density's."""

import keras
import numpy as np
import pytest
from keras import ops
from scipy import stats

from kerasgan import losses, models, penalties
from kerasgan.ops.entropy import nearest_neighbour_entropy
from tests.conformance.catalogue import EAGER
from tests.engine.games import arrays, assert_equal, fit, number

POINTS = np.random.default_rng(0).normal(size=(8, 2)).astype("float32")
once = pytest.mark.skipif(keras.backend.backend() != "tensorflow", reason="the same on all")


def tiny(shape=(2,), **arguments):
    keras.utils.set_random_seed(0)
    arguments = {"latent_dim": 2, "hidden_units": 4, "seed": 0, **arguments}
    return models.EnergyGAN(shape, **arguments)


def test_without_entropy_it_is_the_wasserstein_game():
    energy = tiny(entropy_weight=0)
    twins = [
        keras.models.clone_model(network) for network in (energy.generator, energy.discriminator)
    ]
    for twin, network in zip(twins, (energy.generator, energy.discriminator), strict=True):
        twin.set_weights(network.get_weights())
    critic = models.GAN(*twins, latent_dim=2, seed=0)
    rules = {"penalties": [penalties.R1(0.2)], "discriminator_steps": 2, "run_eagerly": EAGER}
    histories = []
    for gan in (energy, critic):
        adams = [keras.optimizers.Adam(1e-2, 0.5, 0.9) for _ in range(2)]
        optimizers = {"discriminator_optimizer": adams[0], "generator_optimizer": adams[1]}
        gan.compile(loss="wasserstein", **optimizers, **rules)
        histories.append(fit(gan, POINTS[:4]))
    assert histories[0] == histories[1] and "generator_entropy" not in histories[0]
    for name in ("generator", "discriminator"):
        left, right = (arrays(getattr(gan, name).weights) for gan in (energy, critic))
        assert_equal(left, right)


@once
@pytest.mark.parametrize(("shape", "dimensions"), [((5,), 3), ((2,), 2), ((2, 2, 1), 3)])
def test_the_entropy_is_that_of_the_samples_in_as_many_dimensions_as_there_are(
    shape, dimensions, rng
):
    gan = tiny(shape, latent_dim=3, hidden_units=64, entropy_weight=0.5)
    gan.compile()
    data = rng.uniform(-1, 1, (8, *shape)).astype("float32")
    passes = gan.passes(ops.convert_to_tensor(data), gan.turn(True))
    terms = gan.players()[1].loss(passes)
    samples = ops.convert_to_numpy(passes.fake).reshape(8, -1)
    # Kozachenko and Leonenko's formula in NumPy.
    distances = np.linalg.norm(samples[:, None] - samples, axis=-1) + np.diag([np.inf] * 8)
    volume = {2: np.pi, 3: 4 / 3 * np.pi}[dimensions]
    entropy = dimensions * np.log(distances.min(axis=1)).mean()
    entropy += np.log(7) + np.log(volume) + np.euler_gamma
    assert number(terms["entropy"]) == pytest.approx(-0.5 * entropy, rel=1e-4)
    energies = gan.energy(ops.convert_to_numpy(passes.fake))
    assert number(terms["adversarial"]) == pytest.approx(energies.mean(), rel=1e-4, abs=1e-6)


def trained(data, weight):
    """A game whose learning rates fall to almost nothing: at a constant rate it circles."""
    gan = tiny(hidden_units=32, entropy_weight=weight)
    rate = keras.optimizers.schedules.CosineDecay(3e-3, 448, alpha=0.02)
    gan.compile(
        discriminator_optimizer=keras.optimizers.Adam(rate, 0.5, 0.9),
        generator_optimizer=keras.optimizers.Adam(rate, 0.5, 0.9),
        discriminator_steps=1,
        generator_ema=0.98,
        steps_per_execution=16,
    )
    gan.fit(data, batch_size=128, epochs=28, verbose=0)  # 448 steps.
    return gan


@once
def test_the_energy_knows_the_density_and_entropy_widens_the_samples(rng):
    data = rng.normal([1.0, -1.0], [1.0, 0.5], (2048, 2)).astype("float32")
    log_density = stats.multivariate_normal([1.0, -1.0], [1.0, 0.25]).logpdf(data)
    correlations, slopes, entropies = [], [], []
    for weight in (1.0, 0.0):
        gan = trained(data, weight)
        told = -gan.energy(data, 1024)
        correlations.append(stats.spearmanr(told, log_density)[0])
        slopes.append(np.polyfit(log_density, told, 1)[0])
        samples = ops.convert_to_tensor(gan.generate(1024, seed=1, batch_size=1024))
        entropies.append(number(nearest_neighbour_entropy(samples)))
    # Over 20 seeds of data and weights, with entropy and without: rank correlations of 0.935 to
    # 0.992, and any from -0.56 to 0.79; slopes of 0.63 to 0.75 and -0.16 to 0.12; entropies of 2.4
    # to 2.7 and -0.8 to 1.6.
    assert correlations[0] > 0.85
    assert slopes[0] > 0.5 > 0.3 > slopes[1]
    assert entropies[0] > entropies[1] + 0.3


def test_images_train_with_entropy(rng):
    gan = tiny((4, 4, 1), latent_dim=3)
    gan.compile(discriminator_steps=2, run_eagerly=EAGER)
    images = rng.uniform(-1, 1, (5, 4, 4, 1)).astype("float32")
    logs = fit(gan, images)  # The last batch has a single image, and no neighbours.
    assert np.isfinite(logs["generator_entropy"]).all()


@once
@pytest.mark.parametrize("weight", [-0.1, float("nan"), float("inf"), "much"])
def test_the_weight_is_a_number_from_zero_up(weight):
    with pytest.raises(ValueError, match=f"must be a number from 0 up.*entropy_weight={weight!r}"):
        tiny(entropy_weight=weight)


@once
def test_energy_refuses_other_shapes():
    with pytest.raises(ValueError, match=r"\(n, 2\).*Received: a batch of shape \(8, 3\)"):
        tiny().energy(np.zeros((8, 3)))


@once
def test_the_recipe_is_the_authors():
    recipe = tiny().recipe()
    assert (type(recipe.rules.loss), recipe.rules.parts) == (losses.Wasserstein, 5)
    assert [(p.name, p.weight) for p in recipe.rules.penalties] == [("r1", 0.2)]
    layers = [layer for layer in models.EnergyGAN((2,), 2).discriminator.layers if layer.weights]
    assert [layer.units for layer in layers] == [512, 512, 512, 1]
    assert layers[0].activation(ops.convert_to_tensor([-1.0])).numpy() == pytest.approx([-0.2])
