"""What earlier versions saved is loaded, gives what it gave, and goes on training.

`SAVED_ELSEWHERE` names a folder of more such files, which another version of Keras has written.
"""

from __future__ import annotations

import inspect
import json
import os
import zipfile
from pathlib import Path

import keras
import numpy as np
import pytest

import kerasgan
from tests.conformance.catalogue import BATCH, CATALOGUE, EAGER
from tests.golden.write import outputs

GOLDEN = Path(__file__).parent
SAVED = sorted(GOLDEN.glob("v*/*"))
ELSEWHERE = os.environ.get("SAVED_ELSEWHERE")
SAVED += sorted(Path(ELSEWHERE).glob("*")) if ELSEWHERE else []
TENSORFLOW = keras.backend.backend() == "tensorflow"


def of(part: str):
    found = [folder for folder in SAVED if (folder / part).exists()]
    names = [f"{folder.parent.name}-{folder.name}" for folder in found]
    return pytest.mark.parametrize("folder", found, ids=names)


def test_there_are_some():
    assert len(SAVED) >= 21 and len(list(GOLDEN.glob("v*/*/preset"))) >= 11


def check(model, folder: Path) -> None:
    """Outputs, step count, and the losses of an epoch more, which was trained when it was saved."""
    expected = np.load(folder / "expected.npz")
    assert int(model.optimizer.iterations) == expected["steps"]
    half = any(layer.compute_dtype == "float16" for layer in model._flatten_layers())
    tolerance = 5e-3 if half else 2e-5
    found = outputs(model)
    assert set(found) == {key for key in expected if key.startswith("output/")}
    for key, values in found.items():
        np.testing.assert_allclose(values, expected[key], atol=tolerance, rtol=1e-4, err_msg=key)
    data = [expected[f"data/{index}"] for index in range(3) if f"data/{index}" in expected]
    model.run_eagerly = EAGER
    logs = model.fit(*data, batch_size=BATCH, shuffle=False, verbose=0).history
    logs = {f"log/{name}": values[-1] for name, values in logs.items()}
    assert {key for key in expected if key.startswith("log/")} <= set(logs)
    assert all(np.isfinite(value) for value in logs.values())
    if TENSORFLOW and not half:  # Whose random numbers were drawn when it was written.
        for key in (key for key in expected if key.startswith("log/")):
            np.testing.assert_allclose(logs[key], expected[key], rtol=1e-3, atol=1e-4, err_msg=key)


def check_configuration(model, path: Path) -> None:
    """What is written now is what was, and the defaults of arguments that are new."""
    with zipfile.ZipFile(path) as archive:
        written = json.loads(archive.read("config.json"))["config"]
    now = json.loads(json.dumps(model.get_config()))
    defaults = inspect.signature(type(model)).parameters
    added = {name: value for name, value in now.items() if name not in written}
    assert added == {name: defaults[name].default for name in added}
    for name, value in written.items():
        if isinstance(value, dict):  # Of a network each Keras writes other keys.
            keys = ("module", "class_name", "registered_name")
            assert [now[name][key] for key in keys] == [value[key] for key in keys], name
        else:
            assert now[name] == value, name


@of("model.keras")
def test_a_saved_model_goes_on(folder):
    model = keras.saving.load_model(folder / "model.keras")
    check_configuration(model, folder / "model.keras")
    check(model, folder)


@of("preset")
def test_a_preset_goes_on(folder):
    check(kerasgan.AdversarialModel.from_preset(folder / "preset"), folder)


@of("exported")
def test_an_exported_generator_runs(folder):
    model = keras.saving.load_model(folder / "model.keras")
    row = next(row for row in CATALOGUE if row.model is type(model))
    for path in (folder / "exported").iterdir():
        row.check_generator(kerasgan.load_generator(path), model, path.name, tolerance=2e-5)
