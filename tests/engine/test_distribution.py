"""Several devices train as one, or say why they cannot.

Virtual devices must be made before a backend starts: scripts of their own train on them.
"""

import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import keras
import numpy as np
import pytest

ROOT = Path(__file__).parents[2]
BACKEND = keras.backend.backend()
ON_TENSORFLOW = pytest.mark.skipif(BACKEND != "tensorflow", reason="tf.distribute")
ON_JAX = pytest.mark.skipif(BACKEND != "jax", reason="keras.distribution")
TOLERANCE = 2e-6


def environment(**variables):
    path = os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])
    return {**os.environ, "PYTHONPATH": path, "KERAS_BACKEND": BACKEND, **variables}


@pytest.fixture(scope="module")
def found():
    """What `on_two_devices.py` prints."""
    script = ROOT / "tests" / "engine" / "on_two_devices.py"
    process = subprocess.run(
        [sys.executable, str(script)],
        env=environment(),
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert process.returncode == 0, process.stderr[-4000:]
    return json.loads(process.stdout.splitlines()[-1])


@ON_TENSORFLOW
@pytest.mark.parametrize(
    "case",
    [
        "a graph, and uneven batches",
        "clipping, R1, moving average",
        "a player that rests",
        "a penalty with a state",
        "a lazy penalty with a state",
        "an average by samples",
        "losses of layers",
        "synchronized batch normalization",
        "two discriminator steps",
    ],
)
def test_two_replicas_equal_one_device(found, case):
    assert max(found[case].values()) < TOLERANCE, found[case]


@ON_JAX
@pytest.mark.parametrize("case", ["a GAN", "an average by samples", "batch normalization"])
def test_two_devices_equal_one(found, case):
    assert max(found[case].values()) < TOLERANCE, found[case]


@ON_TENSORFLOW
def test_replicas_draw_different_latents_the_first_as_one_device_does(found):
    first, second, alone = np.array(found["latents"])
    np.testing.assert_array_equal(first, alone)
    assert np.abs(first - second).min() > 1e-3


@ON_TENSORFLOW
def test_batch_normalization_has_one_moving_average(found):
    statistics, largest_difference = found["moving statistics"]
    assert statistics == 4  # Of the generator and of its average.
    assert largest_difference < 1e-7


@ON_TENSORFLOW
def test_a_frozen_network_is_on_all_devices(found):
    differences, copies = found["a frozen network"]
    assert max(differences.values()) < TOLERANCE
    assert copies == [2] * 6


@ON_TENSORFLOW
def test_samples_come_once(found):
    assert found["samples"] == [[5, 4], 0.0]


@ON_TENSORFLOW
def test_replicas_share_one_image_pool(found):
    shown_equal, kept_equal = found["pool"]
    assert shown_equal
    assert kept_equal


@ON_TENSORFLOW
@pytest.mark.parametrize("case", ["loaded alone", "resumed"])
def test_saved_and_resumed_to_the_bit(found, case):
    assert found[case]


@ON_TENSORFLOW
@pytest.mark.parametrize(
    ("case", "message"),
    [
        ("steps_per_execution", "Pass steps_per_execution=1. Received: steps_per_execution=2"),
        ("jit_compile", "Pass jit_compile=False or 'auto'. Received: jit_compile=True"),
        ("accumulation", "the batches larger. Received: gradient_accumulation_steps=2"),
        ("compiled outside", "compile it there as well"),
        ("made outside", "Make and compile it in `with strategy.scope():`"),
        ("keras.distribution", "On TensorFlow use `tf.distribute`"),
    ],
)
def test_what_a_strategy_cannot_do_is_refused(found, case, message):
    assert found[case].startswith("ValueError")
    assert message in found[case]


@ON_TENSORFLOW
def test_auto_does_not_compile_for_several_devices(found):
    assert found["auto"] is False


@ON_JAX
@pytest.mark.parametrize(
    ("case", "received"),
    [
        ("an odd batch", "a batch of 5"),
        ("an odd last batch", "a batch of 1"),
        ("an odd batch beside a split", "a batch of 5"),
        ("an odd batch of a generator", "Sharding"),
    ],
)
def test_batches_that_cannot_be_divided_are_refused(found, case, received):
    assert found[case].startswith("ValueError: On JAX each batch is divided evenly between the 2")
    assert f"Received: {received}" in found[case]


@ON_TENSORFLOW
def test_two_workers_equal_one_process_and_one_writes(tmp_path):
    with socket.socket() as one, socket.socket() as other:
        one.bind(("127.0.0.1", 0))
        other.bind(("127.0.0.1", 0))
        addresses = [f"127.0.0.1:{s.getsockname()[1]}" for s in (one, other)]
    script = str(ROOT / "tests" / "engine" / "worker.py")

    def start(**variables):
        command = [sys.executable, script, str(tmp_path), "0"]
        return subprocess.Popen(
            command, env=environment(**variables), stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )

    tasks = [{"type": "worker", "index": index} for index in range(2)]
    configs = [json.dumps({"cluster": {"worker": addresses}, "task": task}) for task in tasks]
    processes = [start(TF_CONFIG=config) for config in configs] + [start()]
    try:
        outputs = [process.communicate(timeout=300)[0].decode() for process in processes]
    finally:
        for process in processes:
            process.kill()
    assert [process.returncode for process in processes] == [0, 0, 0], outputs
    names = ("end_0", "end_1", "end_alone")
    chief, worker, alone = (np.load(tmp_path / f"{name}.npz") for name in names)
    for name in alone.files:
        np.testing.assert_array_equal(chief[name], worker[name])
        np.testing.assert_allclose(chief[name], alone[name], atol=1e-6)
    histories = [json.loads((tmp_path / f"{name}.json").read_text()) for name in names]
    assert histories[0] == histories[1]
    for name, values in histories[2].items():
        np.testing.assert_allclose(values, histories[0][name], atol=1e-6)
    written = sorted(path.name for path in (tmp_path / "checkpoints").iterdir())
    assert written == ["manifest.json", "step_000000012.keras", "step_000000015.keras"]
