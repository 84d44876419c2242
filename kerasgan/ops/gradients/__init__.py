"""Derivatives: the same functions from a file of each backend."""

from collections.abc import Callable

import keras

from kerasgan.ops.layer_losses import unnoted
from kerasgan.types import Tensor

if keras.backend.backend() == "tensorflow":
    from kerasgan.ops.gradients.tensorflow import input_gradients as _input_gradients
    from kerasgan.ops.gradients.tensorflow import losses_and_gradients as losses_and_gradients
elif keras.backend.backend() == "jax":
    from kerasgan.ops.gradients.jax import input_gradients as _input_gradients
    from kerasgan.ops.gradients.jax import losses_and_gradients as losses_and_gradients
elif keras.backend.backend() == "torch":
    from kerasgan.ops.gradients.torch import input_gradients as _input_gradients
    from kerasgan.ops.gradients.torch import losses_and_gradients as losses_and_gradients
else:
    raise ImportError(
        "kerasgan trains on the TensorFlow, JAX and PyTorch backends of Keras. Set the environment "
        "variable KERAS_BACKEND to 'tensorflow', 'jax' or 'torch' before importing keras. "
        f"Received: KERAS_BACKEND={keras.backend.backend()}"
    )


def input_gradients(fn: Callable[[Tensor], Tensor], inputs: Tensor) -> Tensor:
    """The gradient of the sum of `fn(inputs)` with respect to `inputs`; differentiable again."""
    with unnoted():  # On JAX what layers add is of the inner derivative, and must not leave it.
        return _input_gradients(fn, inputs)
