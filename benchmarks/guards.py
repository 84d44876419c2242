"""Times a training step with and without what watches for values that are not finite.

Both models train in one process and take turns, a round of steps each. The figures are medians over
rounds; what counts is their ratio, of times by the clock and of processor time, which other work on
the machine disturbs less.

    python benchmarks/guards.py
    KERAS_BACKEND=jax python benchmarks/guards.py --only mlp
"""

import argparse
import os
import sys
import time
from pathlib import Path
from typing import Any

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")


import kerasgan

sys.path.insert(0, str(Path(__file__).parent))
from step_time import Case, Turns, batches, cases, median


class Unwatched:
    """Takes the place of a model's watch: what it would be given is then not computed either."""

    variables: list[Any] = []

    def update_state(self, values: Any, step: Any) -> None:
        """Does nothing."""

    def reset_state(self) -> None:
        """Does nothing."""

    def clear(self) -> None:
        """Does nothing."""

    def error(self) -> None:
        """Nothing is ever wrong."""


def without_watch(model: kerasgan.AdversarialModel) -> kerasgan.AdversarialModel:
    """A model that watches nothing."""
    object.__setattr__(model, "_watch", Unwatched())
    model._metrics = [model._means]
    return model


def compare(case: Case, rounds: int) -> list[float]:
    """Milliseconds of a step with and without the watch, and both in processor time."""
    models = case.compiled(), without_watch(case.compiled())
    data = batches(case)
    fit: dict[str, Any] = {"verbose": 0}
    if not hasattr(data, "element_spec"):
        fit.update(batch_size=case.batch, shuffle=False)
    inputs = data if isinstance(data, tuple) else (data,)
    wall: list[list[float]] = [[], []]
    processor: list[list[float]] = [[], []]
    for turn in range(rounds):
        for index in (0, 1) if turn % 2 else (1, 0):  # Neither is always the first.
            turns, start = Turns(), time.process_time()
            models[index].fit(*inputs, callbacks=[turns], **fit)
            processor[index].append(time.process_time() - start)
            wall[index] += turns.own
    return [median(times, case) for times in (*wall, *processor)]


def main() -> None:
    """Prints a table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--only", help="one case: dcgan, cyclegan or mlp")
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--filters", type=int, default=64)
    arguments = parser.parse_args()
    print(f"{'model':10}{'with, ms':>12}{'without, ms':>14}{'ratio':>8}{'of processor time':>20}")
    for case in cases(arguments.filters):
        if arguments.only in (None, case.name):
            own, other, work, less = compare(case, arguments.rounds)
            ratios = f"{own / other:8.3f}{work / less:20.3f}"
            print(f"{case.name:10}{own:12.2f}{other:14.2f}{ratios}", flush=True)


if __name__ == "__main__":
    main()
