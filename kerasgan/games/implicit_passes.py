"""The passes of a hierarchical implicit model."""

from __future__ import annotations

import keras
from keras import ops

from kerasgan.engine.game.turn import Turn
from kerasgan.games.implicit_family import ImplicitFamily
from kerasgan.games.made_once import made_once
from kerasgan.types import Tensor


class ImplicitPasses:
    """What is drawn from simulator and variational family for a batch, each when first asked for.

    Each sample has global latents of its own, drawn from q(β): the objective is a sum over samples,
    and one draw each makes it less noisy than one for all.

    Args:
        family: Simulator and variational family.
        discriminator: Keras model to the log ratio, from `[data, global_latents]`, or `[data,
            local_latents, global_latents]`.
        turn: What is known beside the batch.
        data: Observed samples, `(batch, *data_shape)`.
    """

    def __init__(
        self, family: ImplicitFamily, discriminator: keras.Model, turn: Turn, data: Tensor
    ) -> None:
        self.family, self.discriminator = family, discriminator
        self.turn, self.data = turn, data

    def _normal(self, units: int) -> Tensor:
        shape = (ops.shape(self.data)[0], units)
        return keras.random.normal(shape, dtype="float32", seed=self.turn.random)

    @made_once
    def global_latents(self) -> Tensor:
        """Draws from q(β), on the real line, in units of the prior: `(batch, global_dim)`."""
        noise = self._normal(self.family.global_dim)
        return self.family.standardized(self.family.posterior(noise))

    @made_once
    def local_latents(self) -> Tensor | None:
        """Draws from q(z | x, β), `(batch, local_dim)`."""
        if self.family.encoder is None:
            return None
        inputs = [self.data, self._normal(self.family.local_dim), self.global_latents]
        return ops.cast(self.family.encoder(inputs, training=self.turn.training), "float32")

    @made_once
    def prior_latents(self) -> Tensor | None:
        """Draws from the local latents' prior, `(batch, local_dim)`."""
        return self.family.prior_draws(ops.shape(self.data)[0], self.turn.random)

    @made_once
    def simulated(self) -> Tensor:
        """Samples that the simulator makes, of the same global latents: `(batch, *data_shape)`."""
        # Nobody differentiates through the simulator: the ratio's slope in β is what q(β) follows.
        latents = ops.stop_gradient(self.global_latents)
        return self.family.simulate(latents, self.prior_latents, self.turn.random)

    def ratio(self, data: Tensor, local_latents: Tensor | None) -> Tensor:
        """The estimated log ratio of the simulator's density to the variational one."""
        latents = [] if local_latents is None else [local_latents]
        inputs = [data, *latents, self.global_latents]
        return ops.cast(self.discriminator(inputs, training=self.turn.training), "float32")

    @made_once
    def data_ratio(self) -> Tensor:
        """The log ratio at the data, with latents of the variational family: `(batch, 1)`."""
        return self.ratio(self.data, self.local_latents)

    @made_once
    def simulated_ratio(self) -> Tensor:
        """The log ratio at simulated samples, with latents of the simulator: `(batch, 1)`."""
        return self.ratio(self.simulated, self.prior_latents)

    @property
    def judgements(self) -> list[tuple[Tensor, Tensor, Tensor, Tensor]]:
        """For the discriminator data and simulated samples, and its scores of both.

        It scores simulated samples high: the scores are turned round, as those of other games are.
        """
        return [(self.data, self.simulated, -self.data_ratio, -self.simulated_ratio)]
