"""Shows what kerasgan does when training is interrupted, explodes, collapses or gets bad data.

    python examples/safe_training.py

Four small trainings on points around a ring, a minute or two on a CPU:

1. A process is killed in the middle of a training. Started again, it ends with the very weights of
   a training that was never interrupted.
2. With a learning rate that is far too high the numbers overflow. Training stops and names the
   culprit; with `on_nonfinite="rollback"` it goes back, lowers the rates and goes on.
3. A generator collapses. The monitor says so, and what to do about it.
4. Bad data are refused before the first step.

A picture of what the good and the collapsed training made stands in `training.png`.
"""

import argparse
import os
import shutil
import signal
import subprocess
import sys
import textwrap
import time
import warnings
from pathlib import Path
from typing import Any

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import kerasgan
from kerasgan.callbacks import Checkpoint, TrainingMonitor
from kerasgan.machine.plain_errors import plain_errors

import keras
import numpy as np
from keras import layers
from PIL import Image, ImageDraw

ROOT = Path(__file__).resolve().parents[1]
BATCH = 64
SIDE, GAP = 260, 24  # pixels of a panel and between panels
RANGE = 1.8  # The panels of points show -1.8 to 1.8.
BLUE, RED = (70, 110, 200), (210, 60, 50)
PLAYERS = ("discriminator", "generator")
CURVES = {
    "monitor_spread": "spread",
    "monitor_coverage": "coverage",
    "monitor_distance": "distance",
}


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add = parser.add_argument
    add("--epochs", type=int, default=40, help="default: %(default)s")
    add("--output", type=Path, default=ROOT / "runs" / "safe_training", help="default: %(default)s")
    add("--smoke", action="store_true", help="a few epochs, to see that everything works")
    add("--die-at-step", type=int, help="train, and kill this process there: what part 1 starts")
    return parser.parse_args()


def make_points() -> np.ndarray:
    """2,048 points around eight places on a ring."""
    rng = np.random.default_rng(0)
    angles = rng.integers(0, 8, 2048) * np.pi / 4
    ring = np.stack([np.cos(angles), np.sin(angles)], axis=1)
    return (ring + rng.normal(0, 0.05, ring.shape)).astype("float32")


def make_model(**compile_arguments: Any) -> kerasgan.models.GAN:
    """Two multilayer perceptrons, with a recipe that trains well unless told otherwise."""
    keras.utils.set_random_seed(0)
    generator = [keras.Input((8,)), layers.Dense(64, "relu"), layers.Dense(64, "relu")]
    discriminator = [keras.Input((2,)), layers.Dense(64, "relu"), layers.Dense(64, "relu")]
    gan = kerasgan.models.GAN(
        keras.Sequential([*generator, layers.Dense(2)]),
        keras.Sequential([*discriminator, layers.Dense(1)]),
        latent_dim=8,
        seed=0,
    )
    good = {
        "penalties": [kerasgan.penalties.R1(0.1)],
        "discriminator_optimizer": keras.optimizers.Adam(1e-3, beta_1=0.0),
        "generator_optimizer": keras.optimizers.Adam(1e-3, beta_1=0.0),
    }
    gan.compile(**(compile_arguments or good))
    return gan


class Progress(keras.callbacks.Callback):
    """Prints a line every few epochs."""

    def __init__(self, every: int) -> None:
        super().__init__()
        self.every = every

    def on_epoch_end(self, epoch: int, logs: dict | None = None) -> None:
        if (epoch + 1) % self.every == 0:
            names = ["discriminator_loss", "generator_loss", "monitor_spread", "monitor_distance"]
            values = [f"{name} {logs[name]:.3f}" for name in names if name in logs]
            print(f"   epoch {epoch + 1:3}: {', '.join(values)}", flush=True)


class PowerCut(keras.callbacks.Callback):
    """Kills this process at a step, as no program can prevent."""

    def __init__(self, step: int) -> None:
        super().__init__()
        self.step = step

    def on_train_batch_begin(self, batch: int, logs: dict | None = None) -> None:
        if self.model.optimizer.iterations == self.step:
            os.kill(os.getpid(), signal.SIGKILL)


