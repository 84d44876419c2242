"""Finds the latents of images: of generated ones, of digits, and of what is no digit.

    python examples/project_image.py                        # the generator of the repository
    python examples/project_image.py saved_models/mine --image photo.png

Offline, a minute on a CPU, with TensorFlow (a SavedModel has gradients there only; give a `.keras`
file on other backends). Latents are moved, by gradient descent from several random starts, until
what the generator makes of them looks like the image. How near it comes tells what it can make:

- its own samples: exactly, so the search works;
- real digits: nearly, and what is missing it has not learnt;
- digits cut in half, the halves exchanged and mirrored: worse, but nearer than one would think.
  Latents that draw strokes can draw others than those of digits: a small error is no proof that an
  image is one of the data;
- digits in negative: not at all.

The figure `project_image.png` needs matplotlib: pip install "kerasgan[plot]".
"""

from __future__ import annotations

import argparse
import os
import time
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import numpy as np
from PIL import Image

import kerasgan
from kerasgan.latent import as_generator, project

ROOT = Path(__file__).resolve().parents[1]


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


def draw(path: Path, kinds: dict[str, np.ndarray], found: list[np.ndarray]) -> None:
    """Two rows for each kind: what was looked for, and what was found with its error."""
    from matplotlib.figure import Figure

    columns = [(kind, image) for kind, images in kinds.items() for image in images]
    samples, errors = found
    figure = Figure(figsize=(1.15 * len(columns) + 0.6, 3.2), dpi=110, layout="constrained")
    cells = figure.subplots(2, len(columns), squeeze=False)
    for column, (kind, image) in enumerate(columns):
        for ax, picture in zip(cells[:, column], (image, samples[column]), strict=True):
            ax.imshow(np.clip(0.5 * picture.squeeze() + 0.5, 0, 1), cmap="gray", vmin=0, vmax=1)
            ax.set(xticks=[], yticks=[])
        cells[1, column].set_xlabel(f"{errors[column]:.4f}", fontsize=9)
        if column == 0 or columns[column - 1][0] != kind:
            cells[0, column].set_title(kind, loc="left", fontsize=11, weight="bold")
    cells[0, 0].set_ylabel("wanted")
    cells[1, 0].set_ylabel("found")
    figure.supxlabel("mean squared error of the pixels, which are in [-1, 1]", fontsize=9)
    figure.savefig(path)


def main() -> None:
    arguments = parse_arguments()
    try:
        import matplotlib  # noqa: F401
    except ImportError:
        raise SystemExit('The figure needs matplotlib: pip install "kerasgan[plot]"') from None
    if arguments.smoke:
        arguments.images, arguments.steps, arguments.restarts = 2, 3, 1
    start, count, seed = time.time(), arguments.images, arguments.seed
    print(f"Loading {arguments.path}")
    generator = as_generator(kerasgan.load_generator(arguments.path))
    generated = generator(generator.sample_latents(count, seed))
    kinds = {"generated": generated}
    if generated.shape[-1] == 1 and generated.shape[1] == generated.shape[2]:
        digits = kerasgan.data.load_digits(image_size=generated.shape[1])
        real = digits[np.random.default_rng(seed).choice(len(digits), 3 * count, replace=False)]
        kinds["real"] = real[:count]
        kinds["scrambled"], kinds["negative"] = scramble(real[count:-count]), -real[-count:]
    if arguments.image:
        kinds = {kind: kinds[kind] for kind in ("generated", "real") if kind in kinds}
        kinds["your image"] = read_image(arguments.image, generated.shape[1:])
    images = np.concatenate(list(kinds.values()))
    print(f"  {len(images)} images, {arguments.steps} steps from {arguments.restarts} starts each")
    found = project(generator, images, arguments.steps, arguments.restarts, seed=seed)
    print("\nMean squared error of the pixels, which are in [-1, 1]:\n")
    first = 0
    for kind, part in kinds.items():
        errors = found.errors[first : first + len(part)]
        first += len(part)
        print(f"  {kind:12} {errors.mean():.4f}   (from {errors.min():.4f} to {errors.max():.4f})")
    path = arguments.output / "project_image.png"
    path.parent.mkdir(parents=True, exist_ok=True)
    draw(path, kinds, [found.samples, found.errors])
    print(f"\nDone in {time.time() - start:.0f} seconds.\n  picture  {path}")


if __name__ == "__main__":
    main()
