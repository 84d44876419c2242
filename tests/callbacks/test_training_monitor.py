"""The monitor measures what it says, disturbs nothing, and warns when, and only when, it should."""

import re
import warnings

import keras
import numpy as np
import pytest
from keras import layers, ops
from scipy.spatial.distance import pdist
from sklearn.metrics import roc_auc_score

import kerasgan
from kerasgan.callbacks import Checkpoint, TrainingMonitor
from kerasgan.callbacks.monitoring.probe import make_probe
from kerasgan.callbacks.monitoring.sample_statistics import (
    compare_samples,
    ranking_accuracy,
    saturation,
)
from kerasgan.callbacks.monitoring.training_troubles import Diagnosis, Limits
from tests.conformance.catalogue import CATALOGUE, EAGER
from tests.containers import as_py_dataset
from tests.engine.games import (
    POINTS,
    assert_equal,
    fit,
    linear_gan,
    number,
    state,
    tiny_gan,
    tug,
)

CLOUD = np.random.default_rng(0).normal(size=(64, 2)).astype("float32")
LIMITS = Limits(0.1, 0.99, 0.1, 1000.0, 1e-3)
LOGGED = {
    "discriminator_accuracy",
    "spread",
    "duplicates",
    "distance",
    "coverage",
    "discriminator_gradient_norm",
    "generator_gradient_norm",
    "gradient_ratio",
}

on_one_backend = pytest.mark.skipif(
    keras.backend.backend() != "tensorflow", reason="does not depend on the backend"
)


@pytest.fixture(autouse=True)
def no_surprises():
    """A warning that a test does not ask for is an error."""
    with warnings.catch_warnings():
        warnings.filterwarnings("error", message="At step")
        yield


# The statistics.


@on_one_backend
def test_ranking_accuracy_is_the_area_under_the_curve(rng):
    real, fake = rng.normal(0.5, size=(9, 1)).round(1), rng.normal(size=(7, 1)).round(1)
    labels = [1] * 9 + [0] * 7
    expected = roc_auc_score(labels, np.concatenate([real, fake])[:, 0])
    assert ranking_accuracy(real, fake) == pytest.approx(expected, abs=1e-12)


@on_one_backend
def test_ranking_accuracy_compares_patches_with_the_same_patch():
    real, fake = np.zeros((2, 1, 2, 1)), np.zeros((2, 1, 2, 1))
    real[:, 0, 0], fake[:, 0, 0] = 5.0, 4.0  # Right, in the first patch
    real[:, 0, 1], fake[:, 0, 1] = 1.0, 2.0  # and wrong in the second.
    assert ranking_accuracy(real, fake) == 0.5


@on_one_backend
def test_spread_is_the_ratio_of_mean_distances(rng):
    real, fake = rng.normal(size=(20, 3)), rng.normal(size=(18, 3)) * [1, 2, 3]
    compared = compare_samples(real, fake)
    assert compared["spread"] == pytest.approx(pdist(fake).mean() / pdist(real).mean())
    between = np.sqrt(((real[:, None] - fake[None]) ** 2).sum(-1)).mean()
    expected = 1 - (pdist(real).mean() + pdist(fake).mean()) / (2 * between)
    assert compared["distance"] == pytest.approx(expected)


@on_one_backend
def test_distance_and_coverage_tell_equal_from_different_samples(rng):
    same = compare_samples(rng.normal(size=(200, 2)), rng.normal(size=(200, 2)))
    assert abs(same["distance"]) < 0.03 and same["coverage"] > 0.9
    apart = compare_samples(rng.normal(size=(200, 2)), rng.normal(100, size=(200, 2)))
    assert apart["distance"] > 0.95 and apart["coverage"] == 0.0


@on_one_backend
def test_coverage_is_the_share_of_modes(rng):
    ring = np.repeat([[np.cos(a), np.sin(a)] for a in np.arange(8) * np.pi / 4], 8, axis=0)
    real = ring + rng.normal(0, 0.01, ring.shape)
    fake = real[:16] + rng.normal(0, 0.001, (16, 2))  # Two of eight modes.
    assert compare_samples(real, fake)["coverage"] == 0.25


