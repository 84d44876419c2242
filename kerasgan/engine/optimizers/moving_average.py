"""Moving averages of the generators."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import keras
import numpy as np
from keras import ops

from kerasgan.engine.game.average import Average
from kerasgan.engine.game.stages import Stages
from kerasgan.types import Tensor

# Files of version 0.1 do not say how often an average has moved, and after how many samples.
UNKNOWN = -1
# So many moves, or samples, that every warm-up is over; more of them are not counted.
LONG_AGO = 2**30


class MovingAverage(keras.layers.Layer):
    """Copies of networks that follow them slowly, and give the better samples.

    The statistics of batch normalisation are averaged with the weights that they belong to: those
    of the moment would not fit the average. What is no floating-point number is copied.

    Args:
        networks: Keras models by name. The copies start equal to them.
        stages: The networks of all stages, of a game that grows: the average has copies of them
            all, and moves those of the present one. Defaults to `None`.
        rule: How they follow.

    Reference: [Yazıcı et al., 2019](https://arxiv.org/abs/1806.04498).
    """

    networks: dict[str, keras.Model]
    _followed: dict[str, list[keras.Variable]]

    def __init__(
        self,
        networks: Mapping[str, keras.Model],
        rule: Average,
        name: str = "moving_average",
        stages: Stages | None = None,
    ) -> None:
        super().__init__(name=name, trainable=False)
        self.rule = rule
        self.all_stages = None if stages is None else stages.copied(networks)
        if self.all_stages is None:
            self.networks = {key: _copy(network) for key, network in networks.items()}
        else:
            self.all_stages.trainable = False
            self.enter(self.all_stages.present)
        # Past Keras's own, which would count the variables among the average's.
        object.__setattr__(self, "_followed", _weights(networks, stages))
        # Its own: the optimizers' counters end with them, when the model is compiled again.
        self.moves = self._add_counts("moves")
        self.seen = self._add_counts("seen")  # Samples until the last move of each network,
        self.waiting = self._add_counts("waiting")  # and since.
        self.built = True

    def _add_counts(self, name: str) -> keras.Variable:
        return self.add_weight(
            (len(self.networks),),
            "zeros",
            dtype="int32",
            name=name,
            trainable=False,
            aggregation="only_first_replica",
        )

    def enter(self, stage: int) -> None:
        """Goes over to the copies of another stage, where the networks grow."""
        if self.all_stages is not None:
            self.all_stages.present = stage
            # Past Keras's own, which has tracked the copies of all stages.
            object.__setattr__(self, "networks", self.all_stages.at(stage))

    def follows(self, networks: Mapping[str, keras.Model], stages: Stages | None = None) -> bool:
        """Whether these are the networks that it was made of, with the variables of then."""
        then, now = self._followed, _weights(networks, stages)
        return then.keys() == now.keys() and all(
            [id(v) for v in then[key]] == [id(v) for v in now[key]] for key in now
        )

    def update(
        self,
        networks: Mapping[str, keras.Model],
        moved: Mapping[str, Tensor | None],
        step: Tensor,
        samples: Tensor,
    ) -> None:
        """Moves each copy towards its network, if that has moved.

        Args:
            networks: The networks, by name.
            moved: By name whether the network has moved since, a bool scalar; `None` where it has.
            step: Int scalar, the training steps before this one.
            samples: Int scalar, the samples of this step, in all replicas.
        """
        if not networks:
            return
        moves = self._known_moves(ops.cast(step, "int32"))
        seen = ops.convert_to_tensor(self.seen)
        waiting = self.waiting + ops.cast(samples, "int32")
        counts = []
        for index, (key, network) in enumerate(networks.items()):
            has_moved = moved[key]
            counts.append(ops.cast(True if has_moved is None else has_moved, "int32"))
            pace = self.rule.pace(moves[index], waiting[index], seen[index])
            self._follow(self.networks[key], network, pace, has_moved)
        counted = ops.stack(counts)
        self.moves.assign(moves + counted)
        self.seen.assign(ops.minimum(seen + counted * waiting, LONG_AGO))
        self.waiting.assign((1 - counted) * waiting)

    def _follow(
        self, copy: keras.Model, network: keras.Model, pace: Tensor, moved: Tensor | None
    ) -> None:
        if len(copy.weights) != len(network.weights):
            raise ValueError(
                f"{network.name!r} has other variables than when its moving average was made. Call "
                f"`compile` again. Received: {len(network.weights)} for {len(copy.weights)} of then"
            )
        for average, variable in zip(copy.weights, network.weights, strict=True):
            value, before = ops.convert_to_tensor(variable), ops.convert_to_tensor(average)
            if keras.backend.is_float_dtype(average.dtype):
                followed = before + (value - before) * ops.cast(pace, average.dtype)
                # A copy is one to the bit.
                value = ops.where(pace < 1.0, followed, value) if self.rule.copies else followed
            average.assign(value if moved is None else ops.where(moved, value, before))

    def _known_moves(self, steps: Tensor) -> Tensor:
        moves = ops.convert_to_tensor(self.moves)
        return ops.where(moves == UNKNOWN, steps, moves)

    def keep_count(self, steps: Tensor | None) -> None:
        """Keeps how often it has moved, before the counter of steps begins anew.

        Args:
            steps: Int scalar, the training steps so far, which are its moves where a file has not
                said them; `None` if nobody knows.
        """
        steps = LONG_AGO if steps is None else steps
        self.moves.assign(self._known_moves(ops.cast(steps, "int32")))

    def load_own_variables(self, store: Any) -> None:
        """Loads how often it has moved, and after how many samples."""
        if len(store.keys()):
            super().load_own_variables(store)
        else:
            self.moves.assign(np.full(self.moves.shape, UNKNOWN, "int32"))
            self.seen.assign(np.full(self.seen.shape, LONG_AGO, "int32"))
            self.waiting.assign(np.zeros(self.waiting.shape, "int32"))


def _weights(
    networks: Mapping[str, keras.Model], stages: Stages | None
) -> dict[str, list[keras.Variable]]:
    """The weights of networks by name, in all stages."""
    every = {key: stages.siblings(n) if stages else [n] for key, n in networks.items()}
    return {key: [weight for n in own for weight in n.weights] for key, own in every.items()}


def _copy(network: keras.Model) -> Any:
    copy = network.__class__.from_config(network.get_config())
    if not copy.built:
        copy.build(network.input_shape)
    copy.set_weights(network.get_weights())
    copy.trainable = False
    return copy
