"""Times `fit` against the shortest hand-written loop, with the same networks, losses and backend.

Both run in one process and take turns, a round of steps each; the figures are medians over rounds,
and what counts is their ratio. The last table compares simultaneous with alternating updates.

Steps of about a millisecond differ from process to process, by how TensorFlow spreads small
operations over its threads: `--processes` repeats the measurement in new ones and takes the median
of the ratios.

    python benchmarks/step_time.py                       # TensorFlow
    KERAS_BACKEND=jax python benchmarks/step_time.py     # JAX
    python benchmarks/step_time.py --only mlp --processes 7
    python benchmarks/step_time.py --policy mixed_bfloat16   # or, on a GPU, mixed_float16
"""

import argparse
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import kerasgan

import keras
import numpy as np

sys.path.insert(0, str(Path(__file__).parent))
BACKEND = keras.backend.backend()


@dataclass
class Case:
    """A model, its data and how many steps make a round."""

    name: str
    model: Callable[[], kerasgan.AdversarialModel]
    shapes: tuple[tuple[int, ...], ...]
    batch: int
    steps: int
    steps_per_execution: int = 1

    def compiled(self, **rules: Any) -> kerasgan.AdversarialModel:
        keras.utils.set_random_seed(0)
        model = self.model()
        model.compile(steps_per_execution=self.steps_per_execution, **rules)
        return model

    def data(self) -> tuple[np.ndarray, ...]:
        rng = np.random.default_rng(0)
        count = self.batch * self.steps
        return tuple(rng.uniform(-1, 1, (count, *s)).astype("float32") for s in self.shapes)


def cases(filters: int) -> list[Case]:
    models = kerasgan.models
    return [
        Case("dcgan", lambda: models.DCGAN(base_filters=filters), ((64, 64, 3),), 16, 4),
        Case("cyclegan", lambda: models.CycleGAN((64, 64, 3)), ((64, 64, 3),) * 2, 1, 6),
        Case(
            "mlp",
            lambda: models.VanillaGAN(
                (2,), latent_dim=2, generator_units=64, discriminator_units=32
            ),
            ((2,),),
            128,
            1024,
            steps_per_execution=32,
        ),
    ]


class Turns(keras.callbacks.Callback):
    """Times each epoch of `fit`, and after it lets another have its turn."""

    def __init__(self, other: Callable[[], None] | None = None) -> None:
        super().__init__()
        self.other = other
        self.own: list[float] = []
        self.others: list[float] = []

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
        self.start = time.perf_counter()

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        self.own.append(time.perf_counter() - self.start)
        if self.other is not None:
            start = time.perf_counter()
            self.other()
            self.others.append(time.perf_counter() - start)


def batches(case: Case) -> Any:
    """The data as `fit` takes it: in memory, batches of fixed size."""
    data = case.data()
    if BACKEND == "tensorflow":
        import tensorflow as tf

        dataset = tf.data.Dataset.from_tensor_slices(data if len(data) > 1 else data[0])
        return dataset.batch(case.batch, drop_remainder=True).prefetch(2)
    return data


def array_batches(data: tuple[np.ndarray, ...], size: int) -> Iterator[Any]:
    for start in range(0, len(data[0]), size):
        batch = tuple(array[start : start + size] for array in data)
        yield batch if len(batch) > 1 else batch[0]


def against_hand_written(case: Case, rounds: int) -> tuple[float, float]:
    import hand_written

    model, twin = case.compiled(), case.compiled()
    data = batches(case)
    epoch = hand_written.make_epoch(twin, case.steps_per_execution)
    if BACKEND == "tensorflow":
        turns = Turns(lambda: epoch(data))
        model.fit(data, epochs=rounds, verbose=0, callbacks=[turns])
    else:
        turns = Turns(lambda: epoch(array_batches(data, case.batch)))
        fit = {"batch_size": case.batch, "shuffle": False, "verbose": 0}
        model.fit(*data, epochs=rounds, callbacks=[turns], **fit)
    return median(turns.own, case), median(turns.others, case)


def simultaneous_against_alternating(case: Case, rounds: int) -> tuple[float, float]:
    alternating, simultaneous = (
        case.compiled(update=update) for update in ("alternating", "simultaneous")
    )
    own: list[list[float]] = [[], []]
    fit = {"batch_size": case.batch, "verbose": 0}
    for _ in range(rounds):
        for times, model in zip(own, (simultaneous, alternating), strict=True):
            turns = Turns()
            model.fit(*case.data(), callbacks=[turns], **fit)
            times += turns.own
    return median(own[0], case), median(own[1], case)


def median(seconds: list[float], case: Case) -> float:
    """Milliseconds per step, without the first round, which compiles."""
    return 1000 * statistics.median(seconds[1:]) / case.steps


def repeat(processes: int) -> None:
    """Runs this command in new processes, one after the other, and sums up the ratios."""
    command = [sys.executable, *sys.argv, "--processes", "1"]
    ratios: dict[str, list[float]] = {}
    for _ in range(processes):
        run = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
        print(run.stdout, end="", flush=True)
        for line in run.stdout.splitlines()[1:]:
            ratios.setdefault(line.split()[0], []).append(float(line.split()[-1]))
    for name, values in ratios.items():
        print(f"{name:12} median ratio of {processes} processes {statistics.median(values):.3f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", choices=["dcgan", "cyclegan", "mlp", "simultaneous"])
    parser.add_argument("--rounds", type=int, default=9, help="Default: 9.")
    parser.add_argument("--filters", type=int, default=64, help="DCGAN's width. Default: 64.")
    parser.add_argument("--policy", default="float32", help="Dtype policy. Default: float32.")
    parser.add_argument("--processes", type=int, default=1, help="Repetitions. Default: 1.")
    arguments = parser.parse_args()
    if arguments.processes > 1:
        return repeat(arguments.processes)
    keras.config.set_dtype_policy(arguments.policy)
    print(f"{BACKEND}, {arguments.policy}, ms per step, medians of {arguments.rounds - 1} rounds")
    every = cases(arguments.filters)
    for case in every:
        if arguments.only in (None, case.name):
            fit, loop = against_hand_written(case, arguments.rounds)
            print(f"{case.name:12} fit {fit:9.3f}   by hand {loop:9.3f}   ratio {fit / loop:.3f}")
    if arguments.only in (None, "simultaneous"):
        ours, other = simultaneous_against_alternating(every[0], arguments.rounds)
        ratio = other / ours
        print(f"simultaneous {ours:9.3f}   alternating {other:9.3f}   ratio {ratio:.3f}")


if __name__ == "__main__":
    main()
