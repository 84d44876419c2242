"""The textbooks' first GAN: learns a Gaussian in the plane, centred at (5, 5).

    python examples/gan_gaussian.py

Multilayer perceptrons, a minute on a CPU. Scatter plots show the generated points (red) wander to
the real ones (blue), and at the end stand the mean and standard deviation of what was learnt.
"""

import argparse
import os
import time
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import kerasgan
from kerasgan.machine.plain_errors import plain_errors

import keras
import numpy as np
from PIL import Image, ImageDraw

ROOT = Path(__file__).resolve().parents[1]
PIXELS, LOW, HIGH = 400, -2.0, 12.0  # The side of a plot, and the range of both of its axes.


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add = parser.add_argument
    add("--epochs", type=int, default=60, help="default: %(default)s")
    add("--seed", type=int, default=0, help="default: %(default)s")
    add("--output", type=Path, default=ROOT / "runs" / "gan_gaussian", help="default: %(default)s")
    add("--smoke", action="store_true", help="two epochs, to see that everything works")
    return parser.parse_args()


class ScatterPlots(keras.callbacks.Callback):
    """Draws real and generated points after every few epochs, and a GIF of them at the end."""

    def __init__(self, directory: Path, real: np.ndarray, every: int) -> None:
        super().__init__()
        self.directory, self.real, self.every = directory, real, every
        self.frames: list[Image.Image] = []
        directory.mkdir(parents=True, exist_ok=True)

    def on_epoch_end(self, epoch: int, logs: dict | None = None) -> None:
        if (epoch + 1) % self.every == 0:
            image = Image.new("RGB", (PIXELS, PIXELS), "white")
            draw = ImageDraw.Draw(image)
            self.draw_axes(draw)
            self.draw_points(draw, self.real, (70, 110, 200))
            self.draw_points(draw, self.model.generate(len(self.real), seed=0), (210, 60, 50))
            draw.text((8, 8), f"epoch {epoch + 1}", fill="black")
            self.frames.append(image)
            image.save(self.directory / f"epoch_{epoch + 1:03d}.png")

    def on_train_end(self, logs: dict | None = None) -> None:
        if self.frames:
            first, *others = self.frames
            self.frames[-1].save(self.directory / "latest.png")
            first.save(
                self.directory / "progress.gif", save_all=True, append_images=others, duration=200
            )

    def draw_axes(self, draw: ImageDraw.ImageDraw) -> None:
        for value in range(int(LOW), int(HIGH) + 1, 2):
            place = to_pixels(np.array([value, value]))
            shade = (170, 170, 170) if value == 0 else (235, 235, 235)
            draw.line([(place[0], 0), (place[0], PIXELS)], fill=shade)
            draw.line([(0, place[1]), (PIXELS, place[1])], fill=shade)
            draw.text((place[0] + 2, PIXELS - 14), str(value), fill=(120, 120, 120))

    def draw_points(self, draw: ImageDraw.ImageDraw, points: np.ndarray, color: tuple) -> None:
        for x, y in to_pixels(points):
            draw.ellipse((x - 2, y - 2, x + 2, y + 2), fill=color)


def to_pixels(points: np.ndarray) -> np.ndarray:
    """Points of the plane, (..., 2), as places in the picture, whose y axis points down."""
    scaled = (points - LOW) / (HIGH - LOW) * PIXELS
    return np.stack([scaled[..., 0], PIXELS - scaled[..., 1]], axis=-1)


def make_points() -> np.ndarray:
    """10,000 points from N(5, 1) in both coordinates."""
    return np.random.default_rng(0).normal(5.0, 1.0, (10_000, 2)).astype("float32")


def make_model(seed: int) -> kerasgan.models.VanillaGAN:
    """Small multilayer perceptrons from latents in the plane to points in the plane."""
    keras.utils.set_random_seed(seed)
    gan = kerasgan.models.VanillaGAN(
        (2,), latent_dim=2, generator_units=64, discriminator_units=32, seed=seed
    )
    gan.compile(
        # Without momentum the game settles; with it, the points circle around their goal.
        discriminator_optimizer=keras.optimizers.Adam(1e-3, beta_1=0.0),
        generator_optimizer=keras.optimizers.Adam(1e-3, beta_1=0.0),
        generator_ema=0.995,
        steps_per_execution=1 if keras.backend.backend() == "torch" else 16,
    )
    return gan


def main() -> None:
    arguments = parse_arguments()
    start = time.time()
    if arguments.smoke:
        arguments.epochs = 2
    points = make_points()
    gan = make_model(arguments.seed)
    every = max(1, arguments.epochs // 20)
    plots = ScatterPlots(arguments.output, points[:500], every)
    gan.fit(points, batch_size=125, epochs=arguments.epochs, callbacks=[plots])

    learnt = gan.generate(10_000, seed=1)
    print(f"\nDone in {time.time() - start:.0f} seconds.")
    for name, statistic in (("mean", np.mean), ("standard deviation", np.std)):
        values = [statistic(cloud, axis=0).round(3) for cloud in (learnt, points)]
        print(f"  {name:19} {values[0]}  (real: {values[1]})")
    print(f"  pictures            {arguments.output} (latest.png, progress.gif)")


if __name__ == "__main__":
    with plain_errors():
        main()
