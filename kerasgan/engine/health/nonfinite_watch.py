"""What remembers, on the device, when a value was first not finite."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np
from keras import ops

from kerasgan.engine.game.player import Player
from kerasgan.engine.health.nonfinite_error import NonFiniteError
from kerasgan.samples.batch_shapes import empty_batch
from kerasgan.samples.class_labels import stray
from kerasgan.samples.entry import Entry
from kerasgan.samples.value_checks import out_of_range, slack
from kerasgan.types import Tensor, Terms

FINITE = float(np.finfo("float32").max)


@dataclass(frozen=True)
class Watched:
    """One of the values that a training step makes.

    Args:
        player: String, whose value it is; `None` for the data.
        term: String, the loss term or what of the data; `None` for the player's weights.
        limit: Float, the greatest absolute value that is in order.
        entry: Which of the data, where each is watched by itself. Defaults to `None`.
        wanted: Bool, whether the value should pass the limit, sooner or later. Defaults to `False`.
    """

    player: str | None
    term: str | None
    limit: float = FINITE
    entry: Entry | None = None
    wanted: bool = False

    def error(self, step: int, value: float) -> Exception:
        """What to raise where the value has passed the limit."""
        if self.player is not None:
            return NonFiniteError(self.player, self.term, step, value)
        if self.entry is not None:
            return ValueError(_misplaced(self.entry, step, value))
        if self.term == "samples":
            return ValueError(empty_batch(f"the batch of step {step}"))
        return ValueError(
            "The data hold values that are not finite, and a network that has seen one never "
            "recovers. Remove the samples, or repair them with `np.nan_to_num`. Then build the "
            f"model anew, or load a checkpoint. Received: {value} in the batch of step {step}"
        )


def _misplaced(entry: Entry, step: int, value: float) -> str:
    """What to tell of a value that its entry does not allow."""
    where = f"the batch of step {step}, in {entry.name!r}"
    if entry.range is None:
        return stray(int(value), entry.num_classes or 0, where, entry.kind)
    end, ways = (1, "up") if value > 0 else (0, "down")
    told = f"values {ways} to {entry.range[end] + value:g} in {where}"
    trained = "The model has been trained on them: build it anew, or load a checkpoint. "
    return out_of_range(entry, "map the data set by", "x", told, trained)


def watched_values(moves: Sequence[Sequence[Player]], entries: Sequence[Entry]) -> list[Watched]:
    """What there is to watch in a training step, in the order in which it happens.

    Args:
        moves: The players that move together, for each move of a step.
        entries: What the game is fed.
    """
    values = [Watched(None, "samples", 0.5), Watched(None, "values")]
    values.append(Watched(None, "signs", 0.5, wanted=True))
    for entry in entries:
        if entry.range is not None:
            values.append(Watched(None, "range", slack(entry.range), entry))
        elif entry.num_classes is not None:
            values.append(Watched(None, "classes", 0.5, entry))
    for players in moves:
        values += [Watched(player.name, term) for player in players for term in player.terms]
        values += [Watched(player.name, None) for player in players]
    return values


def move_values(players: Sequence[Player], terms: Mapping[str, Terms]) -> list[Tensor]:
    """The values of a move: the terms of those who moved, by player, then their weights.

    To be called when they have moved, and before others do.
    """
    values = [terms[player.name][term] for player in players for term in player.terms]
    return [*values, *(weight_value(player) for player in players)]


def weight_value(player: Player) -> Tensor:
    """A number that is finite if all weights of a player are."""
    sums = [ops.sum(variable.value) for variable in player.trainable_variables]
    return ops.sum(ops.stack(sums)) if sums else ops.zeros(())  # None where all is frozen.


class NonFiniteWatch(keras.metrics.Metric):
    """Notes the step in which each watched value first passed its limit, and the value.

    The notes stay on the device until somebody asks: a training step transfers nothing to the host.
    They outlast Keras's resets between epochs and evaluations.

    Args:
        watched: What is watched, in the order in which a step makes it.
    """

    def __init__(self, watched: Sequence[Watched], name: str = "nonfinite") -> None:
        super().__init__(name=name, dtype="float32")
        self.watched = list(watched)
        self._limits = np.array([entry.limit for entry in watched], "float32")
        shape = (len(self.watched),)
        self.steps = self.add_variable(shape, "zeros", dtype="int32", name="steps")
        self.values = self.add_variable(shape, "zeros", name="values")

    def update_state(self, values: Sequence[Tensor], step: Tensor) -> None:
        """Notes what is new.

        Args:
            values: Scalars, in the order of `watched`.
            step: Int scalar, the training step, from 1.
        """
        now = ops.stack([ops.cast(value, "float32") for value in values])
        # Put so that NaN, which no comparison holds for, is new as well.
        fine = ops.less_equal(ops.abs(now), self._limits)
        known = ops.logical_or(fine, self.steps.value > 0)
        self.steps.assign(ops.where(known, self.steps.value, ops.cast(step, "int32")))
        self.values.assign(ops.where(known, self.values.value, now))

    def result(self) -> Tensor:
        """The steps in which values passed their limits; 0 for those that have not."""
        return ops.convert_to_tensor(self.steps)

    def reset_state(self) -> None:
        """Does nothing: see `clear`."""

    def clear(self) -> None:
        """Forgets everything."""
        super().reset_state()

    def error(self) -> Exception | None:
        """What to raise for the first value that passed its limit; `None` if all is well."""
        found = [
            (int(step), index, float(value))
            for steps, values in zip(_replicas(self.steps), _replicas(self.values), strict=True)
            for index, (step, value) in enumerate(zip(steps, values, strict=True))
            if step and not self.watched[index].wanted
        ]
        if not found:
            return None
        step, index, value = min(found)
        return self.watched[index].error(step, value)

    def missing(self, term: str) -> bool:
        """Whether a value of the data that should have passed its limit has not, on any replica."""
        index = [entry.term if entry.wanted else None for entry in self.watched].index(term)
        return not any(steps[index] for steps in _replicas(self.steps))

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments."""
        return {"watched": self.watched, "name": self.name}


def _replicas(variable: keras.Variable) -> list[np.ndarray]:
    """The values of a variable, one for each replica of a `tf.distribute` strategy."""
    parts = getattr(variable.value, "values", None)
    parts = parts if isinstance(parts, tuple) else [variable.value]
    return [ops.convert_to_numpy(part) for part in parts]
