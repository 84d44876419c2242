"""The networks of a game that grows, by stage."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import keras

from kerasgan.integers import is_integer
from kerasgan.layers.fade import Fade


class Stages(keras.layers.Layer):
    """Networks of which there is one for each stage, and which stage is the present one.

    The networks of one name share layers, as far as a stage goes on with those of another: all
    weights exist from the start.

    Args:
        networks: By name the networks of all stages, in their order.

    Raises:
        ValueError: If there are not as many of each, or one that cannot be shared.
    """

    def __init__(self, networks: Mapping[str, Sequence[keras.Model]]) -> None:
        super().__init__(name="all_stages")
        _check(networks)
        self.count = len(next(iter(networks.values())))
        self.present = 0
        self.names = list(networks)
        # One after the other: Keras files lists, and no lists in dictionaries.
        self.networks = [network for own in networks.values() for network in own]
        self.built = True

    def of(self, name: str) -> list[keras.Model]:
        """The networks of a name, by stage."""
        first = self.names.index(name) * self.count
        return list(self.networks[first : first + self.count])

    def at(self, stage: int) -> dict[str, keras.Model]:
        """The networks of a stage, by name."""
        return {name: self.of(name)[stage] for name in self.names}

    def siblings(self, network: keras.Model) -> list[keras.Model]:
        """What stands in a network's place in all stages; itself, where it is of none."""
        for name in self.names:
            if any(own is network for own in self.of(name)):
                return self.of(name)
        return [network]

    def fades(self, stage: int) -> list[Fade]:
        """What fades a stage in; none where it begins at once."""
        networks = self.at(stage).values()
        layers = [layer for network in networks for layer in network._flatten_layers()]
        return [layer for layer in layers if isinstance(layer, Fade)]

    def check(self, stage: Any, fade: Any = 0) -> None:
        """Refuses a stage that there is not, and what cannot fade in.

        Raises:
            ValueError: If it is so.
        """
        if not is_integer(stage):
            raise ValueError(f"A stage is an int, counted from 0. Received: stage={stage!r}")
        if not 0 <= stage < self.count:
            raise ValueError(
                f"There are {self.count} stages, 0 to {self.count - 1}. Received: stage={stage!r}"
            )
        if not is_integer(fade) or fade < 0:
            raise ValueError(
                "`fade` is a number of samples: it must be an int from 0 up. "
                f"Received: fade={fade!r}"
            )
        if fade and not self.fades(stage):
            raise ValueError(
                "A stage fades in by the `kerasgan.layers.Fade` in its networks, and this one has "
                f"none: leave `fade` out. Received: fade={fade!r} for stage {stage}"
            )

    def copied(self, networks: Mapping[str, keras.Model]) -> Stages:
        """Copies of networks in all stages, which share layers as these do.

        Args:
            networks: Networks by name, each of any stage, or of none.
        """
        originals = {name: self.siblings(network) for name, network in networks.items()}
        originals = {k: own * (self.count // len(own)) for k, own in originals.items()}
        made: dict[int, Any] = {}  # Of networks and layers by identity.
        copies = {name: [_copy(own, made) for own in every] for name, every in originals.items()}
        result = Stages(copies)
        result.present = self.present
        every = [network for own in originals.values() for network in own]
        if len(_weights(result.networks)) != len(_weights(every)):
            raise ValueError(
                "The networks of the stages share weights in a way that their copies do not, as "
                "within a layer of your own: share whole layers, or pass `generator_ema=0`. "
                f"Received: {len(_weights(every))} weights, of which the copies have "
                f"{len(_weights(result.networks))}"
            )
        for copy, original in zip(result.networks, every, strict=True):
            copy.set_weights(original.get_weights())
        return result


def _copy(network: keras.Model, made: dict[int, Any]) -> keras.Model:
    if id(network) not in made:
        made[id(network)] = keras.models.clone_model(network, recursive=True, cache=made)
    return made[id(network)]


def _weights(networks: Sequence[keras.Model]) -> set[int]:
    return {id(weight) for network in networks for weight in network.weights}


def _check(networks: Mapping[str, Sequence[keras.Model]]) -> None:
    counts = {name: len(own) for name, own in networks.items()}
    if len(set(counts.values())) != 1 or not all(counts.values()):
        raise ValueError(
            "A game that grows has one network of each name for each stage: pass lists of equal "
            f"lengths, such as `generator=[first, second]`. Received: {counts}"
        )
    for name, own in networks.items():
        for network in own:
            if not isinstance(network, keras.Model) or not getattr(network, "inputs", None):
                raise ValueError(
                    "The networks of a stage must be Sequential or functional models, built: call "
                    "yours on a `keras.Input` and pass `keras.Model(inputs, outputs)`. "
                    f"Received: {name} with {network!r}"
                )
