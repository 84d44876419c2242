"""Provokes mode collapse, detects it, and cures it, on a ring of eight modes.

    python examples/mode_collapse.py

Offline, a minute or two on a CPU with TensorFlow or JAX; with PyTorch, which runs step by step,
some more: pass fewer `--steps` there. Three games of the same networks, from the same weights:

1. The plain game, with much momentum, and a generator that is faster than the discriminator. It
   makes one mode or two, and hops from one to the next: the answer always comes too late.
2. The cure: equal rates and less momentum, as the monitor says, and R1, a gradient penalty that
   makes the discriminator smooth; and a moving average of the generator. (R1 with the rates and
   the momentum of the first game does not cure it.)
3. Another: the same with the relativistic loss, R1 and R2.

How it is detected, while training goes on and after it:

- `callbacks.TrainingMonitor` needs to know nothing of the modes. It logs how much of the real data
  has a generated sample nearby, and warns in words.
- `metrics.ModeCoverage` counts modes, the share of samples at one, and the reverse KL divergence.
- `metrics.birthday_support` needs generated samples only: how often two of them are the same tells
  how many different ones there are.

What remains is a table and the figure `mode_collapse.png`, which needs matplotlib:
pip install "kerasgan[plot]".
"""

import argparse
import os
import time
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import kerasgan
from kerasgan.data.toy import Mixture
from kerasgan.machine.plain_errors import plain_errors
from kerasgan.penalties import R1, R2

import keras
import numpy as np
from keras import layers

ROOT = Path(__file__).resolve().parents[1]
RING = Mixture.ring(scale=0.1)
BATCH, LATENTS, UNITS, SAMPLES = 128, 2, 128, 2000
GREY, RED, BLUE, GREEN = "#b9cbe8", "#c8102e", "#1f4e9c", "#1a8f3c"


@dataclass(frozen=True)
class Game:
    """How a game is played.

    Args:
        color: Of its row in the figure.
        rates: The learning rates of generator and discriminator; both fall to zero.
        momentum: Adam's β₁ and β₂.
        rules: Further arguments of `compile`.
        average: The decay of the generator's moving average, 0 for none.
    """

    color: str
    rates: tuple[float, float]
    momentum: tuple[float, float]
    rules: dict[str, Any]
    average: float = 0.99


GAMES = {
    "plain": Game(RED, (3e-3, 1e-3), (0.9, 0.999), {"loss": "non_saturating"}, average=0.0),
    "R1": Game(BLUE, (2e-3, 2e-3), (0.5, 0.99), {"loss": "non_saturating", "penalties": [R1(0.1)]}),
    "relativistic, R1 and R2": Game(
        GREEN, (2e-3, 2e-3), (0.5, 0.99), {"loss": "relativistic", "penalties": [R1(0.1), R2(0.1)]}
    ),
}


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add = parser.add_argument
    add("--steps", type=int, default=2000, help="of each game; default: %(default)s")
    add("--seed", type=int, default=0, help="default: %(default)s")
    output = ROOT / "runs" / "mode_collapse"
    add("--output", type=Path, default=output, help="default: %(default)s")
    add("--smoke", action="store_true", help="a few steps, to see that everything works")
    return parser.parse_args()


