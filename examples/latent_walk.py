"""Walks through the latents of the digits generator: between two digits, and without an end.

    python examples/latent_walk.py                          # the generator of the repository
    python examples/latent_walk.py saved_models/mine --seed 3

Offline, under a minute. Three pictures:

- `interpolations.png`: rows that go from one digit to another. A generator that has only
  memorised would jump; one that has learnt changes them smoothly.
- `walk.gif`: closed walks, side by side, that go on without an end.
- `latent_walk.png`: the same, and beside them how far the picture moves in each step. Uniform
  latents fill a cube, so the ways are straight lines; normal ones lie near a sphere, and take arcs.

The last needs matplotlib: pip install "kerasgan[plot]".
"""

from __future__ import annotations

import argparse
import os
import time
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import numpy as np

import kerasgan
from kerasgan.latent import as_generator, interpolate, save_gif, save_grid, walk

ROOT = Path(__file__).resolve().parents[1]
STEPS = 12
BLUE, RED = "#1f4e9c", "#c8102e"


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add = parser.add_argument
    default = ROOT / "saved_models" / "digits_dcgan"
    add("path", nargs="?", type=Path, default=default, help="default: %(default)s")
    add("--rows", type=int, default=6, help="interpolations; default: %(default)s")
    add("--walks", type=int, default=16, help="in the GIF; default: %(default)s")
    add("--seed", type=int, default=0, help="default: %(default)s")
    output = ROOT / "runs" / "latent_walk"
    add("--output", type=Path, default=output, help="default: %(default)s")
    add("--smoke", action="store_true", help="few pictures, to see that everything works")
    return parser.parse_args()


def step_lengths(rows: np.ndarray) -> np.ndarray:
    """How far the picture moves in each step, root mean square of the pixels, `(rows, steps - 1)`.

    The pictures are in [-1, 1]: 2 is from black to white everywhere.
    """
    return np.sqrt(np.mean(np.diff(rows, axis=1) ** 2, axis=(2, 3, 4)))


def draw(path: Path, rows: np.ndarray, jump: float) -> None:
    from matplotlib.figure import Figure

    lengths = step_lengths(rows)
    figure = Figure(figsize=(13, 4.6), dpi=100, layout="constrained")
    pictures, steps = figure.subplots(1, 2, width_ratios=[2.1, 1])
    height = rows.shape[2]
    canvas = np.concatenate([np.concatenate(list(row), axis=1) for row in rows], axis=0)
    pictures.imshow(canvas.squeeze(), cmap="gray", vmin=-1, vmax=1)
    pictures.set(xticks=[], yticks=[])
    pictures.set_title("From the first column to the last, in equal steps of the latents")
    for row in range(1, len(rows)):
        pictures.axhline(row * height - 0.5, color="white", lw=1)
    x = np.arange(1, lengths.shape[1] + 1)
    steps.plot(x, lengths.T, color=BLUE, alpha=0.35, lw=1.2)
    steps.plot(x, lengths.mean(axis=0), color=BLUE, lw=2.5, label="one step, mean of the rows")
    steps.axhline(jump, color=RED, ls="--", label="a jump from end to end")
    steps.set(ylim=(0, jump * 1.15), xlabel="step", title="How far the picture moves")
    steps.set_ylabel("root mean square of the pixels")
    steps.spines[["top", "right"]].set_visible(False)
    steps.legend(frameon=False, loc="center")
    figure.savefig(path)


def main() -> None:
    arguments = parse_arguments()
    try:
        import matplotlib  # noqa: F401
    except ImportError:
        raise SystemExit('The figure needs matplotlib: pip install "kerasgan[plot]"') from None
    if arguments.smoke:
        arguments.rows, arguments.walks = 2, 1
    start, output = time.time(), arguments.output
    print(f"Loading {arguments.path}")
    generator = as_generator(kerasgan.load_generator(arguments.path))
    ends = generator.sample_latents(2 * arguments.rows, arguments.seed)
    rows = interpolate(generator, ends[::2], ends[1::2], steps=STEPS)
    jump = float(np.sqrt(np.mean((rows[:, -1] - rows[:, 0]) ** 2)))
    largest = float(step_lengths(rows).max())
    print(f"  {arguments.rows} ways of {STEPS} samples: the ends are {jump:.2f} apart on average,")
    print(f"  the largest of all single steps is {largest:.2f}.")
    keys, steps = (2, 3) if arguments.smoke else (6, 12)
    frames = walk(generator, keys, steps, arguments.seed, walks=arguments.walks)
    print(f"  {arguments.walks} closed walks of {keys * steps} frames")
    draw_to = output / "latent_walk.png"
    paths = [
        save_grid(output / "interpolations.png", rows),
        save_gif(output / "walk.gif", frames),
        draw_to,
    ]
    draw(draw_to, rows, jump)
    print(f"Done in {time.time() - start:.0f} seconds.")
    for path in paths:
        print(f"  picture  {path}")


if __name__ == "__main__":
    main()
