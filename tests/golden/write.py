"""Writes the golden files of a version: what later versions must load, and go on with.

`python -m tests.golden.write v0_1` wrote those of version 0.1, on TensorFlow, and is never run
again for it: files of later formats go into folders of their own, or anywhere: another version of
Keras then loads them by `SAVED_ELSEWHERE=<folder> pytest tests/golden`.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import keras
import numpy as np

import kerasgan
from tests.conformance.catalogue import BATCH, CATALOGUE, EAGER

# One for each kind of game,
PRESETS = ("GAN", "DCGAN", "ConditionalGAN", "BiGAN", "MMDGAN", "GMMN", "DensityNetwork")
PRESETS += ("HierarchicalImplicitModel", "DensityRatioEstimator", "CycleGAN", "GAN-mixed")
# and one for each way to call a generator.
EXPORTED = ("GAN", "ConditionalGAN", "InfoGAN", "CycleGAN")


def models() -> Iterator[tuple[str, Any, tuple[np.ndarray, ...]]]:
    """Compiled models by name, with arrays to train them on."""
    for row in CATALOGUE:
        yield row.model.__name__, row.make_compiled(generator_ema=0.9), row.data()
    row = CATALOGUE[0]
    penalties = [kerasgan.penalties.R1(1.0, every=2), kerasgan.penalties.GradientPenalty(0.5)]
    rate = kerasgan.schedules.LinearDecay(1e-3, 2, 100)
    schedule = keras.optimizers.Nadam(rate)
    rules = {"loss": "hinge", "penalties": penalties, "discriminator_steps": 2}
    yield "GAN-rules", row.make_compiled(generator_optimizer=schedule, **rules), row.data()
    yield "GAN-mixed", row.make_compiled("mixed_float16", generator_ema=0.9), row.data()


def outputs(model: Any) -> dict[str, np.ndarray]:
    """What each generator makes of fixed inputs, by name."""
    found = {}
    for name in model.averaged():
        network = model.inference_network(name)
        by_class = getattr(model, "num_classes", None) is not None
        kinds = ["float32", "int32" if by_class else "float32"]
        inputs = [
            _ramp((2, *(side or 16 for side in tensor.shape[1:])), kind)
            for tensor, kind in zip(network.inputs, [*kinds, "float32"], strict=False)
        ]
        made = network.predict_on_batch(inputs if len(inputs) > 1 else inputs[0])
        for index, tensor in enumerate(keras.tree.flatten(made)):
            found[f"output/{name}/{index}"] = np.asarray(tensor)
    return found


def _ramp(shape: tuple[int, ...], kind: str) -> np.ndarray:
    if kind == "int32":
        return np.ones(shape, kind)
    # Constant images would be noise alone behind instance normalisation.
    return np.sin(np.arange(np.prod(shape), dtype=kind)).reshape(shape)


def write(folder: Path) -> None:
    """Writes a `.keras` file, a preset and what is expected of both for each model."""
    for name, model, data in models():
        model.run_eagerly = EAGER
        model.fit(*data, batch_size=BATCH, shuffle=False, verbose=0)
        target = folder / name
        target.mkdir(parents=True)
        model.save(target / "model.keras")
        if name in PRESETS:
            model.save_to_preset(target / "preset")
        if name in EXPORTED:
            for generator in model.generators:
                kerasgan.export_generator(model, target / "exported" / generator, name=generator)
        expected = outputs(model)
        expected["steps"] = np.int64(model.optimizer.iterations)
        logs = model.fit(*data, batch_size=BATCH, shuffle=False, verbose=0).history
        expected |= {f"log/{key}": np.float64(values[-1]) for key, values in logs.items()}
        arrays = {f"data/{index}": array for index, array in enumerate(data)}
        np.savez_compressed(target / "expected.npz", **arrays, **expected)
        print(name)


if __name__ == "__main__":
    write(Path(__file__).parent / sys.argv[1])  # Of an absolute path this is that path.
