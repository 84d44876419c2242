"""Compares training on two devices with training on one, and kills one of two workers.

First the same game is trained on one device and on two: under `tf.distribute.MirroredStrategy` on
two virtual CPUs, or, with KERAS_BACKEND=jax, under `keras.distribution.DataParallel` on two. The
largest differences in weights and losses are printed; the latents are the same in both.

Then, on TensorFlow, two processes train under `MultiWorkerMirroredStrategy` on this machine. One is
killed (SIGKILL), what becomes of the other is printed, both are started again, and the end must
equal that of two workers that nothing happened to.

    python benchmarks/replicas.py
    KERAS_BACKEND=jax python benchmarks/replicas.py

The exit status is the number of verdicts that failed.
"""

import json
import os
import socket
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ["XLA_FLAGS"] = "--xla_force_host_platform_device_count=2"
ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

TOLERANCE = 2e-6
PATIENCE = 60.0  # Seconds that the other worker gets to notice.


def two_devices():
    """Returns the context in which a model is made for two devices, and the strategy's name."""
    import keras

    if keras.backend.backend() == "jax":
        import jax

        strategy = keras.distribution.DataParallel(devices=jax.devices("cpu"))
    else:
        import tensorflow as tf

        cpu = tf.config.list_physical_devices("CPU")[0]
        two = [tf.config.LogicalDeviceConfiguration()] * 2
        tf.config.set_logical_device_configuration(cpu, two)
        names = [device.name for device in tf.config.list_logical_devices("CPU")]
        strategy = tf.distribute.MirroredStrategy(names)
    return strategy.scope, type(strategy).__name__


def cases():
    """Returns arguments of `replica_games.run` by name."""
    from kerasgan.penalties import R1

    import keras

    on_tensorflow = keras.backend.backend() == "tensorflow"
    adam = keras.optimizers.Adam
    synchronized = {"synchronized": True} if on_tensorflow else {}
    uneven = {"data": slice(13)} if on_tensorflow else {}
    last_of_one = {"data": slice(9)} if on_tensorflow else {}
    return {
        "SGD": {},
        "Adam, R1, moving average": {
            "optimizer": adam,
            "penalties": [R1(1.0, every=2)],
            "generator_ema": 0.9,
        },
        "simultaneous updates": {"update": "simultaneous"},
        "clipped gradients": {"optimizer": lambda rate: adam(rate, clipnorm=0.01)},
        "batch normalization over all": {
            "normalization": lambda: [keras.layers.BatchNormalization(**synchronized)]
        },
        **({"last batch of 5": uneven, "last batch of 1": last_of_one} if on_tensorflow else {}),
    }


def compare() -> dict[str, bool]:
    """Trains on one device and on two, and prints how they differ."""
    scope, name = two_devices()
    from tests.engine import replica_games

    print(f"One device against two under {name}: largest differences in weights and losses")
    verdicts = {}
    for case, arguments in cases().items():
        arguments = dict(arguments)
        data = replica_games.POINTS[arguments.pop("data", slice(None))]
        normalization = arguments.pop("normalization", list)
        # `DataParallel` is asked for at every call; a strategy only when a model is made.
        with scope() if name == "DataParallel" else replica_games.contextlib.nullcontext():
            two = replica_games.run(scope(), data, normalization=normalization(), **arguments)
        one = replica_games.run(None, data, normalization=normalization(), **arguments)
        found = replica_games.difference(one, two)
        print(f"  {case:30} weights {found['weights']:.1e}   losses {found['losses']:.1e}")
        verdicts[f"{name}, {case}"] = max(found.values()) < TOLERANCE
    return verdicts


