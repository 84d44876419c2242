"""Spectral normalisation of a layer's kernel."""

from __future__ import annotations

from typing import Any

import keras
from keras import ops

from kerasgan.export import kerasgan_export
from kerasgan.types import Tensor

# Their kernels end in (outputs, inputs), all others in (inputs, outputs).
_TRANSPOSED = (
    keras.layers.Conv1DTranspose,
    keras.layers.Conv2DTranspose,
    keras.layers.Conv3DTranspose,
)
_DEPTHWISE = (keras.layers.DepthwiseConv1D, keras.layers.DepthwiseConv2D)


@kerasgan_export
class SpectralNormalization(keras.layers.Wrapper):
    """Divide the kernel W of a layer by its largest singular value σ(W).

    A discriminator of such layers is Lipschitz continuous, which steadies training at little cost.
    σ is estimated by power iteration, as in the authors' code: each call in training takes
    `power_iterations` more steps from where the last one ended, and nothing moves at inference. The
    gradient is that of W/σ(W), through W and through σ, with the singular vectors held constant.

    The kernel is a matrix with one row for each output channel. The layer's own weights stay its
    weights: W, not W/σ, is trained and saved, and beside it the vector of the power iteration. That
    iteration, σ and the division are computed in float32 under every dtype policy.

    `keras.layers.SpectralNormalization` overwrites the kernel by W/σ in each call, so that its
    gradient is not that of W/σ(W).

    Args:
        layer: Keras layer with one kernel that its output is linear in, up to bias and activation:
            `Dense`, convolutions of any kind (also transposed or depthwise), `Embedding`, `Maxout`.
        power_iterations: int, steps of the power iteration in each call in training. Defaults to
            `1`, as in the paper.

    Call arguments:
        inputs: tensor, as the layer takes it.
        training: bool, whether to go on with the power iteration. Defaults to `False`.

    Output shape:
        That of the layer.

    Raises:
        TypeError: if `layer` is not a Keras layer with a kernel, or has further matrices.
        ValueError: if `power_iterations` is not a positive integer.

    Example:

    ```python
    SpectralNormalization(keras.layers.Conv2D(64, 3))(images)  # (8, 32, 32, 3) -> (8, 30, 30, 64)
    ```

    Reference:
        [Miyato et al., 2018](https://arxiv.org/abs/1802.05957).
    """

    def __init__(self, layer: keras.layers.Layer, power_iterations: int = 1, **kwargs: Any) -> None:
        if not isinstance(layer, keras.layers.Layer):
            raise TypeError(f"`layer` must be a Keras layer. Received: layer={layer!r}")
        if type(power_iterations) is not int or power_iterations < 1:
            raise ValueError(
                "`power_iterations` must be a positive integer. "
                f"Received: power_iterations={power_iterations}"
            )
        # With the policy of its variables the wrapper reads kernels as they are; the layer inside
        # casts its inputs to its own compute dtype.
        super().__init__(layer, **{**kwargs, "dtype": layer.variable_dtype})
        self.power_iterations = power_iterations
        self.input_spec = getattr(layer, "input_spec", None)

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        """Build the layer, and create the vector of the power iteration."""
        super().build(input_shape)
        matrices = [weight for weight in self.layer.weights if len(weight.shape) > 1]
        if not hasattr(self.layer, self._attribute()) or len(matrices) != 1:
            raise TypeError(
                "Spectral normalisation is defined for layers with one kernel, such as Dense, "
                "Conv2D, Conv2DTranspose or Embedding. Wrap such layers one by one. Received: "
                f"{type(self.layer).__name__} with weights of the shapes "
                f"{[tuple(weight.shape) for weight in self.layer.weights]}"
            )
        # Replicas hold equal kernels, and so keep equal vectors without telling each other.
        self.vector = self.add_weight(
            name="vector",
            shape=(self._matrix().shape[0],),
            initializer="random_normal",
            dtype="float32",
            trainable=False,
            autocast=False,
        )
        self.built = True

    def call(self, inputs: Tensor, training: bool = False) -> Tensor:
        """What the layer gives with W/σ in place of W."""
        # Multiplied: the gradient of a division passes over the features three times more.
        inverse = 1.0 / self._largest_singular_value(training)
        if isinstance(self.layer, keras.layers.Embedding):
            outputs = self.layer(inputs)
            return ops.cast(ops.cast(outputs, "float32") * inverse, outputs.dtype)
        # (W/σ) x = W (x/σ): the same values and gradients, with bias and activation left alone.
        return self.layer(ops.cast(inputs, "float32") * inverse)

    def _largest_singular_value(self, training: bool) -> Tensor:
        matrix = self._matrix()
        constant = ops.stop_gradient(matrix)
        u = ops.copy(self.vector)  # PyTorch's graph must not see the vector change under it.
        v = _unit(ops.matmul(u, constant))
        if training:
            for iteration in range(self.power_iterations):
                v = v if iteration == 0 else _unit(ops.matmul(u, constant))
                u = _unit(ops.matmul(constant, v))
            self.vector.assign(u)
        else:
            u = _unit(u)
        sigma = ops.sum(u * ops.matmul(matrix, v))
        return ops.where(sigma > 0.0, sigma, ops.ones_like(sigma))  # A kernel of zeros stays so.

    def _matrix(self) -> Tensor:
        """The kernel in float32, `(outputs, everything else)`."""
        kernel = ops.cast(getattr(self.layer, self._attribute()), "float32")
        if isinstance(self.layer, _DEPTHWISE):
            kernel = ops.reshape(kernel, (*kernel.shape[:-2], -1))
        outputs = -2 if isinstance(self.layer, _TRANSPOSED) else -1
        kernel = ops.moveaxis(kernel, outputs, 0)
        return ops.reshape(kernel, (kernel.shape[0], -1))

    def _attribute(self) -> str:
        return "embeddings" if hasattr(self.layer, "embeddings") else "kernel"

    def compute_output_shape(self, input_shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
        """The layer's output shape."""
        return self.layer.compute_output_shape(input_shape)

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments."""
        return {**super().get_config(), "power_iterations": self.power_iterations}


def _unit(vector: Tensor) -> Tensor:
    return vector / (ops.sqrt(ops.sum(ops.square(vector))) + 1e-12)
