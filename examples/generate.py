"""Loads a saved generator and draws what it makes.

    python examples/generate.py                                  # digits, from the repository
    python examples/generate.py saved_models/mine --rows 6 --seed 3
    python examples/generate.py --translate photo.jpg            # painted by saved_models/monet
    python examples/generate.py saved_models/photograph_to_painting --translate photo.jpg

A generator is the folder of a SavedModel, a `.keras` file or a preset. Brush strokes are some
pixels wide, so that a large photograph is reduced before it is translated (`--side`).
"""

from __future__ import annotations

import argparse
import os
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

from kerasgan.inference import load_generator  # noqa: E402
from kerasgan.machine.plain_errors import plain_errors  # noqa: E402
from kerasgan.ops.images import save_image, save_image_grid  # noqa: E402

import numpy as np  # noqa: E402
from PIL import Image, ImageOps  # noqa: E402

ROOT = Path(__file__).resolve().parents[1]


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "path",
        nargs="?",
        type=Path,
        help="the saved generator (default: saved_models/digits_dcgan, or monet to translate)",
    )
    parser.add_argument("--name", help="which generator of a whole model, as x_to_y")
    parser.add_argument("--rows", type=int, default=4, help="rows of the grid (default: 4)")
    parser.add_argument("--columns", type=int, default=8, help="columns (default: 8)")
    parser.add_argument("--seed", type=int, help="equal seeds draw equal images (default: none)")
    parser.add_argument("--translate", type=Path, metavar="IMAGE", help="a picture to translate")
    parser.add_argument(
        "--side",
        type=int,
        default=384,
        help="largest length of the picture's shorter side, 0 for any (default: 384)",
    )
    parser.add_argument(
        "--output",
        type=Path,
        default=ROOT / "runs" / "generated.png",
        help="where to write (default: runs/generated.png)",
    )
    parser.add_argument("--smoke", action="store_true", help="four images only, to try it out")
    return parser.parse_args()


def main() -> None:
    arguments = parse_arguments()
    if min(arguments.rows, arguments.columns) < 1:
        raise ValueError(
            "`--rows` and `--columns` must be positive. "
            f"Received: {arguments.rows} and {arguments.columns}"
        )
    if arguments.side < 0:
        raise ValueError(f"`--side` must be from 0 up. Received: {arguments.side}")
    if arguments.smoke:
        arguments.rows = arguments.columns = 2
    if arguments.path is None and arguments.translate:
        arguments.path = ROOT / "saved_models" / "monet"
        arguments.name = arguments.name or "y_to_x"
    elif arguments.path is None:
        arguments.path = ROOT / "saved_models" / "digits_dcgan"

    print(f"Loading {arguments.path}")
    generate = load_generator(arguments.path, name=arguments.name)
    print(f"  {generate}")

    if arguments.translate:
        channels = generate.card["data_shape"][-1]
        image = read_image(arguments.translate, channels, arguments.side)
        translated = generate.translate(image[None], margin=32)[0]
        path = save_image(arguments.output, translated)
    else:
        images = generate(arguments.rows * arguments.columns, seed=arguments.seed)
        path = save_image_grid(
            arguments.output,
            images,
            rows=arguments.rows,
            columns=arguments.columns,
            scale=max(1, 64 // images.shape[1]),
        )
    print(f"The picture is at {path}")


def read_image(path: Path, channels: int, side: int) -> np.ndarray:
    """One picture as uint8 of shape `(height, width, channels)`, the right way up, reduced."""
    with Image.open(path) as image:
        image = ImageOps.exif_transpose(image).convert("L" if channels == 1 else "RGB")
    if 0 < side < min(image.size):
        scale = side / min(image.size)
        reduced = image.resize([round(length * scale) for length in image.size])
        print(f"  {path} is reduced from {image.size} to {reduced.size} (--side 0 keeps it)")
        image = reduced
    pixels = np.asarray(image)
    return pixels[..., None] if channels == 1 else pixels


if __name__ == "__main__":
    with plain_errors():
        main()
