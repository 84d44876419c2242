"""The training step's signature on JAX: the state comes in and goes out as values."""

import warnings
from collections.abc import Callable
from typing import Any

import keras

from kerasgan.engine.backends.strategies import jax as strategies
from kerasgan.engine.backends.trainers.traced_model import TracedModel
from kerasgan.ops.gradients.jax import StateScope
from kerasgan.types import Tensor

State = tuple[list[Tensor], ...]
# What a training step is given, in the order and by the names that Keras has.
GROUPS = (
    "trainable_variables",
    "non_trainable_variables",
    "optimizer_variables",
    "metrics_variables",
)


class Trainer(TracedModel):
    """Abstract: hands Keras's steps to `game_step` and `game_test`, the same everywhere."""

    jit_by_default = True
    num_workers = 1
    is_chief = True

    training_data: Any  # What `fit` is given, a `TrainingData`.
    _state_variables: dict[str, list[keras.Variable]]  # What the state was taken out of.
    _jax_state_synced: bool

    def fit(self, *arguments: Any, **kwargs: Any) -> keras.callbacks.History:
        """Trains, on the devices of a `keras.distribution` if there is one."""
        strategies.check_batches(self.training_data)
        with strategies.dividing_batches():
            return super().fit(*arguments, **kwargs)

    def evaluate(self, *arguments: Any, **kwargs: Any) -> Any:
        """Computes the losses, on the devices of a `keras.distribution` if there is one."""
        with strategies.dividing_batches():
            return super().evaluate(*arguments, **kwargs)

    def train_step(self, state: State, data: Any) -> tuple[dict[str, Tensor], State]:
        """One training step on a batch."""
        return _run(self.game_step, tuple(map(self._variables_of, GROUPS)), state, data)

    def test_step(self, state: State, data: Any) -> tuple[dict[str, Tensor], State]:
        """The losses on a batch, nothing moved."""
        groups = (self.trainable_variables, self.non_trainable_variables, self.metrics_variables)
        return _run(self.game_test, groups, state, data)

    def _get_jax_state(self, **groups: bool) -> State:
        """The state of a training, which Keras takes out of the variables before its first step.

        Noted at once, and not after the first step: Keras puts the noted state back where training
        is interrupted, and data that fail in the first step would cost the model all its weights.
        """
        state = super()._get_jax_state(**groups)
        names = [name for name in GROUPS if groups.get(name)]
        variables = {name: self._variables_of(name) for name in names}
        # Past `__setattr__`: Keras would count the variables among the model's own.
        object.__setattr__(self, "_state_variables", variables)
        if groups.get("purge_model_variables"):
            self._jax_state = dict(zip(names, state, strict=True))
        return state

    def jax_state_sync(self) -> None:
        """Writes the state of a training into the variables that it was taken out of.

        Keras takes those that the model has now, and networks may have grown since.
        """
        if not getattr(self, "_jax_state", None) or self._jax_state_synced:
            return
        for name, values in self._jax_state.items():
            for variable, value in zip(self._state_variables[name], values, strict=True):
                variable.assign(value)
        self._jax_state_synced = True

    def _variables_of(self, group: str) -> list[keras.Variable]:
        own = group != "optimizer_variables"
        return list(getattr(self, group) if own else self.optimizer.variables)

    def apply_gradients(
        self, optimizer: keras.optimizers.Optimizer, gradients: Any, variables: Any
    ) -> None:
        """Moves variables by an optimiser.

        The stateless form everywhere: the stateful one of `LossScaleOptimizer` leaks tracers. It
        takes all variables that the optimiser was made for; those frozen since have no gradient.
        """
        if not variables:
            return
        optimizer._check_variables_are_known(variables)
        known, own = optimizer._trainable_variables, optimizer.variables
        given = {id(v): gradient for v, gradient in zip(variables, gradients, strict=True)}
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", "Gradients do not exist")
            moved, state = optimizer.stateless_apply(
                [v.value for v in own], [given.get(id(v)) for v in known], [v.value for v in known]
            )
        for variable, value in zip((*known, *own), (*moved, *state), strict=True):
            variable.assign(value)

    def fetch_state(self) -> None:
        """Writes the state of a training in progress into the variables."""
        self.jax_state_sync()

    def check_same_on_all_workers(self, step: int, directory: str) -> None:
        """Does nothing: there is one process."""

    def share_of(self, loss: Tensor) -> Tensor:
        """What this replica contributes to a loss: all, as there is one step for all devices."""
        return loss

    def samples_in(self, batch: Any) -> Tensor:
        """The number of samples in a batch."""
        return keras.tree.flatten(batch)[0].shape[0]

    def samples_of_step(self, batch: Any) -> Tensor:
        """The number of samples in the batch of a step: there is one for all devices."""
        return self.samples_in(batch)


class SeedGenerator(keras.random.SeedGenerator):
    """A `keras.random.SeedGenerator`; see that of TensorFlow."""


def _run(
    step: Callable[[Any], dict[str, Tensor]],
    groups: tuple[list[keras.Variable], ...],
    state: State,
    data: Any,
) -> tuple[dict[str, Tensor], State]:
    """Runs stateful code on given values and returns its logs and the values it left."""
    mapping = [
        pair
        for group, values in zip(groups, state, strict=True)
        for pair in zip(group, values, strict=True)
    ]
    with StateScope(mapping) as scope:
        logs = step(data)
    return logs, tuple([scope.get_current_value(v) for v in group] for group in groups)
