"""The end of a translator that starts from the identity."""

from __future__ import annotations

from typing import Any

import keras
from keras import ops

from kerasgan.export import kerasgan_export
from kerasgan.types import Tensor

# Of the image's range: at its ends tanh is flat, and black and white could not learn to change.
_REACH = 0.95


@kerasgan_export
class TanhSkip(keras.layers.Layer):
    """Ends a translator in its input plus a learned change, within [-1, 1].

    The result is tanh(change + artanh(0.95 · images)). Where the change is zero, as behind a
    convolution that starts from zeros, it is the image (times 0.95): the translator then has only
    to learn what to change, and a short training does not lose what the image shows. Computed in
    float32 under every dtype policy.

    With `blur` the images are blurred first: layout and colours are kept, edges and texture are the
    network's to draw, as a painter draws his own. A sharp skip hands on the texture as it is, which
    a network that works on a quarter of the resolution cannot take away.

    Args:
        blur: Int, the side of the square over which the images are averaged, twice; odd, `1` for
            sharp images. Defaults to `1`.

    Call arguments:
        inputs: List of the change and of the images, tensors `(batch, height, width, channels)`;
            images are in [-1, 1].

    Output shape:
        That of the images, float32 in [-1, 1].

    Raises:
        ValueError: If the inputs are not two tensors of equal channels, or `blur` is no odd number.

    Example:

    ```python
    change = keras.layers.Conv2D(3, 7, padding="same", kernel_initializer="zeros")(features)
    translated = kerasgan.layers.TanhSkip()([change, images])
    ```
    """

    output_range = (-1.0, 1.0)

    def __init__(self, blur: int = 1, **kwargs: Any) -> None:
        super().__init__(**{**kwargs, "dtype": "float32"})
        if type(blur) is not int or blur < 1 or blur % 2 == 0:
            raise ValueError(f"`blur` must be an odd int from 1 up. Received: blur={blur!r}")
        self.blur = blur

    def build(self, input_shape: list[tuple[int | None, ...]]) -> None:
        """Checks that there is a change for each channel of the images."""
        two = isinstance(input_shape, list | tuple) and len(input_shape) == 2
        if not two or input_shape[0][-1] != input_shape[1][-1]:
            raise ValueError(
                "TanhSkip takes `[change, images]` of equally many channels. "
                f"Received: inputs of shape {input_shape}"
            )
        self.built = True

    def call(self, inputs: list[Tensor]) -> Tensor:
        """Adds the change to the images."""
        change, images = inputs
        images = ops.clip(images, -1.0, 1.0)
        if self.blur > 1:
            images = self._averaged(self._averaged(images))
        return ops.tanh(change + ops.arctanh(_REACH * images))

    def _averaged(self, images: Tensor) -> Tensor:
        """The mean around each pixel, `(batch, height, width, channels)`."""
        aside = (self.blur // 2, self.blur // 2)
        padded = ops.pad(images, ((0, 0), aside, aside, (0, 0)), mode="reflect")
        return ops.average_pool(padded, self.blur, strides=1, data_format="channels_last")

    def compute_output_shape(
        self, input_shape: list[tuple[int | None, ...]]
    ) -> tuple[int | None, ...]:
        """The shape of the images."""
        return tuple(input_shape[1])

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments."""
        return {**super().get_config(), "blur": self.blur}
