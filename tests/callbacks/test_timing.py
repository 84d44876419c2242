"""When callbacks act: by epochs, by steps of which some are passed over, by minutes."""

import numpy as np
import pytest

from kerasgan.callbacks import Checkpoint, DensityPlot, Evaluate, ImageGrid, TrainingMonitor
from kerasgan.callbacks import timing as module
from kerasgan.callbacks.timing import Timing

ALL = ("epoch", "step", "minute")


@pytest.mark.parametrize(
    ("every", "expected"), [(1, [0, 1, 2, 3, 4, 5, 6]), (2, [1, 3, 5]), (3, [2, 5]), (3.0, [2, 5])]
)
def test_epochs(every, expected):
    timing = Timing(every, "epoch")
    assert [epoch for epoch in range(7) if timing.is_due_after_epoch(epoch)] == expected
    assert not any(timing.is_due_at_step(step) for step in range(1, 9))


@pytest.mark.parametrize(
    ("every", "begin", "steps", "expected"),
    [
        (1, 0, range(1, 5), [1, 2, 3, 4]),
        (3, 0, range(1, 8), [3, 6]),
        (2, 0, (3, 6, 9), [3, 6, 9]),  # Three in one execution.
        (4, 0, (3, 6, 9), [6, 9]),
        (4, 0, (9, 10, 11, 12), [9, 12]),
        (3, 4, (5, 6, 7), [6]),  # A resumed training.
        (3, 6, (6, 7, 8, 9), [9]),  # Done already, where it was interrupted.
    ],
)
def test_steps(every, begin, steps, expected):
    timing = Timing(every, "step")
    timing.begin(begin)
    assert [step for step in steps if timing.is_due_at_step(step)] == expected
    assert timing.step == steps[-1]
    assert not any(timing.is_due_after_epoch(epoch) for epoch in range(9))


def test_minutes(monkeypatch):
    now = [1000.0]
    monkeypatch.setattr(module.time, "monotonic", lambda: now[0])
    timing = Timing(0.5, "minute", ALL)
    due = []
    for step, seconds in enumerate((29.0, 0.9, 0.2, 29.0, 29.0)):
        now[0] += seconds
        due.append(timing.is_due_at_step(step))
        if due[-1]:
            timing.restart_clock()
    assert due == [False, False, True, False, True]
    now[0] += 31.0
    timing.begin(0)
    assert not timing.is_due_at_step(1)
    assert not timing.is_due_after_epoch(0)


@pytest.mark.parametrize("every", [0, -1, True, None, "2", np.nan, 0.0, -0.5, np.bool_(True), [1]])
@pytest.mark.parametrize("unit", ALL)
def test_what_counts_nothing(every, unit):
    with pytest.raises(ValueError, match="`every` must be a positive int.*Received: every="):
        Timing(every, unit, ALL)


def test_parts_are_of_minutes_alone():
    assert Timing(1.5, "minute", ALL).every == 1.5
    for unit in ("epoch", "step"):
        for every in (1.5, np.inf):
            with pytest.raises(ValueError, match="or of minutes a positive number. Received: "):
                Timing(every, unit, ALL)
        assert Timing(np.int64(2), unit).every == 2
    with pytest.raises(ValueError, match="positive integer. Received: every=1.5"):
        Timing(1.5, "epoch")


POINTS = np.zeros((4, 2))
MAKES = {
    "ImageGrid": ImageGrid,
    "Checkpoint": Checkpoint,
    "TrainingMonitor": lambda folder, **kwargs: TrainingMonitor(POINTS, **kwargs),
    "DensityPlot": lambda folder, **kwargs: DensityPlot(folder, POINTS, **kwargs),
}


@pytest.mark.parametrize("name", MAKES)
def test_every_callback_asks_alike(name, tmp_path):
    if name == "DensityPlot":
        pytest.importorskip("matplotlib")
    make = MAKES[name]
    for every in (True, 0, 1.5):
        with pytest.raises(ValueError, match=f"positive integer.*Received: every={every}"):
            make(tmp_path, every=every)
    with pytest.raises(ValueError, match="`unit` must be one of.*'step'.*Received: unit='hour'"):
        make(tmp_path, unit="hour")
    given = make(tmp_path, every=3, unit="step")
    assert (given.every, given.unit) == (3, "step")


@pytest.mark.parametrize(
    ("name", "argument"),
    [
        ("ImageGrid", "rows"),
        ("ImageGrid", "columns"),
        ("Checkpoint", "keep"),
        ("TrainingMonitor", "patience"),
    ],
)
def test_a_truth_is_no_number(name, argument, tmp_path):
    match = f"`{argument}` must be a positive integer. Received: {argument}=True"
    with pytest.raises(ValueError, match=match):
        MAKES[name](tmp_path, **{argument: True})


def test_measures_by_epochs():
    for every in (0, True, 1.5):
        with pytest.raises(ValueError, match=f"`every` must be a positive.*every={every}"):
            Evaluate(POINTS, [lambda real, fake: 0.0], every, extractor=np.asarray)
