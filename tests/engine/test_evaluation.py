"""Evaluation repeats itself and leaves the random streams where they were."""

import keras
import numpy as np
import pytest

from tests.conformance.catalogue import CATALOGUE

ROW = CATALOGUE[0]


def streams(model):
    return [np.array(keras.ops.convert_to_numpy(g.state)) for g in seed_generators(model)]


def seed_generators(model):
    return (model.seed_generator, model.evaluation_seed_generator)


def test_two_evaluations_are_equal_and_move_no_stream():
    model = ROW.make_compiled()
    data = ROW.data(batches=3)
    before = streams(model)
    first = model.evaluate(*data, batch_size=4, verbose=0)
    second = model.evaluate(*data, batch_size=4, verbose=0)
    assert first == second
    for left, right in zip(before, streams(model), strict=True):
        np.testing.assert_array_equal(left, right)


def test_the_batches_of_one_evaluation_see_different_latents():
    model = ROW.make_compiled(run_eagerly=True)
    data = ROW.data(batches=1)[0]
    once = model.evaluate(data, batch_size=4, verbose=0)
    twice = model.evaluate(np.concatenate([data, data]), batch_size=4, verbose=0)
    assert once != twice  # With the same latents for every batch the means would be equal.


def test_what_cannot_be_evaluated_is_refused():
    model = ROW.make_compiled()
    data = ROW.data(batches=1)[0]
    with pytest.raises(ValueError, match="Received: nan in sample 0"):
        model.evaluate(np.where(data == data[0, 0], np.nan, data), verbose=0)
    with pytest.raises(ValueError, match="Pass `steps`.*Received: steps=None"):
        model.evaluate(iter_forever(data), verbose=0)


def iter_forever(data):
    while True:
        yield (data,)
