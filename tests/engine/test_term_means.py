import keras
import numpy as np
import pytest

from kerasgan.engine.game.term_means import TermMeans
from tests.engine.games import number


def results(metric):
    return {name: number(value) for name, value in metric.result().items()}


def test_weighted_by_the_batch_size():
    means = TermMeans(["a", "b"])
    assert results(means) == {"a": 0.0, "b": 0.0}
    means.update_state({"b": 10.0, "a": 1.0}, 4)
    means.update_state({"a": 4.0, "b": -2.0}, 2)
    assert results(means) == {"a": 2.0, "b": pytest.approx(6.0)}
    means.reset_state()
    assert results(means) == {"a": 0.0, "b": 0.0}


def test_half_precision_is_summed_in_full():
    means = TermMeans(["a"])
    for _ in range(4):
        means.update_state({"a": keras.ops.cast(1.0, "float16")}, 60000)
    assert results(means) == {"a": 1.0}
    assert np.array(keras.ops.convert_to_numpy(means.samples)) == 240000


def test_config():
    means = TermMeans(["a", "b"])
    assert TermMeans.from_config(means.get_config()).names == ["a", "b"]
