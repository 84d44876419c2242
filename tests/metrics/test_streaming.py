"""Metrics that add up batches are those of all samples together."""

import keras
import numpy as np
import pytest

from kerasgan import metrics
from kerasgan.metrics import (
    StreamingConditionalAccuracy,
    StreamingFrechetDistance,
    StreamingInceptionScore,
)

pytestmark = [
    pytest.mark.filterwarnings("ignore:A Fréchet distance of"),
    pytest.mark.filterwarnings("ignore:An inception score of"),
]
BACKEND = keras.backend.backend()
TOLERANCE = 1e-5 if BACKEND == "jax" else 1e-10


def number(value):
    return float(keras.ops.convert_to_numpy(value))


def updating(metric):
    """`update_state`, compiled as the backend compiles."""
    if BACKEND == "tensorflow":
        import tensorflow as tf

        return tf.function(metric.update_state, reduce_retracing=True)
    if BACKEND == "torch":
        return metric.update_state
    import jax

    compiled = jax.jit(metric.stateless_update_state)

    def update(*args, **kwargs):
        values = compiled([variable.value for variable in metric.variables], *args, **kwargs)
        for variable, value in zip(metric.variables, values, strict=True):
            variable.assign(value)

    return update


def feed(metric, parts, **arrays):
    """Adds arrays in parts of unequal size."""
    update, bounds = updating(metric), np.linspace(0, 1, parts + 1) ** 2
    (length,) = {len(array) for array in arrays.values()}
    for start, stop in zip(bounds, bounds[1:], strict=False):
        places = slice(round(start * length), round(stop * length))
        update(**{name: array[places] for name, array in arrays.items()})


def test_frechet_distance_far_from_zero_with_small_deviations():
    # As Inception's: means of 100 deviations, which are of unequal size and not independent.
    rng = np.random.default_rng(0)
    mix = rng.normal(size=(12, 12)) * np.geomspace(1.0, 0.03, 12)
    real, fake = rng.normal(size=(2, 3000, 12)) @ mix
    real, fake = ((part + 100.0).astype("float32") for part in (real, fake * 1.1 + 0.1))
    metric = StreamingFrechetDistance(12, keep_real=True)
    feed(metric, 4, real=real)
    feed(metric, 4, fake=fake)
    expected = metrics.frechet_distance(real, fake)
    assert number(metric.result()) == pytest.approx(expected, rel=TOLERANCE)
    metric.reset_state()
    feed(metric, 2, fake=real)
    # Small differences of large sums: the trace is 12.
    assert number(metric.result()) == pytest.approx(0.0, abs=1e-5)
    metric.keep_real = False
    metric.reset_state()
    with pytest.raises(ValueError, match="two samples, real ones and generated ones.*count=0"):
        metric.result()


def test_many_batches_lose_nothing():
    rng = np.random.default_rng(1)
    metric, sums = StreamingFrechetDistance(2), metrics.FeatureStatistics()
    update = updating(metric)
    for batch in rng.normal(3.0, 1.0, (300, 16, 2)).astype("float32"):
        update(real=batch)
        sums.update(batch)
    found = metric._real.statistics()
    # Of float32 alone: 3e-6.
    np.testing.assert_allclose(found.mean, sums.mean, rtol=1e-7)
    np.testing.assert_allclose(found.covariance, sums.covariance, rtol=1e-7, atol=1e-7)
    assert found.count == sums.count


def test_inception_score():
    rows = np.random.default_rng(0).dirichlet(np.full(5, 0.1), 1000).astype("float32")
    rows[:100] = np.eye(5)[np.arange(100) % 5]  # 0 · log 0.
    metric = StreamingInceptionScore(5)
    feed(metric, 5, probabilities=rows)
    expected = metrics.inception_score(rows, splits=1).mean
    assert number(metric.result()) == pytest.approx(expected, rel=1e-6)
    metric.reset_state()
    metric.update_state(rows[:50] * 3.0)
    with pytest.raises(ValueError, match="a softmax to logits. Received: 50 rows .* 3.0"):
        metric.result()


def test_conditional_accuracy():
    rng = np.random.default_rng(0)
    rows, labels = rng.dirichlet(np.ones(4), 60), rng.integers(0, 3, 60)
    metric = StreamingConditionalAccuracy(4)
    assert number(metric.result()) == 0.0
    feed(metric, 3, labels=labels, probabilities=rows.astype("float32"))
    expected = metrics.conditional_accuracy(rows, labels)
    assert number(metric.result()) == pytest.approx(expected.accuracy)
    assert metric.by_class() == expected.by_class and len(expected.by_class) == 3
    metric.reset_state()
    assert metric.by_class() == {}


@pytest.mark.parametrize(
    "metric",
    [
        StreamingFrechetDistance(3, keep_real=True, name="fid"),
        StreamingInceptionScore(3, name="score"),
        StreamingConditionalAccuracy(3),
    ],
    ids=lambda metric: metric.name,
)
def test_config_round_trip(metric):
    again = keras.saving.deserialize_keras_object(keras.saving.serialize_keras_object(metric))
    assert type(again) is type(metric) and again.get_config() == metric.get_config()


@pytest.mark.parametrize(
    "update, message",
    [
        (lambda: StreamingFrechetDistance(3).update_state(fake=np.ones((4, 2))), r"\(4, 2\)"),
        (lambda: StreamingInceptionScore(3).update_state(np.ones(3)), r"Received: \(3,\)"),
        (
            lambda: StreamingConditionalAccuracy(3).update_state(np.eye(3), np.eye(3)),
            r"Labels of shape \(batch,\).*Received: \(3, 3\) and \(3, 3\)",
        ),
    ],
)
def test_wrong_shapes(update, message):
    with pytest.raises(ValueError, match=message):
        update()
