"""R2, DRAGAN, one-sided and consistency penalties against closed forms."""

import keras
import numpy as np
import pytest
from keras import layers, ops

import kerasgan
from kerasgan import penalties
from kerasgan.ops.augmentation import shift, shift_and_flip
from tests.conformance.catalogue import EAGER
from tests.engine.games import POINTS, fit, state
from tests.penalties.test_penalties import (
    FAKE,
    MATRIX,
    REAL,
    linear_critic,
    quadratic_critic,
    value,
)

IMAGES = np.random.default_rng(0).normal(size=(3, 5, 6, 2)).astype("float32")
ALL = [
    penalties.GradientPenalty,
    penalties.R1,
    penalties.R2,
    penalties.DRAGAN,
    penalties.Consistency,
    penalties.BalancedConsistency,
]


@keras.saving.register_keras_serializable("tests")
def one_more(samples, seed):
    return samples + 1.0


@keras.saving.register_keras_serializable("tests")
def jitter(samples, seed):
    return samples + keras.random.normal(ops.shape(samples), stddev=0.1, seed=seed)


def array(tensor):
    return np.array(ops.convert_to_numpy(tensor))


def test_r2_of_a_quadratic_critic():
    expected = 0.5 * 2.0 * ((FAKE @ MATRIX) ** 2).sum(axis=1).mean()
    assert value(penalties.R2(2.0), quadratic_critic) == pytest.approx(expected, rel=1e-6)


@pytest.mark.parametrize(
    ("scale", "two_sided", "one_sided"), [(1.0, 160.0, 160.0), (0.1, 2.5, 0.0)]
)
def test_one_side_of_the_gradient_penalty(scale, two_sided, one_sided):
    def critic(x):
        return scale * linear_critic(x)  # ‖∇‖ = 5 · scale

    for expected, side in ((two_sided, False), (one_sided, True)):
        penalty = penalties.GradientPenalty(10.0, one_sided=side)
        assert value(penalty, critic) == pytest.approx(expected, rel=1e-5, abs=1e-6)


def test_dragan_of_a_linear_critic():
    assert value(penalties.DRAGAN(10.0), linear_critic) == pytest.approx(160.0, rel=1e-6)


def test_dragan_stays_near_the_real_samples():
    real = np.random.default_rng(0).normal(2.0, 3.0, size=(500, 4)).astype("float32")
    seed = keras.random.SeedGenerator(0)
    offsets = array(penalties.DRAGAN(deviation=0.5).points(real, real, seed)) - real
    limit = 0.5 * real.std()
    assert offsets.min() >= -1e-5 and 0.9 * limit < offsets.max() <= limit + 1e-5
    # The product of two uniform draws has a mean of a quarter.
    assert offsets.mean() == pytest.approx(limit / 4, rel=0.1)


def test_consistency_of_a_linear_critic():
    # Its score changes by 3 + 4, everywhere.
    assert value(penalties.Consistency(2.0, augment=one_more), linear_critic) == pytest.approx(98.0)
    both = penalties.BalancedConsistency(2.0, augment=one_more, fake_weight=3.0)
    assert value(both, linear_critic) == pytest.approx(98.0 + 147.0)


def test_consistency_is_of_real_samples_and_balanced_of_both():
    def differences(x):
        x = ops.convert_to_tensor(x)
        return array(quadratic_critic(x) - quadratic_critic(x + 1.0))

    real, fake = (float((differences(x) ** 2).mean()) for x in (REAL, FAKE))
    assert value(penalties.Consistency(1.0, augment=one_more), quadratic_critic) == pytest.approx(
        real, rel=1e-5
    )
    both = penalties.BalancedConsistency(1.0, augment=one_more, fake_weight=0.5)
    assert value(both, quadratic_critic) == pytest.approx(real + 0.5 * fake, rel=1e-5)


def test_shift_moves_by_whole_pixels():
    down, right = np.array([1, -2, 0], "int32"), np.array([0, 3, -1], "int32")
    moved = array(shift(ops.convert_to_tensor(IMAGES), down, right, mirror=False))
    expected = np.zeros_like(IMAGES)
    expected[0, 1:] = IMAGES[0, :-1]
    expected[1, :-2, 3:] = IMAGES[1, 2:, :-3]
    expected[2, :, :-1] = IMAGES[2, :, 1:]
    np.testing.assert_array_equal(moved, expected)
    mirrored = array(shift(ops.convert_to_tensor(IMAGES), down, right))
    for image, y, x, actual in zip(IMAGES, down, right, mirrored, strict=True):
        padded = np.pad(image, ((4, 4), (4, 4), (0, 0)), mode="reflect")
        np.testing.assert_array_equal(actual, padded[4 - y : 9 - y, 4 - x : 10 - x])


