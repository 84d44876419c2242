"""Every export is run once before it is called done, and compared with the network."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
from keras import ops

from kerasgan.inference.inputs import latents_in, structured, trial_of
from kerasgan.samples.counted_draws import counted_latents
from kerasgan.samples.entry import Entry
from kerasgan.samples.latent_distributions import parts_of
from kerasgan.samples.random_streams import seeded

_SIDE, _SAMPLES = 16, 2  # Of images whose size is free; and how many there are of whatever kind.
# Another runtime adds in another order, in half precision too; another function is further off.
_TOLERANCE = 0.02


def trial_inputs(card: dict[str, Any]) -> list[np.ndarray]:
    """Two samples of each input that a card declares, the latents those of seed 0."""
    entries = [Entry.from_config(config) for config in card["inputs"]]
    latents, multiple = latents_in(entries), card["size_multiple"]
    side = -(-_SIDE // multiple) * multiple
    return [
        counted_latents(parts_of(card["latent_distribution"], card["latent_dim"]), _SAMPLES, 0)
        if entry is latents
        else trial_of(entry, _SAMPLES, side)
        for entry in entries
    ]


def outputs_for(network: keras.Model, inputs: list[np.ndarray], card: dict[str, Any]) -> np.ndarray:
    """What the network makes of them, its own draws from seed 0."""
    names = [config["name"] for config in card["inputs"]]
    with seeded(network, 0):
        outputs = network(structured(network, names, inputs), training=False)
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
