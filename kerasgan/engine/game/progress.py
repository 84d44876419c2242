"""How far a game has grown."""

from __future__ import annotations

from collections.abc import Sequence

import keras
from keras import ops

from kerasgan.layers.fade import Fade
from kerasgan.types import Tensor


class Progress(keras.layers.Layer):
    """Counts the real samples that a game has been trained on, and fades its stages in.

    Its counts are weights: a training step moves them, and files hold them.
    """

    def __init__(self) -> None:
        super().__init__(name="progress", trainable=False)
        self.samples = self._add_count("samples")
        self.begun = self._add_count("begun")  # The samples seen when the present stage began,
        self.fade = self._add_count("fade")  # and over how many it fades in.
        self.built = True

    def _add_count(self, name: str) -> keras.Variable:
        return self.add_weight(
            (),
            "zeros",
            dtype="int32",
            name=name,
            trainable=False,
            aggregation="only_first_replica",
        )

    def alpha(self) -> Tensor:
        """How far the present stage has faded in, a float32 scalar from 0 to 1."""
        samples, begun, fade = map(ops.convert_to_tensor, (self.samples, self.begun, self.fade))
        seen, over = ops.cast(samples - begun, "float32"), ops.cast(fade, "float32")
        share = ops.clip(seen / ops.maximum(over, 1.0), 0.0, 1.0)
        return ops.where(fade > 0, share, ops.ones_like(share))

    def begin(self, fade: int) -> None:
        """A stage begins, and fades in over so many samples; 0 for at once."""
        # A copy: JAX gives arrays away to a training step, and each once.
        self.begun.assign(ops.copy(ops.convert_to_tensor(self.samples)))
        self.fade.assign(fade)

    def advance(self, samples: Tensor) -> None:
        """Counts samples.

        Args:
            samples: Int scalar, the real samples of a step, of all replicas.
        """
        counted = ops.convert_to_tensor(self.samples) + ops.cast(samples, "int32")
        self.samples.assign(counted)

    def show(self, fades: Sequence[Fade]) -> None:
        """Lets layers have the present α."""
        if fades:
            alpha = self.alpha()
            for fade in fades:
                fade.alpha.assign(ops.copy(alpha))
