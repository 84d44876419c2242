"""The networks of a game: which it has, and how they grow by stages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import keras
from keras import ops

from kerasgan.engine.backends.trainers import Trainer
from kerasgan.engine.game.player import Player
from kerasgan.engine.game.progress import Progress
from kerasgan.engine.game.stages import Stages
from kerasgan.engine.optimizers.moving_average import MovingAverage
from kerasgan.engine.state import resuming
from kerasgan.engine.state.model_parts import attributes_of, holds
from kerasgan.layers.fade import Fade, faded
from kerasgan.ops.resolutions import coarser, finer
from kerasgan.types import Tensor


class StagedModel(Trainer):
    """Abstract: a game whose networks may grow, such as from small images to large ones.

    Most do not: they are of one stage. `AdversarialModel` is the game itself.
    """

    average: MovingAverage | None
    game: Any
    # Of a game that grows. By its name Keras files it before the networks of the present stage, so
    # that the files of all stages are alike.
    all_stages: Stages | None
    progress: Progress | None

    def __setattr__(self, name: str, value: Any) -> None:
        """Lets go of a network in whose place another comes: Keras would go on to count it in."""
        before = attributes_of(self).get(name)
        super().__setattr__(name, value)
        if isinstance(before, keras.layers.Layer) and not holds(self, before):
            self._tracker.untrack(before)

    def declare_stages(self, **networks: Sequence[keras.Model]) -> None:
        """Says, in the constructor, that the game grows, and by which networks.

        Each name becomes an attribute: the network of the present stage, which is the first, see
        `set_stage`. Stages share layers where they go on with what was learnt. The players'
        optimizers hold the variables of all stages; those that the present one does not use rest.

        Args:
            **networks: For each network that grows a list with one `keras.Model` for each stage.

        Raises:
            ValueError: If the lists differ in length, or hold something else.

        Example:

        ```python
        with self.network_scope():
            self.declare_stages(generator=[small, large], discriminator=[judge_small, judge_large])
        ```
        """
        self.all_stages = Stages(networks)
        self.progress = Progress()
        self._hold_networks()

    @property
    def stage(self) -> int | None:
        """The present stage, from 0; `None` of a game that does not grow."""
        return None if self.all_stages is None else self.all_stages.present

    @property
    def samples_seen(self) -> int:
        """How many real samples a game that grows has been trained on."""
        return int(ops.convert_to_numpy(self._growth()[1].samples))

    def set_stage(self, stage: int, fade: int = 0) -> None:
        """Goes on with the networks of another stage, also within a training.

        Weights, the optimizers' state and the moving average of all stages stay as they are; what
        the stage does not use rests until it is used again.

        Args:
            stage: Int, from 0.
            fade: Int, real samples over which the stage fades in, where its networks have a
                `kerasgan.layers.Fade`. Defaults to `0`, at once.

        Raises:
            ValueError: If there is no such stage, or nothing that fades.
        """
        stages, progress = self._growth()
        stages.check(stage, fade)
        self.fetch_state()
        self._enter(int(stage))
        progress.begin(int(fade))
        progress.show(self.fades())

    def fades(self) -> list[Fade]:
        """What fades the present stage in, in the networks and in their average."""
        held = [self.all_stages, None if self.average is None else self.average.all_stages]
        return [fade for one in held if one is not None for fade in one.fades(one.present)]

    def in_all_stages(self, players: Sequence[Player]) -> list[Player]:
        """The players with what they move in all stages; those of other games as they are."""
        if self.all_stages is None:
            return list(players)
        siblings = self.all_stages.siblings
        return [
            replace(player, networks=[own for n in player.networks for own in siblings(n)])
            for player in players
        ]

    def in_last_stage(self, name: str) -> keras.Model:
        """The network of a name when the game has grown up; of others the only one."""
        last = {} if self.all_stages is None else self.all_stages.at(-1)
        return last.get(name, getattr(self, name))

    def at_stage(self, samples: Tensor, maker: str = "generator") -> Tensor:
        """Samples of the last stage at the resolution of the present one.

        While that fades in they fade as well, from the resolution of the stage before.

        Args:
            samples: Tensor `(batch, *sizes, channels)`.
            maker: String, the network whose outputs have that resolution. Defaults to
                `"generator"`.
        """
        stages, progress = self._growth()
        shapes = [tuple(network.output_shape[1:]) for network in stages.of(maker)]
        stage = stages.present
        fine = coarser(samples, shapes[stage])
        if not stage or shapes[stage - 1] == shapes[stage] or not stages.fades(stage):
            return fine
        before = finer(coarser(fine, shapes[stage - 1]), shapes[stage])
        return faded(before, fine, progress.alpha())

    def at_last_stage(self, samples: Any, maker: str = "generator") -> Any:
        """Samples of the present stage at the resolution of the last one, each value repeated.

        So they can be compared with the data, and with those of other stages.

        Args:
            samples: Array `(n, *sizes, channels)`, which the network `maker` has made.
            maker: String. Defaults to `"generator"`.

        Returns:
            An array; of a game that does not grow the very same.
        """
        if self.all_stages is None:
            return samples
        return ops.convert_to_numpy(finer(samples, self.in_last_stage(maker).output_shape[1:]))

    def count_samples(self, samples: Tensor) -> None:
        """Tells a game that grows of the real samples of a training step."""
        if self.progress is not None:
            self.progress.advance(samples)
            self.progress.show(self.fades())

    def _enter(self, stage: int) -> None:
        """Goes over to another stage, and leaves how it fades in."""
        stages, _ = self._growth()
        stages.check(stage)
        if stage == stages.present:
            return
        stages.present = stage
        self._hold_networks()
        if self.average is not None:
            self.average.enter(stage)
        if self.compiled:
            self.game = self.game.replayed(self)
        resuming.renew_steps(self)

    def _hold_networks(self) -> None:
        stages, _ = self._growth()
        for name, network in stages.at(stages.present).items():
            # Past Keras's own, which has tracked the networks of all stages.
            object.__setattr__(self, name, network)

    def _growth(self) -> tuple[Stages, Progress]:
        if self.all_stages is None or self.progress is None:
            raise ValueError(
                f"{type(self).__name__} does not grow: a game of several stages declares them in "
                "its constructor by `declare_stages`. Received: a game of one stage"
            )
        return self.all_stages, self.progress
