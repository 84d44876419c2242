"""Augmentation in front of a discriminator."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import keras
from keras import ops

from kerasgan.export import kerasgan_export
from kerasgan.integers import read_seed
from kerasgan.ops.augmentation import random_colours, random_cutout, random_translation
from kerasgan.types import Tensor

_POLICIES = ("color", "translation", "cutout")


@kerasgan_export
class DiffAugment(keras.layers.Layer):
    """Change images at random in training, in ways that a gradient flows through.

    As the first layer of a discriminator it changes real and generated images alike, and the
    generator learns through it. That keeps a discriminator from learning a small data set by heart,
    without the changes being learnt by the generator.

    Args:
        policy: sequence of `"color"`, `"translation"` and `"cutout"`, applied in the order given.
            Defaults to all three, the paper's choice for few images.
        translation: float in (0, 1), the largest shift, in sizes of the image. Defaults to `0.125`.
        cutout: float in (0, 1), the side of the box of zeros, in sizes of the image. Defaults to
            `0.5`.
        seed: int or `None`, the seed of the changes. Defaults to `None`.

    Call arguments:
        inputs: tensor `(batch, height, width, channels)`, images in [-1, 1]. Changed colours may
            leave that range.
        training: bool, whether to change the images. Defaults to `False`.

    Output shape:
        That of the input.

    Raises:
        ValueError: if a policy is none of the three, or a ratio is outside (0, 1).

    Example:

    ```python
    DiffAugment(["translation", "cutout"])(images)  # (8, 32, 32, 3) -> (8, 32, 32, 3)
    ```

    Reference:
        [Zhao et al., 2020](https://arxiv.org/abs/2006.10738).
    """

    def __init__(
        self,
        policy: Sequence[str] = _POLICIES,
        translation: float = 0.125,
        cutout: float = 0.5,
        seed: int | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        if isinstance(policy, str) or not set(policy) <= set(_POLICIES):
            raise ValueError(
                f"`policy` must be a list of {', '.join(map(repr, _POLICIES))}. "
                f"Received: policy={policy!r}"
            )
        for name, ratio in {"translation": translation, "cutout": cutout}.items():
            if not 0 < ratio < 1:
                raise ValueError(
                    f"`{name}` must lie between 0 and 1; leave {name!r} out of `policy` for none. "
                    f"Received: {name}={ratio}"
                )
        self.policy = tuple(policy)
        self.translation = translation
        self.cutout = cutout
        self.seed = seed = read_seed(seed)
        self.seed_generator = keras.random.SeedGenerator(seed)
        self.input_spec = keras.layers.InputSpec(ndim=4)

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        """Check that the size of the images is known."""
        if None in input_shape[1:]:
            raise ValueError(
                "The size of the images must be known. Give the input a height, a width and "
                f"channels. Received: input_shape={tuple(input_shape)}"
            )
        self.built = True

    def call(self, inputs: Tensor, training: bool = False) -> Tensor:
        """Change the images."""
        if not training:
            return inputs
        images = ops.cast(inputs, "float32")
        for policy in self.policy:
            if policy == "color":
                images = random_colours(images, self.seed_generator)
            elif policy == "translation":
                images = random_translation(images, self.translation, self.seed_generator)
            else:
                images = random_cutout(images, self.cutout, self.seed_generator)
        return ops.cast(images, inputs.dtype)

    def compute_output_shape(self, input_shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
        """The shape of the input."""
        return tuple(input_shape)

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments."""
        return {
            **super().get_config(),
            "policy": list(self.policy),
            "translation": self.translation,
            "cutout": self.cutout,
            "seed": self.seed,
        }
