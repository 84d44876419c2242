"""Instance normalisation, by the fastest kernel of each backend."""

from __future__ import annotations

import keras

from kerasgan.types import Tensor

if keras.backend.backend() == "tensorflow":
    from kerasgan.ops.instance_normalization.tensorflow import normalize
elif keras.backend.backend() == "jax":
    from kerasgan.ops.instance_normalization.jax import normalize
elif keras.backend.backend() == "torch":
    from kerasgan.ops.instance_normalization.torch import normalize
else:
    raise ImportError(
        "Instance normalisation runs on the TensorFlow, JAX and PyTorch backends of Keras. Set the "
        "environment variable KERAS_BACKEND to 'tensorflow', 'jax' or 'torch' before importing "
        f"keras. Received: KERAS_BACKEND={keras.backend.backend()}"
    )


def instance_normalization(
    x: Tensor, epsilon: float = 1e-5, scale: Tensor | None = None, offset: Tensor | None = None
) -> Tensor:
    """Normalise each channel of each sample over height and width.

    The statistics are those of `x` itself, computed in float32; batch, height and width may
    be unknown until the call.

    Args:
        x: Tensor `(batch, height, width, channels)`, float16, bfloat16 or float32.
        epsilon: Float, added to the (biased) variance. Defaults to `1e-5`.
        scale: Tensor `(channels,)`, float32, multiplied onto the result. Defaults to `None`.
        offset: Tensor `(channels,)`, float32, added after it. Defaults to `None`.

    Returns:
        A tensor of the shape and dtype of `x`.

    Example:

    ```python
    y = instance_normalization(keras.random.normal((2, 16, 16, 8)))
    keras.ops.mean(y, axis=(1, 2))  # zeros, (2, 8)
    ```

    Reference: [Ulyanov et al., 2016](https://arxiv.org/abs/1607.08022).
    """
    return normalize(x, epsilon, scale, offset)
