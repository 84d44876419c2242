"""Finds the latents of images: of generated ones, of digits, and of what is no digit.

    python examples/project_image.py                        # the generator of the repository
    python examples/project_image.py saved_models/mine --image photo.png
    python examples/project_image.py --model runs/bigan.keras  # a BiGAN of yours, saved

Offline, a minute on a CPU, with TensorFlow (a SavedModel has gradients there only; give a `.keras`
file on other backends). Latents are moved, by gradient descent from several random starts, until
what the generator makes of them looks like the image. How near it comes tells what it can make:

- its own samples: exactly, so the search works;
- real digits: nearly, and what is missing it has not learnt;
- digits cut in half, the halves exchanged and mirrored: worse, but nearer than one would think.
  Latents that draw strokes can draw others than those of digits: a small error is no proof that an
  image is one of the data;
- digits in negative: not at all.

A model with an encoder knows the latents of an image in one pass, without a search. A small BiGAN
is trained for it on most of the digits (20 seconds; or give your own by `--model`), and asked about
others. Its codes are rough: what is made of them is the right kind of digit, and not that very one.
But they are a good place to start a search from: it gets further in 20 steps than one random start
in 100, and ends where the best of several random starts does.

The figure `project_image.png` needs matplotlib: pip install "kerasgan[plot]".
"""

from __future__ import annotations

import argparse
import os
import time
from pathlib import Path
from typing import Any

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import kerasgan
from kerasgan.latent import Projection, as_generator, project
from kerasgan.machine.plain_errors import plain_errors

import keras
import numpy as np
from PIL import Image

ROOT = Path(__file__).resolve().parents[1]
HELD = 60  # Digits that the encoder has not learnt from.
BLUE, RED, GREY = "#1f4e9c", "#c8102e", "#555555"


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add = parser.add_argument
    default = ROOT / "saved_models" / "digits_dcgan"
    add("path", nargs="?", type=Path, default=default, help="default: %(default)s")
    add(
        "--image",
        type=Path,
        help="a picture of your own, in place of scrambled digits and negatives",
    )
    add("--model", type=Path, help="a saved BiGAN of digits; default: one is trained")
    add("--epochs", type=int, default=80, help="of the BiGAN; default: %(default)s")
    add("--images", type=int, default=3, help="of each kind; default: %(default)s")
    add("--steps", type=int, default=100, help="default: %(default)s")
    add("--restarts", type=int, default=3, help="random starts; default: %(default)s")
    add("--seed", type=int, default=0, help="default: %(default)s")
    output = ROOT / "runs" / "project_image"
    add("--output", type=Path, default=output, help="default: %(default)s")
    add("--smoke", action="store_true", help="few steps, to see that everything works")
    return parser.parse_args()