def test_shift_and_flip_finds_every_shift_and_both_sides():
    image = np.arange(49.0, dtype="float32").reshape(1, 7, 7, 1)
    seed = keras.random.SeedGenerator(0)
    images = ops.convert_to_tensor(np.repeat(image, 300, axis=0))
    centres = array(shift_and_flip(images, seed, pixels=1))[:, 3, 3, 0]
    assert set(centres) == {float(7 * y + x) for y in (2, 3, 4) for x in (2, 3, 4)}
    lefts = array(shift_and_flip(images, seed, pixels=0))[:, 0, 0, 0]
    assert set(lefts) == {0.0, 6.0} and 100 < (lefts == 6.0).sum() < 200


@pytest.mark.parametrize("penalty", ALL)
def test_lazily_it_counts_more_and_less_often(penalty):
    own = {"augment": one_more} if "augment" in penalty(1.0).get_config() else {}
    full = value(penalty(2.0, **own), quadratic_critic)
    lazy = penalty(2.0, every=3, **own)
    values = [value(lazy, quadratic_critic, step) for step in range(4)]
    np.testing.assert_allclose(values, [3 * full, 0, 0, 3 * full], rtol=1e-5)


@pytest.mark.parametrize("penalty", ALL)
def test_serialisation_and_names(penalty):
    assert [other.name for other in ALL].count(penalty.name) == 1
    own = {"DRAGAN": {"deviation": 0.1}, "BalancedConsistency": {"fake_weight": 2.0}}
    own["GradientPenalty"] = {"one_sided": True}
    made = penalty(3.0, every=4, **own.get(penalty.__name__, {}))
    again = keras.saving.deserialize_keras_object(keras.saving.serialize_keras_object(made))
    assert type(again) is penalty and again.get_config() == made.get_config()


def points_gan(**arguments):
    keras.utils.set_random_seed(0)
    generator = keras.Sequential([keras.Input((3,)), layers.Dense(4, "relu"), layers.Dense(2)])
    hidden = [layers.Dense(4, "tanh"), layers.Dropout(0.2, seed=7)]
    discriminator = keras.Sequential([keras.Input((2,)), *hidden, layers.Dense(1)])
    gan = kerasgan.models.GAN(generator, discriminator, latent_dim=3, seed=1)
    gan.compile(**arguments)
    return gan


@pytest.mark.parametrize("every", [1, 2])
def test_all_of_them_in_a_game_that_goes_on_exactly_from_a_file(tmp_path, every):
    own = {"consistency": {"augment": jitter}, "balanced_consistency": {"augment": jitter}}
    kinds = ALL if every == 1 else ALL[-3:-1]  # Each is a condition, which takes time to trace.
    chosen = [penalty(0.1, every=every, **own.get(penalty.name, {})) for penalty in kinds]
    gan = points_gan(penalties=chosen, run_eagerly=EAGER and every == 1)
    logs = fit(gan)
    terms = [logs[f"discriminator_{penalty.name}"][-1] for penalty in chosen]
    assert all(np.isfinite(term) and term > 0 for term in terms), logs
    gan.save(tmp_path / "gan.keras")
    loaded = keras.saving.load_model(tmp_path / "gan.keras")
    fit(gan)
    fit(loaded)
    for left, right in zip(state(gan), state(loaded), strict=True):
        np.testing.assert_array_equal(left, right)


def test_consistency_in_a_game_of_images():
    gan = kerasgan.models.DCGAN((16, 16, 1), latent_dim=2, base_filters=2, seed=0)
    gan.compile(penalties=[penalties.BalancedConsistency()], run_eagerly=EAGER)
    images = np.random.default_rng(0).uniform(-1, 1, (4, 16, 16, 1)).astype("float32")
    assert fit(gan, images)["discriminator_balanced_consistency"][-1] > 0


def test_consistency_of_points_needs_a_change_of_its_own():
    gan = points_gan(penalties=[penalties.Consistency()], run_eagerly=True)
    with pytest.raises(ValueError, match=r"Pass an `augment`(.|\n)*Received: samples of shape"):
        fit(gan, POINTS)


def test_wrong_arguments():
    with pytest.raises(TypeError, match=r"must be a function.*Received: augment='shift'"):
        penalties.Consistency(augment="shift")
    with pytest.raises(ValueError, match=r"`deviation` must be above zero.*Received: deviation=0"):
        penalties.DRAGAN(deviation=0)
    with pytest.raises(ValueError, match=r"`weight` must be above zero.*Received: weight=0.0"):
        penalties.BalancedConsistency(0.0)
