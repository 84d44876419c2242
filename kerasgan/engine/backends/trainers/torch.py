"""The training step's signature on PyTorch."""

from typing import Any

import keras
import torch

from kerasgan.engine.backends.strategies.nowhere import refuse_distribution
from kerasgan.types import Tensor


class Trainer(keras.Model):
    """Abstract: hands Keras's steps to `game_step` and `game_test`, the same everywhere."""

    jit_by_default = False
    num_workers = 1
    is_chief = True

    def fit(self, *arguments: Any, **kwargs: Any) -> keras.callbacks.History:
        """Trains, on one device."""
        refuse_distribution()
        return super().fit(*arguments, **kwargs)

    def make_train_function(self, force: bool = False) -> None:
        """Prepares what a step runs on."""
        for variable in self.variables:
            lay_out(variable)
        super().make_train_function(force)

    @torch.no_grad()  # Derivatives open the graph themselves, and only for what they need.
    def train_step(self, data: Any) -> dict[str, Tensor]:
        """One training step on a batch."""
        return self.game_step(data)

    @torch.no_grad()
    def test_step(self, data: Any) -> dict[str, Tensor]:
        """The losses on a batch, nothing moved."""
        return self.game_test(data)

    def apply_gradients(
        self, optimizer: keras.optimizers.Optimizer, gradients: Any, variables: Any
    ) -> None:
        """Moves variables by an optimiser."""
        optimizer.apply(gradients, variables)

    def fetch_state(self) -> None:
        """Does nothing: variables hold the state of a training."""

    def check_same_on_all_workers(self, step: int, directory: str) -> None:
        """Does nothing: there is one process."""

    def share_of(self, loss: Tensor) -> Tensor:
        """What this replica contributes to a loss: all."""
        return loss

    def samples_in(self, batch: Any) -> Tensor:
        """The number of samples in a batch."""
        return keras.tree.flatten(batch)[0].shape[0]

    def samples_of_step(self, batch: Any) -> Tensor:
        """The number of samples in the batch of a step: there is one for all devices."""
        return self.samples_in(batch)


def lay_out(variable: keras.Variable) -> None:
    """Stores a convolution's kernel in the order in which PyTorch reads it.

    Keras's kernels end in (inputs, outputs), PyTorch's begin with (outputs, inputs), and Keras only
    transposes the view. Where the last side is one, PyTorch takes that view for one with the
    channels last, and its plain kernels for a CPU then fail backwards: "grad_weight must be
    contiguous". They serve a batch of one sample, and half precision on processors that do not
    compute in it (PyTorch 2.13). The values and their shape stay as they are.

    Args:
        variable: Any variable; only such kernels are moved.
    """
    rank = len(variable.shape)
    if rank < 3 or variable.shape[-1] != 1:
        return
    to_torch = (rank - 1, rank - 2, *range(rank - 2))
    to_keras = (*range(2, rank), 1, 0)
    kernel = variable.value
    if not kernel.permute(to_torch).is_contiguous():
        with torch.no_grad():
            kernel.data = kernel.permute(to_torch).contiguous().permute(to_keras)


class SeedGenerator(keras.random.SeedGenerator):
    """A `keras.random.SeedGenerator`; see that of TensorFlow."""