def make_model(game: Game, seed: int, steps: int) -> kerasgan.models.GAN:
    keras.utils.set_random_seed(seed)

    def dense(activation: str) -> layers.Layer:
        return layers.Dense(UNITS, activation, kernel_initializer="he_normal")

    def adam(rate: float) -> keras.optimizers.Adam:
        schedule = kerasgan.schedules.LinearDecay(rate, steps // 2, steps - steps // 2)
        return keras.optimizers.Adam(schedule, *game.momentum)

    generator = [keras.Input((LATENTS,)), dense("relu"), dense("relu"), layers.Dense(2)]
    discriminator = [keras.Input((2,)), dense("leaky_relu"), dense("leaky_relu"), layers.Dense(1)]
    gan = kerasgan.models.GAN(
        keras.Sequential(generator), keras.Sequential(discriminator), LATENTS, seed=seed
    )
    gan.compile(
        generator_optimizer=adam(game.rates[0]),
        discriminator_optimizer=adam(game.rates[1]),
        generator_ema=game.average,
        steps_per_execution=1 if keras.backend.backend() == "torch" else 25,
        **game.rules,
    )
    return gan


class Watch(keras.callbacks.Callback):
    """Keeps samples, and what the detectors say of them, after each epoch."""

    def __init__(self) -> None:
        super().__init__()
        self.samples: list[np.ndarray] = []
        self.found: dict[str, list[float]] = {}

    def on_epoch_end(self, epoch: int, logs: dict | None = None) -> None:
        samples = self.model.generate(SAMPLES, seed=0)
        self.samples.append(samples)
        values = detect(samples)
        # The monitor stands before this callback, so that the logs hold what it has found.
        values["monitor"] = (logs or {})["monitor_coverage"]
        for name, value in values.items():
            self.found.setdefault(name, []).append(value)


def detect(samples: np.ndarray) -> dict[str, float]:
    # A mode is covered with a fifth of its share of the samples.
    coverage = kerasgan.metrics.ModeCoverage(RING.centers, RING.scale, min_samples=SAMPLES // 40)
    coverage.update_state(samples)
    found = {name: float(value) for name, value in coverage.result().items()}
    # Samples of one mode are nearly all within six standard deviations of each other.
    support = kerasgan.metrics.birthday_support(samples, within=6.0 * RING.scale).support
    return {**found, "support": min(support, float(SAMPLES))}


def play(name: str, steps: int, epochs: int, seed: int) -> tuple[Watch, list[str]]:
    """Trains one game; what was seen, and the monitor's warnings."""
    gan = make_model(GAMES[name], seed, steps)
    points = RING.sample(BATCH * (steps // epochs), seed=seed)
    monitor = kerasgan.callbacks.TrainingMonitor(RING.sample(256, seed=1), samples=256)
    watch = Watch()
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        gan.fit(points, batch_size=BATCH, epochs=epochs, verbose=0, callbacks=[monitor, watch])
    said = [str(warning.message) for warning in caught]
    return watch, [text for text in said if text.startswith("At step")]


def draw(
    path: Path, watches: dict[str, Watch], warned: dict[str, list[str]], epochs: int, steps: int
) -> None:
    """A row for each game: its samples at four times, and what the detectors say."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(14, 7.6), dpi=90, layout="constrained")
    rows = figure.subplots(len(watches), 6, width_ratios=[1, 1, 1, 1, 1.35, 1.35])
    times = sorted({max(0, epochs * part // 4 - 1) for part in (1, 2, 3, 4)})
    real = RING.sample(800, seed=2)
    for row, (name, watch) in zip(rows, watches.items(), strict=True):
        for ax, epoch in zip(row, times, strict=False):
            ax.plot(*real.T, "o", color=GREY, ms=6, mew=0)
            ax.plot(*watch.samples[epoch][:1000].T, ".", color=GAMES[name].color, ms=2.5)
            ax.axis((-2.8, 2.8, -2.8, 2.8))
            ax.set(xticks=[], yticks=[], aspect="equal")
            ax.set_title(f"step {(epoch + 1) * steps // epochs}", fontsize=10)
        row[0].set_ylabel(name, fontsize=12, weight="bold", color=GAMES[name].color)
        draw_detectors(row[4:], watch, steps)
        for text in warned[name]:  # "At step 1400 (epoch 14): ..."
            at = int(text.split()[2])
            row[5].axvline(at, color=RED, ls=":")
            row[5].text(at, 0.62, "the monitor warns ", color=RED, ha="right", fontsize=8)
    rows[0][4].set_title("kinds of samples (of 8)")
    rows[0][5].set_title("shares")
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path)


def draw_detectors(axes: Any, watch: Watch, steps: int) -> None:
    found = watch.found
    x = np.arange(1, len(watch.samples) + 1) * steps / len(watch.samples)
    counts, shares = axes
    counts.plot(x, found["modes"], color="black", lw=2.2, label="modes covered")
    counts.plot(x, found["support"], color="0.5", ls="--", label="birthday estimate")
    counts.axhline(8, color="0.8", lw=0.8)
    counts.set(ylim=(0, 16), xlim=(0, steps))
    shares.plot(x, found["quality"], color="black", lw=2.2, label="samples at a mode")
    shares.plot(x, found["monitor"], color="0.5", ls="--", label="monitor: data covered")
    shares.set(ylim=(0, 1.02), xlim=(0, steps))
    for ax in axes:
        ax.spines[["top", "right"]].set_visible(False)
        ax.legend(frameon=False, fontsize=8, loc="upper left")
        ax.set_xlabel("training steps", fontsize=9)


def report(watches: dict[str, Watch], warned: dict[str, list[str]]) -> None:
    print("\nAt the end, and on average over the second half of the training:\n")
    columns = ("modes", "quality", "reverse KL", "birthday", "monitor")
    print(f"  {'':25}" + "".join(f"{column:>16}" for column in columns))
    for name, watch in watches.items():
        cells = [
            pair(watch.found[figure], form)
            for figure, form in (
                ("modes", ".1f"),
                ("quality", ".0%"),
                ("reverse_kl", ".2f"),
                ("support", ".1f"),
                ("monitor", ".0%"),
            )
        ]
        print(f"  {name:25}" + "".join(f"{cell:>16}" for cell in cells))
    print("\nWhat the monitor warned of:")
    for name, texts in warned.items():
        print(f"\n  {name}: {'nothing' if not texts else ''}")
        for text in texts:
            print(f"    {text}")


def pair(values: list[float], form: str) -> str:
    late = float(np.mean(values[len(values) // 2 :]))
    return f"{values[-1]:{form}}, {late:{form}}"


def main() -> None:
    arguments = parse_arguments()
    try:
        import matplotlib  # noqa: F401
    except ImportError:
        raise SystemExit('The figure needs matplotlib: pip install "kerasgan[plot]"') from None
    start, steps, epochs = time.time(), arguments.steps, 20
    if arguments.smoke:
        steps, epochs = 20, 4
    watches, warned = {}, {}
    for name in GAMES:
        print(f"{name} ...", flush=True)
        watches[name], warned[name] = play(name, steps, epochs, arguments.seed)
    path = arguments.output / "mode_collapse.png"
    draw(path, watches, warned, epochs, steps)
    report(watches, warned)
    print(f"\nDone in {time.time() - start:.0f} seconds.\n  picture  {path}")


if __name__ == "__main__":
    with plain_errors():
        main()
