"""The interface of penalties."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial
from typing import Any

import keras
from keras import ops

from kerasgan.integers import is_positive_int
from kerasgan.ops.branches import value_or_zero, with_state_kept
from kerasgan.ops.gradients import input_gradients
from kerasgan.ops.layer_losses import unnoted
from kerasgan.types import Tensor


class Penalty:
    """Abstract: a term that keeps a network smooth, most often the discriminator.

    Most are a cost on the gradient of its score with respect to its input: a subclass says at which
    points the gradient is taken (`points`) and what it costs (`cost`). One that asks the
    discriminator for something else defines `value`. Each may set `name`, under which the term is
    logged (`discriminator_<name>`).

    Args:
        weight: Float, the factor of the term.
        every: Int. Compute the penalty in every so many moves of the player only, and then
            with `every` times the weight (lazy regularisation after Karras et al., 2020): the same
            pull for less work. Defaults to `1`.
    """

    name = "penalty"
    # Whose networks it is on: `"judge"`, the discriminators, or `"maker"`, the generators. These
    # it is given as a function from latents to samples, with latents as `real` and the samples as
    # `fake`.
    role = "judge"

    def __init__(self, weight: float, every: int = 1) -> None:
        if not is_positive_int(every):
            raise ValueError(
                "`every` counts the player's moves from one penalty to the next: it must be "
                f"a positive integer. Received: every={every!r}"
            )
        self.weight = weight
        self.every = int(every)
        self.memory: keras.layers.Layer | None = None

    def add_state(self, name: str, shape: tuple[int, ...] = (), initializer: Any = "zeros") -> Any:
        """A variable that the penalty keeps from move to move, and that is saved with the model.

        To be made in the constructor, and assigned in `value`. Replicas keep their mean. `compile`
        makes the penalty anew, from its configuration: two games never share a state.

        Args:
            name: String.
            shape: Tuple. Defaults to `()`.
            initializer: See `keras.layers.Layer.add_weight`. Defaults to `"zeros"`.

        Returns:
            A float32 `keras.Variable`.
        """
        if self.memory is None:
            self.memory = keras.layers.Layer(name=self.name, dtype="float32", trainable=False)
            self.memory.built = True
        return self.memory.add_weight(
            shape, initializer, "float32", trainable=False, name=name, aggregation="mean"
        )

    @property
    def variables(self) -> list[keras.Variable]:
        """What `add_state` has made."""
        return [] if self.memory is None else self.memory.variables

    @property
    def takes_gradients(self) -> bool:
        """Whether it is a cost on gradients, which training differentiates again.

        `compile` then makes sure that the discriminator has right second derivatives. One that
        defines `value` is taken to ask for scores alone.
        """
        return type(self).value is Penalty.value

    def points(self, real: Tensor, fake: Tensor, seed: keras.random.SeedGenerator) -> Tensor:
        """Where the gradient is taken: inputs of the discriminator, `(batch, ...)`.

        All that is random is drawn here, in every move. What is returned goes to `value`.
        """
        raise self._undefined("points")

    def cost(self, gradients: Tensor) -> Tensor:
        """The unweighted cost, a scalar, of gradients flattened to float32 `(batch, features)`."""
        raise self._undefined("cost")

    def _undefined(self, method: str) -> NotImplementedError:
        return NotImplementedError(
            "A penalty defines `points(real, fake, seed)`, the inputs of the discriminator that it "
            "is of, and `cost(gradients)`, a scalar; or, if it asks for no gradient, "
            "`value(discriminator, points)` in the place of `cost`. "
            f"Received: {type(self).__name__} without `{method}`"
        )

    def value(self, discriminator: Callable[[Tensor], Tensor], points: Any) -> Tensor:
        """The unweighted penalty, a float32 scalar, at what `points` returned."""
        gradients = ops.cast(input_gradients(discriminator, points), "float32")
        return self.cost(ops.reshape(gradients, (-1, math.prod(points.shape[1:]))))

    def __call__(
        self,
        discriminator: Callable[[Tensor], Tensor],
        real: Tensor,
        fake: Tensor,
        step: Tensor | None,
        seed: keras.random.SeedGenerator,
    ) -> Tensor:
        """The weighted penalty.

        Args:
            discriminator: Callable from samples to scores.
            real: Real samples, `(batch, ...)`.
            fake: Generated samples, `(batch, ...)`.
            step: Integer scalar, the player's moves so far. `None` in an evaluation, where nobody
                moves: the penalty is then its mean over the moves, and its state stays.
            seed: Where random points are drawn from.

        Returns:
            A scalar; zero in the moves that `every` passes over.
        """
        points = self.points(real, fake, seed)

        def weighted(factor: float = self.weight) -> Tensor:
            with unnoted():  # What layers add is counted at the samples, and not here as well.
                return factor * self.value(discriminator, points)

        if step is None:
            return with_state_kept(weighted, self.variables)
        if self.every == 1:
            return weighted()
        lazy = partial(weighted, self.weight * self.every)
        return value_or_zero(step % self.every == 0, lazy, self.variables)

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments."""
        return {"weight": self.weight, "every": self.every}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Penalty:
        """Makes the penalty that `get_config` described."""
        return cls(**config)
