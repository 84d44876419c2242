"""A compiled game, step by step."""

from __future__ import annotations

from typing import Any

import keras

from kerasgan.engine.compiled_game import CompiledGame
from kerasgan.engine.game import minibatches
from kerasgan.engine.game.clock import Clock
from kerasgan.engine.game.player import Player
from kerasgan.engine.game.term_means import TermMeans
from kerasgan.engine.game.turn import Turn
from kerasgan.engine.health.nonfinite_watch import NonFiniteWatch
from kerasgan.engine.intake.single_batches import check_single_batch
from kerasgan.engine.intake.training_data import TrainingData
from kerasgan.engine.showing_model import ShowingModel
from kerasgan.engine.state import resuming
from kerasgan.types import Tensor


class PlayedModel(ShowingModel):
    """Abstract: what Keras's loops ask a game for, once it is compiled.

    `AdversarialModel` is the game itself, and compiles it.
    """

    game: CompiledGame
    seed_generator: keras.random.SeedGenerator
    evaluation_seed_generator: keras.random.SeedGenerator
    training_data: TrainingData | None
    # Attributes of the model's own, since files and checkpoints know them by these names.
    _means: TermMeans
    _watch: NonFiniteWatch
    _clock: Clock

    def unpack(self, data: Any) -> Any:
        """The batch in what Keras hands to a step."""
        raise NotImplementedError

    def players(self) -> list[Player]:
        """The players, in the order in which they move."""
        raise NotImplementedError

    def random(self, training: bool) -> keras.random.SeedGenerator:
        """Where random numbers are drawn from."""
        return self.seed_generator if training else self.evaluation_seed_generator

    def turn(self, training: bool) -> Turn:
        """What passes and losses may know beside the batch."""
        if not training:
            return Turn(False, self.random(training), self.rules, self._clock.steps)
        moves = {name: own.iterations for name, own in self.optimizer.players.items()}
        return Turn(True, self.random(training), self.rules, self.optimizer.iterations, moves)

    def game_step(self, data: Any) -> dict[str, Tensor]:
        """One training step: every player moves. The same code on every backend."""
        return self.game.step(self, data, self.unpack(data))

    def game_test(self, data: Any) -> dict[str, Tensor]:
        """The losses of all players on a batch."""
        return self.game.test(self, self.unpack(data))

    @property
    def metrics(self) -> list[keras.metrics.Metric]:
        """The running means of the losses, and what watches over them."""
        return [self._means, self._watch, self._clock] if self.compiled else []

    def get_metrics_result(self) -> dict[str, float]:
        """The means of the losses so far, over the batches of all replicas."""
        return self.game.results()

    def _note_steps(self) -> None:
        self._clock.update_state(self.optimizer.iterations)

    def check_players(self) -> None:
        """Refuses to train networks that the optimizers were not made for; `fit` asks.

        Raises:
            ValueError: If a network has other variables than at `compile`, or more that move.
        """
        self.optimizer.check_players(self.in_all_stages(self.players()))

    def check_finite(self) -> None:
        """Raises an error if training has made, or met, values that are not finite.

        Raises:
            NonFiniteError: If a loss term or the weights of a player became so.
            ValueError: If it was in the data, or if images were outside [-1, 1].
        """
        error = self._watch.error()
        if error is not None:
            raise error

    def check_batch_size(self, size: int) -> None:
        """Refuses batches that a training step cannot use; `fit` asks before it begins."""
        minibatches.check_size(size, self.rules)

    def train_on_batch(
        self,
        x: Any,
        y: Any = None,
        sample_weight: Any = None,
        class_weight: Any = None,
        return_dict: bool = False,
    ) -> Any:
        """Trains on a batch, as `keras.Model.train_on_batch` does.

        Raises:
            TypeError, ValueError: If the batch is such as `fit` refuses; nothing is trained then.
            NonFiniteError: If the step has made values that are not finite.
        """
        unused = {"sample_weight": sample_weight, "class_weight": class_weight}
        check_single_batch(self, x, y, unused)
        self.check_players()
        logs = super().train_on_batch(x, y, return_dict=return_dict)
        error = self._watch.error()
        if error is not None:
            self._watch.clear()
            raise error
        return logs

    def test_on_batch(
        self, x: Any, y: Any = None, sample_weight: Any = None, return_dict: bool = False
    ) -> Any:
        """Computes the losses of a batch, as `keras.Model.test_on_batch` does.

        Raises:
            TypeError, ValueError: If the batch is such as `fit` refuses.
        """
        check_single_batch(self, x, y, {"sample_weight": sample_weight})
        self._note_steps()
        return super().test_on_batch(x, y, return_dict=return_dict)

    def resume_at(self, epoch: int, batch: int = 0) -> None:
        """Lets a `fit` that is beginning go on where another was interrupted; for callbacks.

        To be called in `on_train_begin`. kerasgan's own data sets then give what they gave in that
        epoch.

        Args:
            epoch: Int, the first epoch, from 0.
            batch: Int, batches of it that are passed over. Defaults to `0`.
        """
        self._initial_epoch = epoch
        if self.training_data is not None:
            self.training_data.start_at(epoch)
        resuming.skip_batches(self, batch)