@on_one_backend
def test_duplicates_are_counted():
    fake = CLOUD.copy()
    fake[:16] = fake[0]
    assert compare_samples(CLOUD, CLOUD)["duplicates"] == 0.0
    assert compare_samples(CLOUD, fake)["duplicates"] == 0.25


@on_one_backend
def test_few_samples_have_no_distance():
    assert compare_samples(CLOUD[:4], CLOUD[4:8]).keys() == {"spread", "duplicates"}


@on_one_backend
def test_saturation():
    assert saturation(np.array([-1.0, 0.995, 0.98, 0.0])) == 0.5


# The diagnosis.

WELL = {
    "discriminator_accuracy": 0.8,
    "spread": 0.9,
    "duplicates": 0.0,
    "distance": 0.05,
    "coverage": 0.8,
    "saturation": 0.0,
    "discriminator_gradient_norm": 1.0,
    "generator_gradient_norm": 2.0,
    "discriminator_learning_rate": 0.002,
    "generator_learning_rate": 0.005,
}


def diagnose(*probes, patience=3):
    """The kinds found after each probe, and all words."""
    diagnosis = Diagnosis(["discriminator", "generator"], patience, LIMITS)
    words = [text for probe in probes for text in diagnosis.update({**WELL, **probe})]
    return diagnosis.found, words


CASES = {
    "dead_generator": ({"spread": 0.0}, "generator is dead"),
    "mode_collapse": (
        {"spread": 0.08},
        r"Mode collapse.* 8.0% of the spread.*generator_optimizer=\S+Adam\(0.0005, beta_1=0.0\)",
    ),
    "missing_modes": ({"coverage": 0.2, "distance": 0.3}, "only 20% of the real samples"),
    "discriminator_too_strong": (
        {"discriminator_accuracy": 1.0, "distance": 0.3},
        r"too strong.* 100.0% .*distance 0.30.*discriminator_optimizer=\S+Adam\(0.0002,",
    ),
    "discriminator_too_weak": (
        {"discriminator_accuracy": 0.5, "distance": 0.3},
        r"too weak.* 50% .*discriminator_optimizer=\S+Adam\(0.02,.*discriminator_steps=2",
    ),
    "exploding_generator": (
        {"generator_gradient_norm": 4000.0},
        r"generator explode.* 4e.03, 2e.03 times.*generator_optimizer=\S+Adam\(0.0005,.*clipnorm",
    ),
    "exploding_discriminator": ({"discriminator_gradient_norm": np.nan}, "discriminator explode"),
    "vanishing_generator": (
        {"generator_gradient_norm": 1e-4, "distance": 0.3},
        "generator vanish.* 0.0001",
    ),
}


@on_one_backend
@pytest.mark.parametrize("kind", CASES)
def test_each_trouble_is_named_after_patience_probes(kind):
    values, pattern = CASES[kind]
    assert diagnose(WELL, WELL, WELL, values, values) == (set(), [])
    found, words = diagnose(WELL, WELL, WELL, *[values] * 6)
    assert found == {kind} and len(words) == 1
    assert re.search(pattern, words[0])


@on_one_backend
def test_saturated_images_are_a_dead_generator():
    found, words = diagnose(*[WELL] * 3, *[{"saturation": 0.7}] * 4)
    assert found == {"dead_generator"} and "70% more of their values" in words[0]


@on_one_backend
@pytest.mark.parametrize(
    "values",
    [
        {"discriminator_accuracy": 1.0},  # As in healthy trainings on images.
        {"discriminator_accuracy": 0.5},  # The goal.
        {"coverage": 0.0},
        {"generator_gradient_norm": 1e-6},  # At the goal there is nothing to learn.
        {"generator_gradient_norm": 1000.0},
    ],
)
def test_no_alarm(values):
    assert diagnose(*[WELL] * 3, *[values] * 10) == (set(), [])


