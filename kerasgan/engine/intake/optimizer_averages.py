"""Keras's callback for averages that an optimizer keeps, which a game's optimizer is not."""

from __future__ import annotations

from typing import Any

import keras

from kerasgan.engine.intake.callback_parts import each_callback


def refuse_swapping(callbacks: Any) -> None:
    """Refuses `keras.callbacks.SwapEMAWeights` before training, which fails after an epoch of it.

    Args:
        callbacks: What `fit` or `evaluate` is given.

    Raises:
        ValueError: If it is among them.
    """
    for callback in each_callback(callbacks):
        if isinstance(callback, keras.callbacks.SwapEMAWeights):
            raise ValueError(
                "`SwapEMAWeights` looks for one optimizer, and each player has its own. Compile "
                "with `generator_ema=0.999`: evaluations of samples, `generate` and exports then "
                "use a moving average of the generator, and training its weights; leave `use_ema` "
                f"out of the optimizers. Received: callbacks with {type(callback).__name__}"
            )