def train(epochs: int, folder: Path, *callbacks: keras.callbacks.Callback) -> Any:
    """Trains the good model with a checkpoint every 50 steps; returns it and the logs."""
    gan, points = make_model(), make_points()
    checkpoint = Checkpoint(folder, every=50, unit="step")
    watch = [checkpoint, *callbacks, Progress(max(1, epochs // 4))]
    options = {"batch_size": BATCH, "epochs": epochs, "shuffle": False, "verbose": 0}
    return gan, gan.fit(points, **options, callbacks=watch).history


def show_interruption(epochs: int, output: Path) -> tuple[Any, dict]:
    print("1. A training that is never interrupted, for comparison:")
    monitor = TrainingMonitor(make_points())
    undisturbed, history = train(epochs, output / "undisturbed", monitor)

    steps = epochs * len(make_points()) // BATCH
    death = int(0.6 * steps) + 7
    print(f"\n   The same in another process, which is killed at step {death} of {steps}:")
    arguments = ["--die-at-step", str(death), "--epochs", str(epochs), "--output", str(output)]
    child = subprocess.run([sys.executable, __file__, *arguments], check=False)
    print(f"   It is gone, with status {child.returncode}. The same again:")
    resumed, _ = train(epochs, output / "interrupted")

    pairs = zip(_state(undisturbed), _state(resumed), strict=True)
    equal = all(np.array_equal(a, b) for a, b in pairs)
    print(f"   Weights, optimizers and random streams equal to the bit: {equal}")
    return undisturbed, history


def _state(gan: Any) -> list[np.ndarray]:
    return [keras.ops.convert_to_numpy(v) for v in [*gan.variables, *gan.optimizer.variables]]


def show_overflow(epochs: int, output: Path) -> None:
    print("\n2. Learning rates of 1.0, which is far too much for these networks:")
    data = {"x": make_points(), "batch_size": BATCH, "epochs": epochs, "verbose": 0}

    def make_unstable() -> Any:
        rates = {f"{name}_optimizer": keras.optimizers.SGD(1.0) for name in PLAYERS}
        return make_model(loss="least_squares", **rates)

    try:
        make_unstable().fit(**data)
    except kerasgan.NonFiniteError as error:
        say(f"NonFiniteError: {error}")
    print('\n   The same with on_nonfinite="rollback":')
    gan, checkpoint = make_unstable(), Checkpoint(output / "overflow")
    gan.fit(**data, on_nonfinite="rollback", callbacks=[checkpoint, Progress(epochs)])
    print(f"   It went through, at a learning rate of {float(gan.optimizer.learning_rate):g}.")


def show_collapse(epochs: int) -> tuple[Any, dict]:
    print("\n3. A generator that learns much faster than its discriminator:")
    points = make_points()
    gan = make_model(
        discriminator_optimizer=keras.optimizers.Adam(1e-4, beta_1=0.5),
        generator_optimizer=keras.optimizers.Adam(5e-3, beta_1=0.5),
    )
    watch = [TrainingMonitor(points), Progress(max(1, epochs // 4))]
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        history = gan.fit(points, batch_size=BATCH, epochs=epochs, verbose=0, callbacks=watch)
    for warning in caught:
        if "At step" in str(warning.message):
            say(f"UserWarning: {warning.message}")
    return gan, history.history


def show_refusals() -> None:
    print("\n4. Bad data:")
    points, digits = make_points(), kerasgan.data.load_digits()
    images = kerasgan.models.VanillaGAN((8, 8, 1), generator_units=8, discriminator_units=8)
    images.compile()
    broken = points.copy()
    broken[1234, 0] = np.nan
    cases = {
        "bytes for images": (images, digits * 127.5 + 127.5),
        "a value that is not a number": (make_model(), broken),
        "points of three coordinates": (make_model(), np.zeros((100, 3), "float32")),
        "no samples": (make_model(), points[:0]),
    }
    for name, (gan, data) in cases.items():
        try:
            gan.fit(data, batch_size=BATCH, verbose=0)
        except ValueError as error:
            say(f"{name}: ValueError: {error}")


def say(text: str) -> None:
    print(textwrap.fill(text, 97, initial_indent="   ", subsequent_indent="     "), flush=True)


def draw(path: Path, trainings: dict[str, tuple[Any, dict]]) -> None:
    """A row for each training: its points, then what was measured, epoch by epoch."""
    width, height = 2 * SIDE + 3 * GAP, SIDE + 2 * GAP
    picture = Image.new("RGB", (width, height * len(trainings)), "white")
    for row, (title, (gan, history)) in enumerate(trainings.items()):
        panel = Image.new("RGB", (width, height), "white")
        pen = ImageDraw.Draw(panel)
        for left in (GAP, SIDE + 2 * GAP):
            pen.rectangle((left, GAP, left + SIDE, GAP + SIDE), outline=(190, 190, 190))
        pen.text((GAP, 6), f"{title}: real (blue), generated (red)", fill="black")
        draw_points(pen, make_points()[:500], BLUE)
        draw_points(pen, gan.generate(500, seed=0), RED)
        draw_curves(pen, history)
        picture.paste(panel, (0, row * height))
    path.parent.mkdir(parents=True, exist_ok=True)
    picture.save(path)


def draw_points(pen: ImageDraw.ImageDraw, points: np.ndarray, color: tuple) -> None:
    inside = points[np.abs(points).max(axis=1) < RANGE]
    for x, y in GAP + SIDE * (0.5 + inside * (1, -1) / (2 * RANGE)):
        pen.ellipse((x - 1, y - 1, x + 1, y + 1), fill=color)


def draw_curves(pen: ImageDraw.ImageDraw, history: dict) -> None:
    left, colors = SIDE + 2 * GAP, (BLUE, (60, 150, 80), RED)
    for index, (name, color) in enumerate(zip(CURVES, colors, strict=True)):
        values = np.clip(history[name], 0.0, 1.5) / 1.5  # The axis goes from 0 to 1.5.
        across = np.linspace(left, left + SIDE, len(values))
        pen.line(list(zip(across, GAP + SIDE * (1.0 - values), strict=True)), fill=color, width=2)
        pen.text((left + 90 * index, 6), CURVES[name], fill=color)


def main() -> None:
    arguments = parse_arguments()
    output, epochs = arguments.output, 6 if arguments.smoke else arguments.epochs
    if arguments.die_at_step is not None:
        train(arguments.epochs, output / "interrupted", PowerCut(arguments.die_at_step))
        return
    start = time.time()
    for name in ("undisturbed", "interrupted", "overflow"):
        shutil.rmtree(output / name, ignore_errors=True)  # Otherwise it would be resumed.
    good = show_interruption(epochs, output)
    show_overflow(max(2, epochs // 4), output)
    collapsed = show_collapse(epochs)
    show_refusals()
    draw(output / "training.png", {"good": good, "collapsed": collapsed})
    print(f"\nDone in {time.time() - start:.0f} seconds.")
    print(f"  picture      {output / 'training.png'}")
    print(f"  checkpoints  {output / 'interrupted'}")


if __name__ == "__main__":
    with plain_errors():
        main()