@on_one_backend
def test_no_alarm_while_it_gets_better():
    rising = [{"spread": spread} for spread in np.geomspace(0.001, 0.09, 10)]
    assert diagnose(*rising) == (set(), [])
    nearing = [{"discriminator_accuracy": 1.0, "distance": d} for d in np.linspace(0.9, 0.2, 10)]
    assert diagnose(*nearing) == (set(), [])


@on_one_backend
def test_it_is_said_again_after_it_was_over():
    bad, good = [CASES["mode_collapse"][0]] * 3, [WELL] * 3
    assert len(diagnose(*good, *bad, WELL, *bad)[1]) == 1
    found, words = diagnose(*good, *bad, *good)
    assert not found and len(words) == 1
    assert len(diagnose(*good, *bad, *good, *bad)[1]) == 2


# The probe.


def test_gradient_norms_by_hand():
    gan = linear_gan(generator=0.5, discriminator=2.0, loss="wasserstein")
    real = np.array([[1.0], [2.0], [6.0]], "float32")
    z = ops.convert_to_numpy(gan.sample_latents(3, seed=keras.random.SeedGenerator(0)))
    observation = make_probe(gan)(real)
    # Losses: d·mean(g·z) - d·mean(x), and -d·mean(g·z).
    norms = observation.gradient_norms
    assert norms["discriminator"] == pytest.approx(abs(0.5 * z.mean() - 3.0), rel=1e-5)
    assert norms["generator"] == pytest.approx(abs(2.0 * z.mean()), rel=1e-5)
    ((shown, fake, real_scores, fake_scores),) = observation.judgements
    np.testing.assert_array_equal(shown, real)
    np.testing.assert_allclose(fake, 0.5 * z, rtol=1e-5)
    np.testing.assert_allclose(real_scores, 2.0 * real, rtol=1e-5)
    np.testing.assert_allclose(fake_scores, z, rtol=1e-5)


def test_gradient_norms_are_free_of_the_loss_scale():
    plain, scaled = (linear_gan(generator_optimizer=make()) for make in (_adam, _scaled_adam))
    norms = [make_probe(gan)(POINTS[:, :1]).gradient_norms for gan in (plain, scaled)]
    assert norms[0] == pytest.approx(norms[1], rel=1e-5)


def _adam():
    return keras.optimizers.Adam(1e-3)


def _scaled_adam():
    return keras.optimizers.LossScaleOptimizer(_adam(), initial_scale=64.0)


def test_games_without_discriminators_have_gradients_only():
    observation = make_probe(tug())(np.ones((2, 1), "float32"))
    # left: (a + b + c·d - m)² with a=1, b=2, c=3, d=4, m=1; right: (c - a)².
    assert observation.judgements == []
    expected = {"left": np.sqrt(2) * 2 * 14, "right": 4.0}
    assert observation.gradient_norms == pytest.approx(expected)


# The callback.


def run(make, callback=None, epochs=2):
    keras.utils.set_random_seed(0)
    gan, data = make()
    callbacks = [] if callback is None else [callback]
    options = {"batch_size": 4, "epochs": epochs, "shuffle": False, "verbose": 0}
    return gan, gan.fit(*data, **options, callbacks=callbacks).history


def dropping_gan():
    """Its dropout has no seed, and draws from the backend's own stream."""
    generator = keras.Sequential([keras.Input((3,)), layers.Dense(4, "relu"), layers.Dense(2)])
    critic = [keras.Input((2,)), layers.Dense(4, "relu"), layers.Dropout(0.5), layers.Dense(1)]
    gan = kerasgan.models.GAN(generator, keras.Sequential(critic), latent_dim=3, seed=1)
    gan.compile(run_eagerly=EAGER)
    return gan, (POINTS,)


def images(channels):
    size = 16 if channels == 1 else 24
    rng = np.random.default_rng(0)
    return rng.uniform(-1, 1, (4, size, size, channels)).astype("float32")


