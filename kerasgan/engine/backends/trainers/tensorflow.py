"""The training step's signature on TensorFlow, alone and under a `tf.distribute` strategy."""

from __future__ import annotations

from typing import Any

import keras
import tensorflow as tf

from kerasgan.engine.backends.strategies import tensorflow as strategies
from kerasgan.engine.backends.strategies.nowhere import refuse_distribution
from kerasgan.engine.backends.trainers.traced_model import TracedModel
from kerasgan.engine.optimizers.fused_adam.tensorflow import fuse
from kerasgan.ops.replicas import tensorflow as replicas
from kerasgan.types import Tensor


class Trainer(TracedModel):
    """Abstract: hands Keras's steps to `game_step` and `game_test`, the same everywhere."""

    @property
    def jit_by_default(self) -> bool:
        """Whether to compile with XLA: slower convolutions on a CPU, and faster on a GPU."""
        alone = self.distribute_strategy.num_replicas_in_sync == 1
        return alone and bool(tf.config.list_physical_devices("GPU"))

    def compile(self, **arguments: Any) -> None:
        """Checks what a strategy cannot do, and compiles."""
        strategies.check_compile(self, arguments["steps_per_execution"], arguments["jit_compile"])
        super().compile(**arguments)
        if self.distribute_strategy.num_replicas_in_sync > 1:
            strategies.leave_reducing(self.optimizer.players)
        for optimizer in self.optimizer.players.values():
            fuse(optimizer)

    def fit(self, *arguments: Any, **kwargs: Any) -> keras.callbacks.History:
        """Trains, under the strategy that the model was made in."""
        refuse_distribution()
        strategies.check_scope(self)
        with strategies.needing_all_workers(self.distribute_strategy):
            return super().fit(*arguments, **kwargs)

    def train_step(self, data: Any) -> dict[str, Tensor]:
        """One training step on a batch."""
        # Where data end without having said when, what does not depend on them, such as the step
        # counter, would otherwise move once more.
        with tf.control_dependencies(_tensors(data)), replicas.step_on(data) as part:
            logs = self.game_step(part)
            if replicas.count() > 1:
                strategies.average_statistics(self.non_trainable_variables)
            return strategies.reducible(logs)

    def test_step(self, data: Any) -> dict[str, Tensor]:
        """The losses on a batch, nothing moved."""
        with tf.control_dependencies(_tensors(data)), replicas.step_on(data) as part:
            return strategies.reducible(self.game_test(part))

    def apply_gradients(
        self, optimizer: keras.optimizers.Optimizer, gradients: Any, variables: Any
    ) -> None:
        """Moves variables by an optimiser."""
        if replicas.count() > 1:
            gradients = replicas.sum_over(gradients)
        optimizer.apply(gradients, variables)

    def share_of(self, loss: Tensor) -> Tensor:
        """What this replica contributes to a loss: the replicas' gradients are added up."""
        return loss if replicas.count() == 1 else loss * replicas.part().share

    def samples_in(self, batch: Any) -> Tensor:
        """The number of samples in a batch, or in this replica's part of it."""
        size = tf.shape(keras.tree.flatten(batch)[0])[0]
        return size if replicas.count() == 1 else size * replicas.part().counts

    def samples_of_step(self, batch: Any) -> Tensor:
        """The number of samples in the batch of a step, of all replicas."""
        return self.samples_in(batch) if replicas.count() == 1 else replicas.part().whole

    @property
    def num_workers(self) -> int:
        """The processes that train together."""
        return strategies.worker(self.distribute_strategy)[1]

    @property
    def is_chief(self) -> bool:
        """Whether this is the one of them that writes files."""
        return strategies.worker(self.distribute_strategy)[0] == 0

    def fetch_state(self) -> None:
        """Does nothing: variables hold the state of a training."""

    def check_same_on_all_workers(self, step: int, directory: str) -> None:
        """Refuses to train from a step at which other workers are not.

        Raises:
            ValueError: If it is so.
        """
        strategies.check_same_step(self.distribute_strategy, step, directory)

    def _maybe_symbolic_build(self, *arguments: Any, **kwargs: Any) -> None:
        # Under a strategy Keras would take a first batch to build the model by, and so begin an
        # epoch of the data. Our models are built when they are made.
        pass


class SeedGenerator(keras.random.SeedGenerator):
    """A `keras.random.SeedGenerator` whose replicas draw different numbers.

    A strategy gives all replicas the same state. The first one draws what a single device would.
    """

    def next(self, ordered: bool = True) -> Tensor:
        """The next seed, of this replica."""
        seed = super().next(ordered)
        if replicas.count() == 1:
            return seed
        replica = tf.distribute.get_replica_context().replica_id_in_sync_group
        # The golden ratio in 31 bits: seeds near each other, as users choose them, stay apart.
        offset = tf.cast(replica, seed.dtype) * 1327217885
        return seed + tf.stack([offset, tf.zeros_like(offset)])


def _tensors(data: Any) -> list[tf.Tensor]:
    return [tensor for tensor in keras.tree.flatten(data) if tensor is not None]
