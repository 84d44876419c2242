"""The engine: everything about training a game that does not depend on which game it is."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any

import keras
from keras import ops

from kerasgan.engine.backends.trainers import SeedGenerator
from kerasgan.engine.game import minibatches, moves
from kerasgan.engine.game.average import Average
from kerasgan.engine.game.player import Player
from kerasgan.engine.game.recipe import Recipe
from kerasgan.engine.game.regularization import Regularization
from kerasgan.engine.game.resting_players import RestingPlayers
from kerasgan.engine.game.rules import Rules, choose_optimizers
from kerasgan.engine.game.term_means import TermMeans
from kerasgan.engine.health import rolling_back
from kerasgan.engine.health.nonfinite_watch import (
    NonFiniteWatch,
    data_values,
    move_values,
    watched_values,
)
from kerasgan.engine.intake import monitoring
from kerasgan.engine.intake.data_checks import (
    is_data_set,
    naming_bad_files,
    require_results,
    requiring_steps,
)
from kerasgan.engine.intake.input_checks import check_evaluation, check_fit
from kerasgan.engine.intake.optimizer_averages import refuse_swapping
from kerasgan.engine.intake.single_batches import check_single_batch
from kerasgan.engine.network_checks import check_networks
from kerasgan.engine.network_checks.half_weights import refuse_half_weights
from kerasgan.engine.optimizers.player_optimizers import PlayerOptimizers
from kerasgan.engine.state import frozen_layers, resuming, savable
from kerasgan.engine.state.filed_model import FiledModel
from kerasgan.integers import read_seed
from kerasgan.machine.half_precision import warn_if_emulated
from kerasgan.penalties.penalty import Penalty
from kerasgan.types import Tensor, Terms


class AdversarialModel(FiledModel):
    """Abstract: a game between players, as a `keras.Model`.

    A variant gives its networks (in `__init__`), its players, its recipe and what one batch is
    turned into; this class compiles one optimiser per player, trains, evaluates, logs, averages,
    saves and resumes. A subclass defines:

    - `players()`: the `Player`s, in the order in which they move;
    - `recipe()`: the `Recipe` that `compile()` falls back on;
    - `generators`: the networks to export and, without `averaged`, to average, by name;
    - `unpack(data)`: the real samples of what Keras hands to a step, checked;
    - `passes(batch, training)`: what the players' losses read. Defaults to the batch itself;
    - `call`, `get_config`.

    Args:
        seed: Int or `None`, the seed of the latents and of other draws in training; `None` draws
            one from Keras's global generator. Defaults to `None`.
        name: String, the model's name.
        dtype: The dtype policy in which the networks compute, such as `"mixed_bfloat16"`. Defaults
            to the global policy.
    """

    # How many classes of labels the game reads, which `unpack` returns after the samples.
    num_classes: int | None = None

    def __init__(self, seed: int | None = None, name: str | None = None, dtype: Any = None) -> None:
        super().__init__(name=name, dtype=dtype)
        self.seed = seed = read_seed(seed)
        self.seed_generator = SeedGenerator(seed)
        # Evaluation draws from a stream of its own, so that it leaves training as it was.
        self.evaluation_seed_generator = SeedGenerator(seed)
        self.average = None
        self.fitting = False  # Whether `fit` is in progress,
        self.data_plan: Any = None  # and of its data, where they are of `kerasgan.data`.
        self.built = True  # The networks are functional models: their variables exist.

    # The game, given by each variant.

    def players(self) -> list[Player]:
        """The players, in the order in which they move."""
        raise NotImplementedError

    def recipe(self) -> Recipe:
        """The paper's way to train: the defaults of `compile`, its optimisers new in every call."""
        raise NotImplementedError

    def unpack(self, data: Any) -> Any:
        """The batch of real samples in what Keras hands to a step: a tensor or a structure of them.

        `fit` calls it once before it begins, with `keras.KerasTensor`s of the data's shapes.

        Raises:
            ValueError: If the shapes are not the model's.
        """
        raise NotImplementedError

    def passes(self, batch: Any, training: bool) -> Any:
        """What the players' losses read: the networks' outputs on a batch, each made once."""
        return batch

    # Training.

    def compile(
        self,
        loss: Any = None,
        penalties: Penalty | str | Sequence[Penalty | str] | None = None,
        discriminator_steps: int | None = None,
        generator_ema: float | Average | None = None,
        update: str | None = None,
        run_eagerly: bool = False,
        steps_per_execution: int = 1,
        jit_compile: bool | str = "auto",
        **optimizers: Any,
    ) -> None:
        """Configures training. Without arguments it is the paper's recipe.

        Args:
            loss: An adversarial loss or its name, see `kerasgan.losses`.
            penalties: List of `kerasgan.penalties` on the discriminator, or of their names, such as
                `"r1"`, or a single one; `[]` for none.
            discriminator_steps: Int k, moves of the discriminator in one training step. A batch is
                split into k minibatches, one for each move.
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
            **optimizers: `<player>_optimizer`, such as `generator_optimizer` and
                `discriminator_optimizer`: a Keras optimiser or its name for each player.

        Raises:
            ValueError: If an argument is not one of these, or names no such thing, or the networks
                would train otherwise than they seem to: a variable with two owners, a layer through
                which no right gradient comes.
        """
        recipe = self.recipe()
        self.rules = Rules.choose(
            recipe,
            loss=loss,
            penalties=penalties,
            discriminator_steps=discriminator_steps,
            generator_ema=generator_ema,
            update=update,
        )
        players = self.players()
        self.rules.check(type(self).__name__, recipe, players)
        check_networks(self)
        refuse_half_weights(players)
        self.regularization = Regularization(players)
        self._players = self.regularization.declared(players)
        self._moves = moves.moves_of(self._players, self.rules.update)
        optimizer = PlayerOptimizers(choose_optimizers(self._players, recipe, optimizers))
        optimizer.build_players(self._players)
        if self.average is not None:  # Compiled again: it goes on, and the steps begin anew.
            self.average.keep_count(self.optimizer.iterations if self.compiled else None)
        self._resting = RestingPlayers(self.averaged(), self._players, optimizer.players)
        super().compile(
            optimizer=optimizer,
            run_eagerly=run_eagerly,
            steps_per_execution=steps_per_execution,
            jit_compile=self.jit_by_default if jit_compile == "auto" else jit_compile,
            auto_scale_loss=False,  # Each player has a scale of its own.
        )
        self.build_histories()
        self._set_average(self.rules.generator_ema)
        # The optimizers hold the state of the others.
        self.frozen_at_compile = frozen_layers.find(self)
        names = [name for player in self._players for name in player.log_names]
        self._means = TermMeans(["loss", *names])
        self._watch = NonFiniteWatch(watched_values(self._moves, self.num_classes))
        self._execution = {
            "run_eagerly": run_eagerly,
            "steps_per_execution": steps_per_execution,
            "jit_compile": jit_compile,
        }

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
        refuse_swapping(callbacks)
        x, kwargs = check_fit(self, x, y, batch_size, {"callbacks": callbacks, **kwargs})
        callbacks = kwargs.pop("callbacks")
        savable.check_callbacks(callbacks)
        warn_if_emulated(network for player in self._players for network in player.networks)
        splits = self.rules.discriminator_steps > 1
        size = minibatches.nominal_size(x, batch_size, look=splits)
        if size is not None:
            self.check_batch_size(size)
        # Data sets shuffle themselves: Keras warns of it for tf.data, and shuffles the batches of
        # others by Python's global random numbers.
        if hasattr(x, "element_spec") or hasattr(x, "plan"):
            kwargs.setdefault("shuffle", False)
        callbacks = rolling_back.with_guard(callbacks, of_data_set=is_data_set(x))
        checkpoint = rolling_back.find_checkpoint(callbacks, on_nonfinite)
        self.fitting, self.data_plan = True, getattr(x, "plan", None)
        if kwargs.get("initial_epoch"):
            self._start_data_at(kwargs["initial_epoch"])
        fit = partial(super().fit, x, y, batch_size=batch_size, callbacks=callbacks, **kwargs)
        try:
            with (
                naming_bad_files(x, kwargs.get("validation_data")),
                requiring_steps(self),
                monitoring.going_by_measures(self, callbacks, _validates(kwargs)),
                resuming.saving_interrupted(callbacks),
            ):
                return rolling_back.fit_with_rollbacks(partial(self._fit_once, fit), checkpoint)
        finally:
            self.fitting, self.data_plan = False, None

    def _fit_once(self, fit: Callable[[], keras.callbacks.History]) -> keras.callbacks.History:
        if self.compiled:
            self._watch.clear()
        try:
            return fit()
        finally:
            resuming.end(self)

    def resume_at(self, epoch: int, batch: int = 0) -> None:
        """Lets a `fit` that is beginning go on where another was interrupted; for callbacks.

        To be called in `on_train_begin`. kerasgan's own data sets then give what they gave in that
        epoch.

        Args:
            epoch: Int, the first epoch, from 0.
            batch: Int, batches of it that are passed over. Defaults to `0`.
        """
        self._initial_epoch = epoch
        self._start_data_at(epoch)
        resuming.skip_batches(self, batch)

    def _start_data_at(self, epoch: int) -> None:
        if self.data_plan is not None:
            self.data_plan.next_epoch = epoch

    def evaluate(
        self, x: Any = None, y: Any = None, batch_size: int | None = None, **kwargs: Any
    ) -> Any:
        """Computes the losses as `keras.Model.evaluate` does, with the same arguments.

        The latents are the same in each evaluation, so that the results compare, and training goes
        on as if there had been none.

        Raises:
            TypeError, ValueError: If the data are such as `fit` refuses.
        """
        refuse_swapping(kwargs.get("callbacks"))
        if not kwargs.get("_use_cached_eval_dataset"):  # As `fit` does, which has looked at them.
            x = check_evaluation(self, x, y, batch_size, kwargs)
        stream = self.evaluation_seed_generator.state
        before = ops.copy(stream)
        try:
            return require_results(super().evaluate(x, y, batch_size=batch_size, **kwargs))
        finally:
            stream.assign(before)

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
        self.optimizer.check_players(self._players)
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
        return super().test_on_batch(x, y, return_dict=return_dict)

    def game_step(self, data: Any) -> dict[str, Tensor]:
        """One training step: every player moves. The same code on every backend."""
        batch = self.unpack(data)
        counts = {} if self.average is None else self._resting.counts()
        watched = data_values(batch, self.num_classes)

        def watch(players: Sequence[Player], terms: Mapping[str, Terms]) -> None:
            watched.extend(move_values(players, terms))

        terms = moves.play(self, self._moves, batch, after_move=watch)
        self._watch.update_state(watched, self.optimizer.iterations + 1)
        if self.average is not None:
            moved = self._resting.moved_since(counts)
            step, samples = self.optimizer.iterations, self.samples_of_step(batch)
            self.average.update(self.averaged(), moved, step, samples)
        self.optimizer.iterations.assign_add(1)
        return self._log(terms, batch)

    def game_test(self, data: Any) -> dict[str, Tensor]:
        """The losses of all players on a batch."""
        batch = self.unpack(data)
        _, terms = moves.look(self, self._players, batch, training=False)
        return self._log(terms, batch)

    def _log(self, terms: Mapping[str, Terms], batch: Any) -> dict[str, Tensor]:
        values: dict[str, Tensor] = {}
        for player in self._players:
            own = [terms[player.name][term] for term in player.terms]
            values.update(zip(player.log_names, [moves.total(own), *own], strict=True))
        values["loss"] = moves.total(values[f"{player.name}_loss"] for player in self._players)
        self._means.update_state(values, self.samples_in(batch))
        return self._means.result()

    @property
    def metrics(self) -> list[keras.metrics.Metric]:
        """The running means of the losses, and what watches over them."""
        return [self._means, self._watch] if self.compiled else []

    def get_metrics_result(self) -> dict[str, float]:
        """The means of the losses so far, over the batches of all replicas."""
        means = self._means.result()
        return {name: float(ops.convert_to_numpy(mean)) for name, mean in means.items()}

    def check_finite(self) -> None:
        """Raises an error if training has made, or met, values that are not finite.

        Raises:
            NonFiniteError: If a loss term or the weights of a player became so.
            ValueError: If it was in the data, or if images were outside [-1, 1].
        """
        error = self._watch.error()
        if error is not None:
            raise error

    def random(self, training: bool) -> keras.random.SeedGenerator:
        """Where a pass draws its random numbers from."""
        return self.seed_generator if training else self.evaluation_seed_generator

    def check_batch_size(self, size: int) -> None:
        """Refuses batches that a training step cannot use; `fit` asks before it begins."""
        minibatches.check_size(size, self.rules.discriminator_steps)

    @contextmanager
    def network_scope(self) -> Iterator[None]:
        """Networks built inside compute in the model's dtype policy."""
        before = keras.config.dtype_policy()
        keras.config.set_dtype_policy(self.dtype_policy)
        try:
            yield
        finally:
            keras.config.set_dtype_policy(before)


def _validates(arguments: Mapping[str, Any]) -> bool:
    return arguments.get("validation_data") is not None or bool(arguments.get("validation_split"))