class Worker:
    """One of two processes that train together.

    Args:
        index: Int, 0 for the chief.
        ports: The ports of both.
        directory: Folder of the checkpoints and of the end.
        echo: Bool, whether to print what it prints.
        pause: Float, seconds after each step.
    """

    def __init__(self, index: int, ports: list[int], directory: Path, echo: bool, pause: float):
        cluster = {"worker": [f"127.0.0.1:{port}" for port in ports]}
        config = {"cluster": cluster, "task": {"type": "worker", "index": index}}
        environment = {
            **os.environ,
            "TF_CONFIG": json.dumps(config),
            "KERAS_BACKEND": "tensorflow",
            "PYTHONPATH": str(ROOT),
        }
        script = ROOT / "tests" / "engine" / "worker.py"
        self.index = index
        self.step = 0
        self.last_words = ""
        self.echo = echo
        self.process = subprocess.Popen(
            [sys.executable, str(script), str(directory), str(pause)],
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.reader = threading.Thread(target=self._read)
        self.reader.start()

    def _read(self) -> None:
        for line in self.process.stdout:
            line = line.strip()
            words = line.split()
            if words[:1] == ["step"]:
                self.step = int(words[1])
            elif "Error" in line or "aborted" in line:
                self.last_words = line
            if self.echo and words[:1] in (["begins"], ["step"], ["ends"], ["Resuming"]):
                print(f"    worker {self.index}: {line[:150]}", flush=True)

    def wait(self, seconds: float) -> int | None:
        """Returns the exit status, or `None` if it is still running then."""
        try:
            status = self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            return None
        self.reader.join()
        return status


def start(directory: Path, echo: bool, pause: float = 0.0) -> list[Worker]:
    directory.mkdir(exist_ok=True)
    with socket.socket() as one, socket.socket() as other:
        one.bind(("127.0.0.1", 0))
        other.bind(("127.0.0.1", 0))
        ports = [one.getsockname()[1], other.getsockname()[1]]
    return [Worker(index, ports, directory, echo, pause) for index in range(2)]


def finish(workers: list[Worker]) -> bool:
    """Whether all end well, and in a bounded time."""
    statuses = [worker.wait(300.0) for worker in workers]
    for worker in workers:
        worker.process.kill()
    return statuses == [0, 0]


def kill_one(directory: Path, index: int, step: int) -> bool:
    """Kills one of two workers at a step; whether the other one then ends with an error."""
    workers = start(directory, echo=True, pause=0.2)
    killed, other = workers[index], workers[1 - index]
    while killed.step < step and killed.process.poll() is None:
        time.sleep(0.01)
    killed.process.kill()
    before = time.monotonic()
    print(f"    worker {index} is killed after step {killed.step}", flush=True)
    status = other.wait(PATIENCE)
    after = time.monotonic() - before
    if status is None:
        print(f"    worker {1 - index} does not notice within {PATIENCE} s, and is killed")
        other.process.kill()
        return False
    print(f"    worker {1 - index} ends {after:.1f} s later with exit status {status}:")
    print(f"      {other.last_words[:160]}")
    return status != 0


def largest_difference(first: Path, second: Path) -> float:
    import numpy as np

    with np.load(first) as a, np.load(second) as b:
        return max(float(np.abs(a[name] - b[name]).max()) for name in a.files)


def kill_workers() -> dict[str, bool]:
    """Two workers, one of them killed, against two that are left alone."""
    verdicts = {}
    with tempfile.TemporaryDirectory() as folder:
        whole, broken = Path(folder) / "whole", Path(folder) / "broken"
        print("Two workers, 15 steps, a checkpoint every 3; left alone:")
        verdicts["two workers end"] = finish(start(whole, echo=False))
        for index, step in ((1, 5), (0, 10)):
            print(f"Worker {index} killed:")
            verdicts[f"worker {index} killed: the other ends"] = kill_one(broken, index, step)
        print("Started again:")
        verdicts["both resume and end"] = finish(start(broken, echo=True))
        found = [
            largest_difference(a / f"end_{i}.npz", b / f"end_{j}.npz")
            for a, i, b, j in ((whole, 0, broken, 0), (whole, 1, broken, 1), (whole, 0, whole, 1))
        ]
    print(f"  chief against undisturbed chief: largest difference in weights {found[0]:.1e}")
    print(
        f"  worker against undisturbed worker: {found[1]:.1e}; chief against worker: {found[2]:.1e}"
    )
    verdicts["equal to the bit"] = max(found) == 0.0
    return verdicts


def main() -> int:
    verdicts = compare()
    if os.environ.get("KERAS_BACKEND", "tensorflow") == "tensorflow":
        verdicts |= kill_workers()
    for name, holds in verdicts.items():
        print(f"{name:55} {'yes' if holds else 'NO'}")
    return sum(not holds for holds in verdicts.values())


if __name__ == "__main__":
    sys.exit(main())
