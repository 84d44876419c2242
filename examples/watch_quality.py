"""Trains on digits while their quality is measured, and keeps the best generator, not the last.

    python examples/watch_quality.py
    python examples/watch_quality.py --epochs 120 --base-filters 32

Offline, some minutes on a CPU. The losses of a GAN do not say how good its samples are. The Fréchet
distance does, here by features of a small classifier of digits: `Evaluate` measures it every few
epochs, and `ModelCheckpoint` keeps the model that it was lowest for. The figure shows the curve,
beside the losses, and samples of three moments. With `--average` samples come from the moving
average of the generator, and the curve is smoother.

Figure: `watch_quality.png`; it needs matplotlib: pip install "kerasgan[plot]".
"""

import argparse
import os
import time
import warnings
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import kerasgan
from kerasgan.machine.plain_errors import plain_errors
from kerasgan.ops.images import image_grid

import keras
import numpy as np

ROOT = Path(__file__).resolve().parents[1]
BLUE, RED = "#1f4e9c", "#c8102e"


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add = parser.add_argument
    add("--epochs", type=int, default=60, help="default: %(default)s")
    add("--every", type=int, default=3, help="epochs between measurements; default: %(default)s")
    add("--samples", type=int, default=1797, help="measured each time; default: %(default)s")
    add("--base-filters", type=int, default=16, help="the networks' width; default: %(default)s")
    add("--average", action="store_true", help="measure the moving average of the generator")
    runs = ROOT / "runs" / "watch_quality"
    add("--output", type=Path, default=runs, help="default: %(default)s")
    add("--smoke", action="store_true", help="a few steps, to see that everything works")
    return parser.parse_args()


class Moments(keras.callbacks.Callback):
    """Keeps samples of each moment that is measured."""

    def __init__(self, every: int) -> None:
        super().__init__()
        self.every, self.samples = every, {}

    def on_epoch_end(self, epoch: int, logs: dict | None = None) -> None:
        if (epoch + 1) % self.every == 0:
            self.samples[epoch + 1] = self.model.generate(25, seed=0)


def draw(path: Path, history: dict, samples: dict, floor: float) -> None:
    from matplotlib.figure import Figure

    epochs = np.array(list(samples))
    fid = np.array(history["fid"])  # One for each time.
    best = int(epochs[fid.argmin()])
    figure = Figure(figsize=(12, 6.4), dpi=100, layout="constrained")
    curves, pictures = figure.subfigures(2, 1, height_ratios=[1.15, 1])
    quality, losses = curves.subplots(1, 2)
    quality.plot(epochs, fid, ".-", color=BLUE)
    quality.plot(best, fid.min(), "o", ms=10, mfc="none", color=RED, label=f"best: epoch {best}")
    quality.axhline(floor, color="gray", ls=":", label="two halves of the real digits")
    quality.set(xlabel="epoch", ylabel="Fréchet distance", yscale="log", title="The quality ...")
    for name, color in (("generator_loss", BLUE), ("discriminator_loss", RED)):
        steps = np.arange(1, len(history[name]) + 1)
        losses.plot(steps, history[name], color=color, label=name.replace("_", " "))
    losses.set(xlabel="epoch", title="... of which the losses tell nothing")
    for axes in (quality, losses):
        axes.legend(frameon=False)
        axes.spines[["top", "right"]].set_visible(False)
    moments = [int(epochs[0]), int(epochs[len(epochs) // 2]), best]
    names = ["the first measured", "half-way", "the best, which is kept"]
    for axes, epoch, name in zip(pictures.subplots(1, 3), moments, names, strict=True):
        axes.imshow(image_grid(samples[epoch], columns=5).squeeze(), cmap="gray")
        axes.set_title(f"epoch {epoch}, {name}", fontsize=10)
        axes.set_axis_off()
    figure.savefig(path)


def main() -> None:
    arguments = parse_arguments()
    try:
        import matplotlib  # noqa: F401
    except ImportError:
        raise SystemExit('The figure needs matplotlib: pip install "kerasgan[plot]"') from None
    warnings.filterwarnings("ignore", "A Fréchet")  # All numbers here are of equally many samples.
    if arguments.smoke:
        arguments.epochs, arguments.every, arguments.base_filters = 2, 1, 4
        arguments.samples = 100
    start, every = time.time(), arguments.every
    images = kerasgan.data.load_digits(image_size=32)
    images = images[:128] if arguments.smoke else images
    keras.utils.set_random_seed(0)
    gan = kerasgan.models.DCGAN(
        (32, 32, 1), latent_dim=32, base_filters=arguments.base_filters, seed=0
    )
    gan.compile(generator_ema=0.998 if arguments.average else None)
    arguments.output.mkdir(parents=True, exist_ok=True)
    best = arguments.output / "best.keras"
    best.unlink(missing_ok=True)
    evaluate = kerasgan.callbacks.Evaluate(
        images,
        ["fid", "precision_recall"],
        every=every,
        samples=arguments.samples,
        extractor="digits",
    )
    callbacks = [
        evaluate,
        keras.callbacks.ModelCheckpoint(
            best, monitor="fid", mode="min", save_best_only=True, verbose=1
        ),
        Moments(every),
    ]
    print(f"Training for {arguments.epochs} epochs; the best model so far is in {best}")
    history = gan.fit(
        images, batch_size=32, epochs=arguments.epochs, callbacks=callbacks, verbose=2
    ).history
    halves = np.random.default_rng(0).permutation(len(images))
    features = kerasgan.metrics.get_extractor("digits").features(images[halves])
    floor = kerasgan.metrics.frechet_distance(*np.array_split(features, 2))
    figure = arguments.output / "watch_quality.png"
    draw(figure, history, callbacks[-1].samples, floor)

    print(f"\nDone in {(time.time() - start) / 60:.1f} minutes.")
    print(f"  Fréchet distance: lowest {min(history['fid']):.3g}, last {history['fid'][-1]:.3g}")
    kept = keras.saving.load_model(best)
    again = evaluate.evaluation(kept.generate(arguments.samples, seed=evaluate.seed))
    print(f"  of the model that was kept, loaded again: {again['fid']:.3g}")
    print(f"  figure  {figure}\n  model   {best}")


if __name__ == "__main__":
    with plain_errors():
        main()