def of_catalogue(model):
    row = next(row for row in CATALOGUE if row.model is model)
    return row.make_compiled(run_eagerly=EAGER, generator_ema=0.9), row.data(batches=1)


@pytest.mark.parametrize(
    ("make", "real", "unit"),
    [
        (lambda: (tiny_gan(), (POINTS,)), POINTS, "epoch"),
        (dropping_gan, POINTS, "step"),
        (lambda: of_catalogue(kerasgan.models.DCGAN), images(1), "epoch"),
        pytest.param(
            lambda: of_catalogue(kerasgan.models.CycleGAN),
            (images(2), images(2)),
            "epoch",
            marks=pytest.mark.skipif(keras.backend.backend() == "jax", reason="compiles for long"),
        ),
    ],
    ids=["GAN", "dropout without a seed", "DCGAN", "CycleGAN"],
)
def test_training_is_undisturbed_to_the_bit(make, real, unit):
    alone, expected = run(make)
    watched, history = run(make, TrainingMonitor(real, unit=unit))
    assert_equal(state(alone), state(watched))
    for name, values in expected.items():
        assert history[name] == values
    assert len(history["monitor_spread"]) == 2


def test_the_logs_reach_the_history_and_later_callbacks():
    seen = []
    look = keras.callbacks.LambdaCallback(on_epoch_end=lambda epoch, logs: seen.append(dict(logs)))
    monitor = TrainingMonitor(CLOUD, every=2)
    history = fit(tiny_gan(), CLOUD, 4, batch_size=64, callbacks=[monitor, look])
    logged = {name.removeprefix("monitor_") for name in history if name.startswith("monitor_")}
    assert logged == LOGGED
    # Epochs without a probe have no values.
    assert ["monitor_spread" in log for log in seen] == [False, True, False, True]
    assert [seen[1]["monitor_spread"], seen[3]["monitor_spread"]] == history["monitor_spread"]
    assert all(isinstance(history[f"monitor_{name}"][0], float) for name in logged)


def test_what_is_logged_is_what_the_model_does():
    gan = linear_gan(loss="wasserstein")
    history = fit(gan, CLOUD[:, :1], batch_size=32, callbacks=[TrainingMonitor(CLOUD[:, :1])])
    z = ops.convert_to_numpy(gan.sample_latents(64, seed=keras.random.SeedGenerator(0)))
    fake = number(gan.generator.weights[0][0, 0]) * z
    spread = pdist(fake).mean() / pdist(CLOUD[:, :1]).mean()
    assert history["monitor_spread"] == pytest.approx([spread], rel=1e-4)
    norms = [history[f"monitor_{p}_gradient_norm"][0] for p in ("discriminator", "generator")]
    assert history["monitor_gradient_ratio"] == pytest.approx([norms[0] / norms[1]])


class Counted(TrainingMonitor):
    """Notes the steps of its probes."""

    def _look(self):
        before = self._probed_step
        super()._look()
        if self._probed_step != before:
            self.steps = [*getattr(self, "steps", []), self._probed_step]


def test_it_probes_by_steps():
    monitor = Counted(CLOUD, every=3, unit="step", patience=99)
    fit(tiny_gan(), epochs=4, callbacks=[monitor])  # Two steps an epoch.
    assert monitor.steps == [3, 6]


@on_one_backend
def test_a_resumed_training_is_not_probed_where_it_was(tmp_path):
    fit(tiny_gan(), epochs=1, callbacks=[Checkpoint(tmp_path, every=1, unit="step")])
    monitor = Counted(CLOUD, unit="step", patience=99)
    fit(tiny_gan(), epochs=3, callbacks=[Checkpoint(tmp_path), monitor])
    assert monitor.steps == [3, 4, 5, 6]


def test_by_epochs_it_does_nothing_in_a_batch():
    base = keras.callbacks.Callback
    assert TrainingMonitor.on_train_batch_end is base.on_train_batch_end
    assert TrainingMonitor.on_batch_end is base.on_batch_end


