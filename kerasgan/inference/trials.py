"""Every export is run once before it is called done, and compared with the network."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
from keras import ops

from kerasgan.inference.card import latent_dim_of, takes_labels
from kerasgan.samples.counted_draws import counted_latents
from kerasgan.samples.latent_distributions import parts_of
from kerasgan.samples.random_streams import seeded

_SIDE, _SAMPLES = 16, 2  # Of images whose size is free; and how many there are of whatever kind.
# Another runtime adds in another order, in half precision too; another function is further off.
_TOLERANCE = 0.02


def trial_inputs(network: keras.Model, card: dict[str, Any] | None = None) -> list[np.ndarray]:
    """Two samples of what a network takes: latents of seed 0, with classes, or images."""
    latent_dim = latent_dim_of(network)
    if latent_dim is None:
        shape = [_SIDE if side is None else side for side in network.input_shape[1:]]
        return [np.random.default_rng(0).uniform(-1, 1, (_SAMPLES, *shape)).astype("float32")]
    parts = parts_of((card or {}).get("latent_distribution", "normal"), latent_dim)
    latents = counted_latents(parts, _SAMPLES, 0)
    return [latents, np.zeros(_SAMPLES, "int32")] if takes_labels(network) else [latents]


def outputs_for(network: keras.Model, inputs: list[np.ndarray]) -> np.ndarray:
    """What the network makes of them, its own draws from seed 0."""
    with seeded(network, 0):
        outputs = network(inputs if len(inputs) > 1 else inputs[0], training=False)
    return ops.convert_to_numpy(ops.cast(outputs, "float32"))


def check_equal(made: np.ndarray, expected: np.ndarray, runtime: str) -> None:
    """Refuses an export whose outputs are not the network's.

    Raises:
        RuntimeError: If shapes or values differ.
    """
    equal = made.shape == expected.shape and np.allclose(
        made, expected, rtol=_TOLERANCE, atol=_TOLERANCE, equal_nan=True
    )
    if not equal:
        seen = f"outputs of shape {made.shape} for {expected.shape}"
        if made.shape == expected.shape:
            seen = f"a largest difference of {np.abs(made - expected).max():.3g}"
        raise RuntimeError(
            f"The export does not compute what the network does: {runtime} was given equal inputs. "
            "A layer that draws random numbers in inference, or one that is written otherwise "
            "there, is a likely cause: `gan.save` or a preset keep it as it is. "
            f"Received: {seen}"
        )
