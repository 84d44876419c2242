"""The engine: everything about training a game that does not depend on which game it is."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any

import keras
from keras import ops

from kerasgan.engine.backends.trainers import SeedGenerator
from kerasgan.engine.compiled_game import CompiledGame, divided
from kerasgan.engine.fitting import fitting
from kerasgan.engine.game.average import Average
from kerasgan.engine.game.clock import Clock
from kerasgan.engine.game.player import Player
from kerasgan.engine.game.recipe import Recipe
from kerasgan.engine.game.required import check_defined, error_of
from kerasgan.engine.game.turn import Turn
from kerasgan.engine.health import rolling_back
from kerasgan.engine.intake.data_errors import require_results
from kerasgan.engine.intake.input_checks import check_evaluation, check_fit
from kerasgan.engine.intake.training_data import TrainingData
from kerasgan.engine.network_checks import check_networks
from kerasgan.engine.played_model import PlayedModel
from kerasgan.engine.state import frozen_layers, resuming, savable
from kerasgan.export import check_names
from kerasgan.integers import read_seed
from kerasgan.machine.half_precision import warn_if_emulated
from kerasgan.penalties.penalty import Penalty
from kerasgan.samples.signature import unpacked


class AdversarialModel(PlayedModel):
    """Abstract: a game between players, as a `keras.Model`.

    A variant gives its networks (in `__init__`), its players, its recipe and what one batch is
    turned into; this class compiles one optimiser per player, trains, evaluates, logs, averages,
    saves and resumes. A subclass defines:

    - `players()`: the `Player`s, in the order in which they move;
    - `recipe()`: the `Recipe` that `compile()` falls back on;
    - `generators`: the networks to export and, without `averaged`, to average, by name;
    - `signature`: what it is fed, an `Entry`, a pair of them for `fit(x, y)`, or a dict; what does
      not fit is refused, and the losses read what does;
    - `passes(batch, turn)`: what the players' losses read. Defaults to the batch itself;
    - `call`;
    - where it makes samples, `shown` and `showcase`, of which `ImageGrid` and `Evaluate` draw and
      measure, and `generator_inputs`, by which its generators are exported.

    Every argument of its constructor is stored under its own name: `get_config` reads them there.

    Args:
        seed: Int or `None`, the seed of the latents and of other draws in training; `None` draws
            one from Keras's global generator. Defaults to `None`.
        name: String, the model's name.
        dtype: The dtype policy in which the networks compute, such as `"mixed_bfloat16"`. Defaults
            to the global policy.
    """

    # A sentence on how the game is fed, for errors.
    feeding: str = ""

    def __init__(self, seed: int | None = None, name: str | None = None, dtype: Any = None) -> None:
        check_names()
        super().__init__(name=name, dtype=dtype)
        self.seed = seed = read_seed(seed)
        self.seed_generator = SeedGenerator(seed)
        # Evaluation draws from a stream of its own, so that it leaves training as it was.
        self.evaluation_seed_generator = SeedGenerator(seed)
        self.average = self.all_stages = self.progress = None
        self.training_data: TrainingData | None = None  # Of the `fit` that is in progress.
        self.built = True  # The networks are functional models: their variables exist.

    # The game, given by each variant.

    @abstractmethod
    def players(self) -> list[Player]:
        """The players, in the order in which they move."""
        raise error_of(type(self), "players")

    @abstractmethod
    def recipe(self) -> Recipe:
        """The paper's way to train: the defaults of `compile`, its optimisers new in every call."""
        raise error_of(type(self), "recipe")

    @property
    @abstractmethod
    def signature(self) -> Any:
        """What the game is fed: an `Entry`, a pair of them for `fit(x, y)`, or a dict by names.

        Tuples and dicts may stand within. `None` leaves it to an `unpack` of the game's own.
        """
        return None

    @abstractmethod
    def unpack(self, data: Any) -> Any:
        """The batch in what Keras hands to a step: a structure of tensors like `signature`.

        Numbers are float32, classes int32. `fit` calls it once before it begins, with
        `keras.KerasTensor`s of the data's shapes. A game may define its own, which prepares the
        samples or reads what no signature can say.

        Raises:
            ValueError: If the data are not what the game declares.
        """
        return unpacked(type(self).__name__, self.signature, data, self.feeding)

    def passes(self, batch: Any, turn: Turn) -> Any:
        """What the players' losses read: the networks' outputs on a batch, each made once.

        Args:
            batch: What `unpack` returned.
            turn: What they may know beside it.
        """
        return batch

    # Training.

    def compile(
        self,
        loss: Any = None,
        penalties: Penalty | str | Sequence[Penalty | str] | None = None,
        *,
        generator_ema: float | Average | None = None,
        update: str | None = None,
        run_eagerly: bool = False,
        steps_per_execution: int = 1,
        jit_compile: bool | str = "auto",
        **of_players: Any,
    ) -> None:
        """Configures training. Without arguments it is the paper's recipe.

        Args:
            loss: An adversarial loss or its name, see `kerasgan.losses`.
            penalties: List of `kerasgan.penalties`, or of their names, such as `"r1"`, or a single
                one; `[]` for none.
            generator_ema: Float in [0, 1), the decay of a moving average of the generator, which
                then makes the samples of `generate` and `export_generator`; 0 for none. An
                `Average` says more.
            update: `"alternating"`: the players move one after the other, each answering what the
                others have just become. `"simultaneous"`: one pass serves all players, and all move
                from it, which saves about a quarter of the work.
            run_eagerly: See `keras.Model.compile`. Defaults to `False`.
            steps_per_execution: See `keras.Model.compile`. Defaults to `1`.
            jit_compile: See `keras.Model.compile`. `"auto"` compiles with XLA on a GPU and on the
                JAX backend. Defaults to `"auto"`.
            **of_players: For each player `<player>_optimizer`, such as `generator_optimizer`, a
                Keras optimiser or its name; and `<player>_steps`, an int k, the moves of the player
                in one training step, for which a batch is split into k minibatches.

        Raises:
            ValueError: If an argument is not one of these, or names no such thing, or the networks
                would train otherwise than they seem to: a variable with two owners, a layer through
                which no right gradient comes, outputs that nobody reads.
            NotImplementedError: If the class does not define all that makes a game.
        """
        check_defined(type(self))
        rules = {"loss": loss, "penalties": penalties, "generator_ema": generator_ema}
        steps, optimizers = divided(of_players)
        recipe = self.recipe()
        rules = {**rules, "update": update, **steps}
        self.rules = recipe.rules.with_given(rules).of_one_game()
        players = self.rules.applied(self.players())
        self.rules.check(type(self).__name__, recipe.rules, players)
        players = self.in_all_stages(players)
        check_networks(self, players)
        self.game = game = CompiledGame.of(self, players, recipe.optimizers, optimizers)
        if self.average is not None:  # Compiled again: it goes on, and the steps begin anew.
            self.average.keep_count(self.optimizer.iterations if self.compiled else None)
        self._execution = {
            "run_eagerly": run_eagerly,
            "steps_per_execution": steps_per_execution,
            "jit_compile": jit_compile,
        }
        jit = self.jit_by_default if jit_compile == "auto" else jit_compile
        super().compile(
            optimizer=game.optimizer,
            auto_scale_loss=False,  # Each player has a scale of its own.
            **{**self._execution, "jit_compile": jit},
        )
        self.build_histories()
        self._set_average(self.rules.generator_ema)
        self._keep_memories(self.rules.penalties)
        # The optimizers hold the state of the others.
        self.frozen_at_compile = frozen_layers.find(self)
        if self.stage is not None:
            self.game = game.replayed(self)
        self._means, self._watch = game.means, game.watch  # Files know them by these names.
        self._clock = Clock()

    def fit(
        self,
        x: Any = None,
        y: Any = None,
        batch_size: int | None = None,
        *,
        callbacks: Any = None,
        on_nonfinite: str = "raise",
        **kwargs: Any,
    ) -> keras.callbacks.History:
        """Trains as `keras.Model.fit` does, with the same arguments and one more.

        Args:
            x, y, batch_size, callbacks, **kwargs: See `keras.Model.fit`.
            on_nonfinite: What to do when a loss term or the weights of a player become NaN or
                infinite. `"raise"`: stop with a `NonFiniteError`. `"rollback"`: go back to the last
                checkpoint, halve the learning rates and try again, three times at most; needs a
                `kerasgan.callbacks.Checkpoint`. Defaults to `"raise"`.

        Raises:
            TypeError: If `x` is no data, such as `None` or a path, or holds no numbers.
            ValueError: If the model is not compiled, an argument is out of range, or the data are
                empty, of another shape than the model's, endless without `steps_per_epoch`, not
                finite, or images outside [-1, 1], or if the batches cannot be split into the moves
                of a training step. Values are looked at before training in arrays, and while it
                goes on in data sets.
            OSError: If a callback could not write to its folder.
            NonFiniteError: If training has made values that are not finite.
        """
        data, arguments = check_fit(self, x, y, batch_size, {"callbacks": callbacks, **kwargs})
        savable.check_callbacks(callbacks)
        warn_if_emulated(network for player in self.game.players for network in player.networks)
        arguments["callbacks"] = rolling_back.with_guard(callbacks, data.is_data_set)
        checkpoint = rolling_back.find_checkpoint(arguments["callbacks"], on_nonfinite)
        fit = partial(super().fit, data.x, data.y, batch_size, **arguments)
        with fitting(self, data, arguments):
            return rolling_back.fit_with_rollbacks(partial(self._fit_once, fit), checkpoint)

    def _fit_once(self, fit: Callable[[], keras.callbacks.History]) -> keras.callbacks.History:
        self._watch.clear()
        try:
            return fit()
        finally:
            resuming.end(self)

    def evaluate(
        self, x: Any = None, y: Any = None, batch_size: int | None = None, **kwargs: Any
    ) -> Any:
        """Computes the losses as `keras.Model.evaluate` does, with the same arguments.

        The latents are the same in each evaluation, so that the results compare, and training goes
        on as if there had been none.

        Raises:
            TypeError, ValueError: If the data are such as `fit` refuses.
        """
        if not kwargs.get("_use_cached_eval_dataset"):  # As `fit` does, which has looked at them.
            x = check_evaluation(self, x, y, batch_size, kwargs).x
        self._note_steps()
        stream = self.evaluation_seed_generator.state
        before = ops.copy(stream)
        try:
            return require_results(super().evaluate(x, y, batch_size=batch_size, **kwargs))
        finally:
            stream.assign(before)

    @contextmanager
    def network_scope(self) -> Iterator[None]:
        """Networks built inside compute in the model's dtype policy."""
        before = keras.config.dtype_policy()
        keras.config.set_dtype_policy(self.dtype_policy)
        try:
            yield
        finally:
            keras.config.set_dtype_policy(before)
