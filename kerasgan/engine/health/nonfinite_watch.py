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
from kerasgan.samples.array_checks import BOUND
from kerasgan.samples.batch_shapes import empty_batch, refuse_empty
from kerasgan.samples.class_labels import stray, stray_label
from kerasgan.samples.value_ranges import IMAGE_RANKS
from kerasgan.types import Tensor, Terms

FINITE = float(np.finfo("float32").max)


@dataclass(frozen=True)
class Watched:
    """One of the values that a training step makes.

    Args:
        player: String, whose value it is; `None` for the data.
        term: String, the loss term or what of the data; `None` for the player's weights.
        limit: Float, the greatest absolute value that is in order.
        num_classes: Int, the number of classes, where labels are watched. Defaults to `None`.
        wanted: Bool, whether the value should pass the limit, sooner or later. Defaults to `False`.
    """

    player: str | None
    term: str | None
    limit: float = FINITE
    num_classes: int | None = None
    wanted: bool = False

    def error(self, step: int, value: float) -> Exception:
        """What to raise where the value has passed the limit."""
        if self.player is not None:
            return NonFiniteError(self.player, self.term, step, value)
        if self.num_classes is not None:
            return ValueError(stray(int(value), self.num_classes, f"the batch of step {step}"))
        if self.term == "samples":
            return ValueError(empty_batch(f"the batch of step {step}"))
        if self.term == "range":
            return ValueError(
                "Images must have values in [-1, 1], the range that generators draw in. For values "
                "in [0, 255] map the data set by `x / 127.5 - 1.0`. The model has been trained on "
                "them: build it anew, or load a checkpoint. Received: values up to "
                f"{value:g} in the batch of step {step}"
            )
        return ValueError(
            "The data hold values that are not finite, and a network that has seen one never "
            "recovers. Remove the samples, or repair them with `np.nan_to_num`. Then build the "
            f"model anew, or load a checkpoint. Received: {value} in the batch of step {step}"
        )


def watched_values(
    moves: Sequence[Sequence[Player]], num_classes: int | None = None
) -> list[Watched]:
    """What there is to watch in a training step, in the order in which it happens.

    Args:
        moves: The players that move together, for each move of a step.
        num_classes: Int, the classes of the data, if their labels are used. Defaults to `None`.
    """
    values = [Watched(None, "samples", 0.5), Watched(None, "values")]
    values.append(Watched(None, "range", BOUND))
    values.append(Watched(None, "signs", 0.5, wanted=True))
    if num_classes is not None:
        values.append(Watched(None, "labels", 0.5, num_classes))
    for players in moves:
        values += [Watched(player.name, term) for player in players for term in player.terms]
        values += [Watched(player.name, None) for player in players]
    return values


def data_values(batch: Any, num_classes: int | None = None) -> list[Tensor]:
    """The values of a batch: emptiness, sum, peak of images, whether they have signs, stray label.

    Args:
        batch: What `unpack` returned: with `num_classes` a pair of samples and labels.
        num_classes: See `watched_values`. Defaults to `None`.

    Raises:
        ValueError: If the batch is empty, where that is known.
    """
    refuse_empty(batch)
    strays = [] if num_classes is None else [stray_label(batch[1], num_classes)]
    arrays = [array for array in keras.tree.flatten(batch) if ops.is_tensor(array)]
    arrays = [array for array in arrays if keras.backend.is_float_dtype(array.dtype)]
    images = [array for array in arrays if len(array.shape) in IMAGE_RANKS]
    zero = ops.zeros(())
    sums = [ops.sum(array) for array in arrays]
    return [_is_empty(batch), ops.sum(ops.stack([zero, *sums])), *_ends(images), *strays]


def move_values(players: Sequence[Player], terms: Mapping[str, Terms]) -> list[Tensor]:
    """The values of a move: the terms of those who moved, by player, then their weights.

    To be called when they have moved, and before others do.
    """
    values = [terms[player.name][term] for player in players for term in player.terms]
    return [*values, *(weight_value(player) for player in players)]


def _ends(images: Sequence[Tensor]) -> tuple[Tensor, Tensor]:
    """The greatest absolute value, and 1 if each array has a value below zero, or none above."""
    if not images:
        return ops.zeros(()), ops.ones(())
    lows = ops.stack([ops.cast(ops.min(array), "float32") for array in images])
    highs = ops.stack([ops.cast(ops.max(array), "float32") for array in images])
    signed = ops.all(ops.logical_or(lows < 0.0, highs <= 0.0))
    return ops.maximum(0.0, ops.max(ops.maximum(-lows, highs))), ops.cast(signed, "float32")


def _is_empty(batch: Any) -> Tensor:
    """1 for a batch of no samples, else 0; only a graph of TensorFlow does not know beforehand."""
    size = ops.shape(keras.tree.flatten(batch)[0])[0]
    return ops.zeros(()) if isinstance(size, int) else ops.cast(ops.equal(size, 0), "float32")


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
