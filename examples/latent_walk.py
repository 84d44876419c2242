"""Walks through the latents of the digits generator: between two digits, and without an end.

    python examples/latent_walk.py                          # the generator of the repository
    python examples/latent_walk.py saved_models/mine --seed 3 --walk walk.mp4

Offline, under a minute. Three pictures:

- `interpolations.png`: rows that go from one digit to another;
- `walk.gif`: closed walks, side by side, that go on without an end; as MP4 by the extra `video`;
- `latent_walk.png`: the rows, what each step changes, and how far all is from real digits.

A generator that has only memorised would jump from one digit to another: its largest step would be
nearly as long as the whole way. And one that only mixed pictures would make a cross-fade, which has
two digits in its middle and is none. The samples on the ways stay as near to real digits as their
ends are; a cross-fade does not. Uniform latents fill a cube, so the ways are straight lines; normal
ones lie near a sphere, and take arcs.

The last needs matplotlib: pip install "kerasgan[plot]".
"""

from __future__ import annotations

import argparse
import os
import time
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import kerasgan
from kerasgan.latent import as_generator, interpolate, walk
from kerasgan.machine.plain_errors import plain_errors

import numpy as np

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
    add("--rows", type=int, default=5, help="interpolations drawn; default: %(default)s")
    add("--ways", type=int, default=200, help="interpolations measured; default: %(default)s")
    add("--walks", type=int, default=16, help="side by side; default: %(default)s")
    add("--walk", default="walk.gif", help="file of the walks, .gif or .mp4; default: %(default)s")
    add("--seed", type=int, default=0, help="default: %(default)s")
    output = ROOT / "runs" / "latent_walk"
    add("--output", type=Path, default=output, help="default: %(default)s")
    add("--smoke", action="store_true", help="few pictures, to see that everything works")
    return parser.parse_args()


def cross_fade(rows: np.ndarray) -> np.ndarray:
    """From the first picture of each row to the last by mixing them, as a film does."""
    t = np.linspace(0.0, 1.0, rows.shape[1])[:, None, None, None]
    return (1.0 - t) * rows[:, :1] + t * rows[:, -1:]


def step_lengths(rows: np.ndarray) -> np.ndarray:
    """How far the picture moves in each step, root mean square of the pixels, `(rows, steps - 1)`.

    The pictures are in [-1, 1]: 2 is from black to white everywhere.
    """
    return np.sqrt(np.mean(np.diff(rows, axis=1) ** 2, axis=(2, 3, 4)))


def distances_to_real(rows: np.ndarray, digits: np.ndarray) -> np.ndarray:
    """How far each column is from the nearest real digit, as `step_lengths`, `(steps,)`."""
    nearest = kerasgan.metrics.nearest_neighbors(digits, rows.reshape(-1, *digits.shape[1:]))
    return nearest.distances.reshape(rows.shape[:2]).mean(axis=0) / np.sqrt(digits[0].size)


def draw(path: Path, rows: np.ndarray, jump: float, distances: dict[str, np.ndarray]) -> None:
    from matplotlib.figure import Figure

    lengths = step_lengths(rows)
    figure = Figure(figsize=(16, 4.4), dpi=100, layout="constrained")
    pictures, steps, real = figure.subplots(1, 3, width_ratios=[2.2, 1, 1])
    height = rows.shape[2]
    shown = np.concatenate([rows, cross_fade(rows[:1])])
    canvas = np.concatenate([np.concatenate(list(row), axis=1) for row in shown], axis=0)
    pictures.imshow(canvas.squeeze(), cmap="gray", vmin=-1, vmax=1)
    names = [f"way {row + 1}" for row in range(len(rows))] + ["cross-fade\nof 1"]
    pictures.set_yticks((np.arange(len(shown)) + 0.5) * height, names)
    pictures.set_xticks([])
    pictures.tick_params(length=0)
    pictures.set_title("From the first column to the last, in equal steps of the latents")
    for row in range(1, len(shown)):
        last = row == len(rows)
        pictures.axhline(row * height - 0.5, color=RED if last else "white", lw=3 if last else 1)
    x = np.arange(1, lengths.shape[1] + 1)
    steps.plot(x, lengths.T, color=BLUE, alpha=0.35, lw=1.2)
    steps.plot(x, lengths.mean(axis=0), color=BLUE, lw=2.5, label="one step, mean of the ways")
    steps.axhline(jump, color=RED, ls="--", label="a jump from end to end")
    steps.set(ylim=(0, jump * 1.15), xlabel="step", title="How far the picture moves")
    steps.set_ylabel("root mean square of the pixels")
    steps.legend(frameon=False, loc="center")
    for (name, values), color in zip(distances.items(), (BLUE, RED), strict=True):
        real.plot(np.arange(1, len(values) + 1), values, color=color, marker="o", label=name)
    real.set(xlabel="column", title="How far it is from the nearest real digit")
    real.set_ylim(0.85 * np.min(list(distances.values())), 1.1 * np.max(list(distances.values())))
    real.legend(frameon=False, loc="upper left")
    for ax in (steps, real):
        ax.spines[["top", "right"]].set_visible(False)
    figure.savefig(path)


def main() -> None:
    arguments = parse_arguments()
    try:
        import matplotlib  # noqa: F401
    except ImportError:
        raise SystemExit('The figure needs matplotlib: pip install "kerasgan[plot]"') from None
    if arguments.smoke:
        arguments.rows, arguments.ways, arguments.walks = 2, 4, 1
    start, output, seed = time.time(), arguments.output, arguments.seed
    print(f"Loading {arguments.path}")
    generator = as_generator(kerasgan.load_generator(arguments.path))
    ends = generator.sample_latents(2 * arguments.rows, seed)
    paths = [output / name for name in ("interpolations.png", arguments.walk, "latent_walk.png")]
    rows = interpolate(generator, ends[::2], ends[1::2], steps=STEPS, plot=paths[0])
    jump = float(np.sqrt(np.mean((rows[:, -1] - rows[:, 0]) ** 2)))
    largest = float(step_lengths(rows).max())
    print(f"  {arguments.rows} ways of {STEPS} samples: the ends are {jump:.2f} apart on average,")
    print(f"  the largest of all single steps is {largest:.2f}.")

    digits = kerasgan.data.load_digits(image_size=rows.shape[2])
    if rows.shape[2:] != digits.shape[1:]:
        raise SystemExit(f"This example compares with grey digits. Received: {rows.shape[2:]}")
    ends = generator.sample_latents(2 * arguments.ways, seed + 1)
    many = interpolate(generator, ends[::2], ends[1::2], steps=STEPS)
    found = {"ways through the latents": many, "cross-fades": cross_fade(many)}
    distances = {name: distances_to_real(ways, digits) for name, ways in found.items()}
    print(
        f"  The nearest real digit, mean of {arguments.ways} ways, at the ends and in the middle:"
    )
    for name, values in distances.items():
        print(f"  {name:26}{(values[0] + values[-1]) / 2:.3f}   {values[STEPS // 2]:.3f}")

    keys, steps = (2, 3) if arguments.smoke else (6, 12)
    walk(generator, keys, steps, seed, walks=arguments.walks, plot=paths[1])
    print(f"  {arguments.walks} closed walks of {keys * steps} frames")
    draw(paths[2], rows, jump, distances)
    print(f"Done in {time.time() - start:.0f} seconds.")
    for path in paths:
        print(f"  picture  {path}")


if __name__ == "__main__":
    with plain_errors():
        main()