def frozen_gan(generator_scale, discriminator):
    """A game that stays as it is: a generator of scaled latents, and a given discriminator."""
    generator = keras.Sequential([keras.Input((2,)), layers.Rescaling(generator_scale)])
    generator.add(layers.Dense(2, use_bias=False, kernel_initializer="identity"))
    gan = kerasgan.models.GAN(generator, discriminator, latent_dim=2, seed=0)
    gan.compile(
        discriminator_optimizer=keras.optimizers.SGD(0.0),
        generator_optimizer=keras.optimizers.SGD(0.0),
        run_eagerly=EAGER,
    )
    return gan


def judge(sign=1.0):
    """A discriminator that gives higher scores to what lies further to the right."""
    network = keras.Sequential([keras.Input((2,)), layers.Dense(1)])
    network.set_weights([np.array([[sign], [0.0]], "float32"), np.zeros(1, "float32")])
    return network


@pytest.mark.parametrize(
    ("scale", "sign", "shift", "message"),
    [
        (0.05, 1.0, 0.0, "Mode collapse"),
        (1.0, 1.0, 50.0, "discriminator is too strong"),
        (1.0, -1.0, 50.0, "discriminator is too weak"),
    ],
)
def test_a_game_that_stands_still_in_trouble_is_reported_once(scale, sign, shift, message):
    monitor = TrainingMonitor(CLOUD + shift)
    with pytest.warns(UserWarning, match=rf"At step \d+ \(epoch 4\): .*{message}") as caught:
        fit(frozen_gan(scale, judge(sign)), epochs=6, callbacks=[monitor])
    assert sum("At step" in str(warning.message) for warning in caught) == 1
    assert len(monitor.troubles) == 1


def test_a_good_generator_gives_no_alarm():
    monitor = TrainingMonitor(CLOUD)
    fit(frozen_gan(1.0, judge()), epochs=6, callbacks=[monitor])
    assert monitor.troubles == set()


@on_one_backend
@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"unit": "minute"}, ValueError, r"'epoch', 'step'.*unit='minute'"),
        ({"every": 0}, ValueError, "positive integer. Received: every=0"),
        ({"patience": 1.5}, ValueError, "positive integer. Received: patience=1.5"),
        ({"samples": 1}, ValueError, "at least 2.*samples=1"),
        ({"real": CLOUD[:1]}, ValueError, "at least 2, better 64 or more.*1 sample"),
        ({"real": CLOUD[:, :1]}, ValueError, r"samples of shape \(2,\).*\(64, 1\)"),
        ({"real": CLOUD * np.nan}, ValueError, "not finite.*nan in sample 0"),
        ({"real": "photos"}, TypeError, "must be an array.*str"),
        ({"real": as_py_dataset(CLOUD)}, TypeError, "pass an array of them.*Batches"),
        ({"real": (x for x in CLOUD)}, TypeError, "pass an array of them.*generator"),
    ],
)
def test_what_it_refuses(arguments, error, message):
    with pytest.raises(error, match=f"(?s){message}"):
        fit(tiny_gan(), callbacks=[TrainingMonitor(**{"real": CLOUD, **arguments})])


@on_one_backend
def test_it_refuses_data_sets_and_other_models():
    import tensorflow as tf

    dataset = tf.data.Dataset.from_tensor_slices(CLOUD).batch(8)
    with pytest.raises(TypeError, match=r"next\(iter\(dataset\)\).*Received: real of type"):
        fit(tiny_gan(), callbacks=[TrainingMonitor(dataset)])
    model = keras.Sequential([keras.Input((2,)), layers.Dense(1)])
    model.compile("sgd", "mse")
    with pytest.raises(TypeError, match="adversarial models of kerasgan. Received: Sequential"):
        model.fit(CLOUD, CLOUD[:, :1], verbose=0, callbacks=[TrainingMonitor(CLOUD)])
