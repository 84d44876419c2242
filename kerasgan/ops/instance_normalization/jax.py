"""Instance normalisation on JAX: the plain formula, which XLA fuses."""

from __future__ import annotations

import jax
import jax.numpy as jnp

from kerasgan.types import Tensor


def normalize(x: Tensor, epsilon: float, scale: Tensor | None, offset: Tensor | None) -> Tensor:
    """See `kerasgan.ops.instance_normalization`."""
    x = jnp.asarray(x)
    y = x.astype("float32")
    mean = jnp.mean(y, axis=(1, 2), keepdims=True)
    variance = jnp.mean(jnp.square(y - mean), axis=(1, 2), keepdims=True)
    y = (y - mean) * jax.lax.rsqrt(variance + epsilon)
    if scale is not None:
        y = y * jnp.asarray(scale)
    if offset is not None:
        y = y + jnp.asarray(offset)
    return y.astype(x.dtype)