def scramble(images: np.ndarray) -> np.ndarray:
    """The halves exchanged, and all mirrored: strokes, but no digits."""
    return np.roll(images[:, ::-1], images.shape[1] // 2, axis=1)[:, :, ::-1]


def read_image(path: Path, shape: tuple[int, ...]) -> np.ndarray:
    """One picture in [-1, 1], `(1, *shape)`, resized."""
    with Image.open(path) as image:
        grey = image.convert("L" if shape[-1] == 1 else "RGB").resize(shape[1::-1])
    return np.asarray(grey, "float32").reshape(1, *shape) / 127.5 - 1.0


def images_of_kinds(arguments: argparse.Namespace, generated: np.ndarray) -> dict[str, np.ndarray]:
    """The images to look for, by what they are: `count` of each kind."""
    kinds, count = {"generated": generated}, len(generated)
    if generated.shape[-1] == 1 and generated.shape[1] == generated.shape[2]:
        digits = kerasgan.data.load_digits(image_size=generated.shape[1])
        rng = np.random.default_rng(arguments.seed)
        real = digits[rng.choice(len(digits), 3 * count, replace=False)]
        kinds["real"] = real[:count]
        kinds["scrambled"], kinds["negative"] = scramble(real[count:-count]), -real[-count:]
    if arguments.image:
        kinds = {kind: kinds[kind] for kind in ("generated", "real") if kind in kinds}
        kinds["your image"] = read_image(arguments.image, generated.shape[1:])
    return kinds


def model_with_encoder(arguments: argparse.Namespace) -> tuple[Any, np.ndarray]:
    """A BiGAN, and real digits, one of each first, that it has not learnt from if trained here."""
    keras.utils.set_random_seed(arguments.seed)
    loaded = keras.models.load_model(arguments.model) if arguments.model else None
    size = loaded.data_shape[0] if loaded else 8
    digits, labels = kerasgan.data.load_digits(size, return_labels=True)
    order = np.random.default_rng(arguments.seed).permutation(len(digits))
    held = labels[order[:HELD]]
    rank = [np.sum(held[:place] == label) for place, label in enumerate(held)]
    order[:HELD] = order[np.lexsort((held, rank))]
    digits = digits[order]
    if loaded:
        return loaded, digits[:HELD]
    gan = kerasgan.models.BiGAN(
        digits.shape[1:], latent_dim=16, hidden_units=256, seed=arguments.seed
    )
    gan.compile(generator_ema=0.995)
    gan.fit(digits[HELD:], batch_size=64, epochs=arguments.epochs, verbose=0)
    return gan, digits[:HELD]


def compare_starts(
    gan: Any, images: np.ndarray, steps: tuple[int, ...], restarts: int, seed: int
) -> tuple[dict[str, list[float]], dict[str, np.ndarray]]:
    """The mean errors after each number of steps, 0 first, and what is found on the way."""
    code = project(gan, images, method="encoder", seed=seed)
    samples = {"the encoder's code": code.samples}
    names = ("from the code", "from one random start", f"the best of {restarts} random starts")
    errors: dict[str, list[float]] = {name: [] for name in names}
    errors[names[0]].append(float(code.errors.mean()))
    random = as_generator(gan)(as_generator(gan).sample_latents(len(images) * restarts, seed))
    start = np.mean(
        (random.reshape(-1, restarts, *images.shape[1:]) - images[:, None]) ** 2, (2, 3, 4)
    )
    errors[names[1]].append(float(start[:, 0].mean()))
    errors[names[2]].append(float(start.min(axis=1).mean()))
    for count in steps:
        found = [
            project(gan, images, count, start=code.latents, seed=seed),
            project(gan, images, count, restarts=1, seed=seed),
            project(gan, images, count, restarts, seed=seed),
        ]
        for name, each in zip(names, found, strict=True):
            errors[name].append(float(each.errors.mean()))
        if count == steps[len(steps) // 2]:
            samples[f"{count} steps from it"] = found[0].samples
            samples[f"{count}, random start"] = found[1].samples
    return errors, samples


def show(ax: Any, image: np.ndarray) -> None:
    ax.imshow(np.clip(0.5 * image.squeeze() + 0.5, 0, 1), cmap="gray", vmin=0, vmax=1)
    ax.set(xticks=[], yticks=[])


def draw_kinds(figure: Any, kinds: dict[str, np.ndarray], found: Projection) -> None:
    """Two rows for each kind: what was looked for, and what was found with its error."""
    columns = [(kind, image) for kind, images in kinds.items() for image in images]
    cells = figure.subplots(2, len(columns), squeeze=False)
    for column, (kind, image) in enumerate(columns):
        show(cells[0, column], image)
        show(cells[1, column], found.samples[column])
        cells[1, column].set_xlabel(f"{found.errors[column]:.4f}", fontsize=9)
        if column == 0 or columns[column - 1][0] != kind:
            cells[0, column].set_title(kind, loc="left", fontsize=11, weight="bold")
    cells[0, 0].set_ylabel("wanted")
    cells[1, 0].set_ylabel("found")
    figure.supxlabel("mean squared error of the pixels, which are in [-1, 1]", fontsize=9)


def draw_starts(
    figure: Any,
    title: str,
    images: np.ndarray,
    samples: dict[str, np.ndarray],
    errors: dict[str, list[float]],
    steps: tuple[int, ...],
) -> None:
    """Rows of what is found by an encoder, and how fast a search goes on from there."""
    left, right = figure.subfigures(1, 2, width_ratios=[1.5, 1])
    rows = {"wanted": images, **samples}
    cells = left.subplots(len(rows), 10)
    for (name, row), axes in zip(rows.items(), cells, strict=True):
        for ax, image in zip(axes, row, strict=False):
            show(ax, image)
        axes[0].set_ylabel(name, rotation=0, ha="right", va="center")
    left.suptitle(title, weight="bold", fontsize=11)
    ax = right.subplots()
    for (name, values), color in zip(errors.items(), (BLUE, RED, GREY), strict=True):
        ax.plot((0, *steps), values, color=color, marker="o", label=name)
    ax.set(xlabel="steps of the search", ylim=(0, None), ylabel="mean squared error")
    ax.set_title(f"How fast a search arrives, mean of {len(images)} digits", fontsize=11)
    ax.spines[["top", "right"]].set_visible(False)
    ax.legend(frameon=False)


def main() -> None:
    arguments = parse_arguments()
    try:
        from matplotlib.figure import Figure
    except ImportError:
        raise SystemExit('The figure needs matplotlib: pip install "kerasgan[plot]"') from None
    steps: tuple[int, ...] = (5, 10, 20, 50, 100)
    if arguments.smoke:
        arguments.images, arguments.steps, arguments.restarts = 2, 3, 1
        arguments.epochs, steps = 1, (1, 2)
    start, count, seed = time.time(), arguments.images, arguments.seed
    print(f"Loading {arguments.path}")
    generator = as_generator(kerasgan.load_generator(arguments.path))
    kinds = images_of_kinds(arguments, generator(generator.sample_latents(count, seed)))
    images = np.concatenate(list(kinds.values()))
    print(f"  {len(images)} images, {arguments.steps} steps from {arguments.restarts} starts each")
    found = project(generator, images, arguments.steps, arguments.restarts, seed=seed)
    print("\nMean squared error of the pixels, which are in [-1, 1]:\n")
    first = 0
    for kind, part in kinds.items():
        errors = found.errors[first : first + len(part)]
        first += len(part)
        print(f"  {kind:12} {errors.mean():.4f}   (from {errors.min():.4f} to {errors.max():.4f})")

    print("\nA BiGAN " + ("is loaded" if arguments.model else "is trained"), flush=True)
    gan, held = model_with_encoder(arguments)
    table, samples = compare_starts(gan, held, steps, max(3, arguments.restarts), seed)
    print(f"  {time.time() - start:.0f} seconds so far. Mean error of {len(held)} digits:\n")
    print(f"  {'after steps':28}" + "".join(f"{count:>9}" for count in (0, *steps)))
    for name, values in table.items():
        print(f"  {name:28}" + "".join(f"{value:9.4f}" for value in values))

    figure = Figure(figsize=(14.4, 8), dpi=100, layout="constrained")
    above, below = figure.subfigures(2, 1, height_ratios=[1, 1.25], hspace=0.05)
    draw_kinds(above, kinds, found)
    unseen = "" if arguments.model else ", none of which it was trained on"
    draw_starts(below, f"By an encoder: real digits{unseen}", held, samples, table, steps)
    path = arguments.output / "project_image.png"
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path)
    print(f"\nDone in {time.time() - start:.0f} seconds.\n  picture  {path}")


if __name__ == "__main__":
    with plain_errors():
        main()
