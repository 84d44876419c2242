"""A simulator with its prior, and the variational family that infers its parameters."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import keras
import numpy as np
from keras import ops

from kerasgan.layers.mean_field_normal import MeanFieldNormal
from kerasgan.samples import batch_shapes
from kerasgan.types import Tensor

Simulator = Callable[[Tensor, Tensor | None, Any], Tensor]


class ImplicitFamily:
    """What hierarchical implicit models and their passes share.

    Args:
        simulator: Callable `(global_latents, local_latents, seed)` to samples `(batch,
            *data_shape)`.
        posterior: q(β), of the global latents.
        encoder: q(z | x, β): Keras model from `[data, noise, global_latents]` to local latents;
            `None` without local latents.
        data_shape: The shape of one sample.
        local_dim: Int, the number of local latents; 0 for none.
        positive: Bool, whether global latents are positive: what is on the real line is their
            logarithm.
        prior: The prior's means and standard deviations, `(global_dim,)` each.
    """

    def __init__(
        self,
        simulator: Simulator,
        posterior: MeanFieldNormal,
        encoder: keras.Model | None,
        data_shape: tuple[int, ...],
        local_dim: int,
        positive: bool,
        prior: tuple[np.ndarray, np.ndarray],
    ) -> None:
        self.simulator, self.posterior, self.encoder = simulator, posterior, encoder
        self.data_shape, self.local_dim = data_shape, local_dim
        self.positive, self.prior = positive, prior

    @property
    def global_dim(self) -> int:
        """The number of global latents."""
        return len(self.prior[0])

    def standardized(self, latents: Tensor) -> Tensor:
        """Global latents on the real line in units of the prior, as the networks take them."""
        mean, scale = map(ops.convert_to_tensor, self.prior)
        return (latents - mean) / scale

    def draws(self, noise: Tensor) -> Tensor:
        """Global latents from q(β), made of noise N(0, 1) `(batch, global_dim)`, on their scale."""
        return self.on_support(self.posterior(noise))

    def on_support(self, latents: Tensor) -> Tensor:
        """Global latents on their own scale, from those on the real line."""
        return ops.exp(latents) if self.positive else latents

    def simulate(self, latents: Tensor, local_latents: Tensor | None, seed: Any) -> Tensor:
        """A sample for each vector of global latents.

        Args:
            latents: Tensor `(batch, global_dim)`, as the networks take them.
            local_latents: Tensor `(batch, local_dim)` or `None`.
            seed: As `keras.random` takes it.

        Returns:
            A float32 tensor `(batch, *data_shape)`.

        Raises:
            ValueError: If the simulator returns another shape.
        """
        mean, scale = map(ops.convert_to_tensor, self.prior)
        return self.run(self.on_support(latents * scale + mean), local_latents, seed)

    def run(self, global_latents: Tensor, local_latents: Tensor | None, seed: Any) -> Tensor:
        """As `simulate`, of global latents on their own scale."""
        samples = self.simulator(global_latents, local_latents, seed)
        if not batch_shapes.fits(samples, self.data_shape):
            raise ValueError(
                "The simulator must return a sample for each vector of global latents, of shape "
                f"(batch, {', '.join(map(str, self.data_shape))}), as the discriminator takes. "
                f"Received: {batch_shapes.describe(samples)}"
            )
        return ops.cast(samples, "float32")

    def prior_draws(self, count: Any, seed: Any) -> Tensor | None:
        """Local latents from their prior, `(count, local_dim)`; `None` where there are none."""
        if not self.local_dim:
            return None
        return keras.random.normal((count, self.local_dim), dtype="float32", seed=seed)
