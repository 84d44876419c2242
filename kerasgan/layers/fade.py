"""The transition from one stage of a growing network to the next."""

from __future__ import annotations

import keras
from keras import ops

from kerasgan.export import kerasgan_export
from kerasgan.types import Tensor


@kerasgan_export
class Fade(keras.layers.Layer):
    """Fades from what a network made before to what it makes with the layers of a new stage.

    The result is (1 - α) · before + α · after. α is a weight that no optimizer moves, saved with
    the layer: 1 when it is made, so that the new layers stand alone. In a model that has declared
    its stages α grows from 0 to 1 while a stage fades in, see
    `kerasgan.AdversarialModel.declare_stages` and `kerasgan.callbacks.Growth`. A network may have
    several; all of a stage have the same α.

    Call arguments:
        inputs: List `[before, after]` of two tensors of one shape.

    Output shape:
        That of each input.

    Raises:
        ValueError: If the inputs are not two tensors of one shape.

    Example:

    ```python
    grown = keras.layers.UpSampling2D()(features)  # (batch, 8, 8, 16)
    after = keras.layers.Conv2D(3, 1)(grown)
    before = keras.layers.UpSampling2D()(images)  # Of the stage before, (batch, 4, 4, 3).
    images = kerasgan.layers.Fade()([before, after])  # (batch, 8, 8, 3)
    ```

    Reference: [Karras et al., 2018](https://arxiv.org/abs/1710.10196), section 2.
    """

    def build(self, input_shape: list[tuple[int | None, ...]]) -> None:
        """Makes α."""
        shapes = input_shape if isinstance(input_shape, list | tuple) else []
        if len(shapes) != 2 or not isinstance(shapes[0], list | tuple) or shapes[0] != shapes[1]:
            raise ValueError(
                "`Fade` takes `[before, after]`, two tensors of one shape: bring what the stage "
                "before has made to the new resolution first. "
                f"Received: inputs of shape {input_shape}"
            )
        self.alpha = self.add_weight(
            (), "ones", name="alpha", trainable=False, aggregation="only_first_replica"
        )
        self.built = True

    def call(self, inputs: list[Tensor]) -> Tensor:
        """Fades from the first input to the second."""
        before, after = inputs
        return faded(before, after, self.alpha)

    def compute_output_shape(
        self, input_shape: list[tuple[int | None, ...]]
    ) -> tuple[int | None, ...]:
        """The shape of each input."""
        return tuple(input_shape[0])


def faded(before: Tensor, after: Tensor, alpha: Tensor) -> Tensor:
    """What is between two tensors; at the ends exactly the one or the other."""
    # No operators: an array of JAX on their left refuses the symbols by which data are checked.
    return ops.add(ops.multiply(before, 1.0 - alpha), ops.multiply(after, alpha))
