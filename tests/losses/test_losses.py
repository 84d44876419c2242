"""Each objective against the formula of its paper, in float64 NumPy."""

import itertools

import keras
import numpy as np
import pytest
from keras import ops

from kerasgan import losses

REAL = np.array([[-3.0], [0.5], [2.0]], "float32")
FAKE = np.array([[-1.0], [0.0], [4.0]], "float32")


def sigmoid(x):
    return 1.0 / (1.0 + np.exp(-x.astype("float64")))


def value(tensor) -> float:
    return float(ops.convert_to_numpy(tensor))


def cross_entropy(real, fake, smoothing=0.0):
    target = 1.0 - smoothing
    real = -(target * np.log(sigmoid(real)) + (1 - target) * np.log(1 - sigmoid(real))).mean()
    return real - np.log(1 - sigmoid(fake)).mean()


@pytest.mark.parametrize(
    "name, discriminator, generator",
    [
        ("non_saturating", cross_entropy(REAL, FAKE), -np.log(sigmoid(FAKE)).mean()),
        ("minimax", cross_entropy(REAL, FAKE), np.log(1 - sigmoid(FAKE)).mean()),
        (
            "least_squares",
            0.5 * ((REAL - 1) ** 2).mean() + 0.5 * (FAKE**2).mean(),
            ((FAKE - 1) ** 2).mean(),
        ),
        ("wasserstein", FAKE.mean() - REAL.mean(), -FAKE.mean()),
    ],
)
def test_values(name, discriminator, generator):
    loss = losses.get(name)
    assert value(loss.discriminator_loss(REAL, FAKE)) == pytest.approx(discriminator, abs=1e-6)
    assert value(loss.generator_loss(FAKE)) == pytest.approx(generator, abs=1e-6)


@pytest.mark.parametrize("cls", [losses.NonSaturating, losses.Minimax])
def test_label_smoothing_lowers_the_target_of_real_samples(cls):
    loss = cls(label_smoothing=0.1)
    expected = cross_entropy(REAL, FAKE, smoothing=0.1)
    assert value(loss.discriminator_loss(REAL, FAKE)) == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize("cls", [losses.NonSaturating, losses.Minimax])
@pytest.mark.parametrize("smoothing", [0.0, 0.1])
def test_label_flipping_is_the_mean_over_all_ways_to_flip(cls, smoothing):
    p, labels = 0.2, np.array([1.0, 1.0, 1.0, 0.0, 0.0, 0.0])
    scores = np.concatenate([REAL, FAKE])[:, 0]
    expected = 0.0
    for flips in itertools.product((0, 1), repeat=6):
        chance = np.prod([p if flip else 1 - p for flip in flips])
        targets = (1 - smoothing) * np.abs(labels - flips)
        costs = -targets * np.log(sigmoid(scores)) - (1 - targets) * np.log(1 - sigmoid(scores))
        expected += chance * costs.sum() / 3
    loss = cls(smoothing, label_flipping=p)
    assert value(loss.discriminator_loss(REAL, FAKE)) == pytest.approx(expected, abs=1e-6)
    unflipped = value(cls(smoothing).generator_loss(FAKE))
    assert value(loss.generator_loss(FAKE)) == unflipped


@pytest.mark.parametrize("name", ["non_saturating", "minimax"])
def test_large_logits_stay_finite(name):
    loss = losses.get(name)
    scores = np.array([[-1e4], [1e4]], "float32")
    assert value(loss.discriminator_loss(scores, scores)) == pytest.approx(1e4)
    assert np.isfinite(value(loss.generator_loss(scores)))


def test_the_minimax_generator_saturates_where_the_other_does_not():
    confident = np.full((1, 1), -20.0, "float32")
    step = np.float32(1e-2)

    def slope(loss):
        ahead, behind = (loss.generator_loss(confident + s) for s in (step, -step))
        return (value(ahead) - value(behind)) / (2 * step)

    assert abs(slope(losses.Minimax())) < 1e-6
    assert slope(losses.NonSaturating()) == pytest.approx(-1.0, abs=1e-2)


@pytest.mark.parametrize("loss", [losses.Minimax(0.1, 0.2), losses.LeastSquares()])
def test_serialisation(loss):
    config = keras.saving.serialize_keras_object(loss)
    again = losses.get(config)
    assert type(again) is type(loss) and again.get_config() == loss.get_config()
    assert losses.get(loss) is loss


@pytest.mark.parametrize("wrong", ["hinges", keras.losses.MeanSquaredError(), 3])
def test_unknown_loss(wrong):
    with pytest.raises(ValueError, match="must be a `kerasgan.losses` object or one of the names"):
        losses.get(wrong)


def test_label_smoothing_out_of_range():
    with pytest.raises(ValueError, match=r"must lie in \[0, 1\). Received: label_smoothing=1.0"):
        losses.NonSaturating(label_smoothing=1.0)
