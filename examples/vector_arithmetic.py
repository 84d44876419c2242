"""Arithmetic with the latents of digits: thin to thick, upright to slanted.

    python examples/vector_arithmetic.py                    # the generator of the repository
    python examples/vector_arithmetic.py saved_models/mine --seed 3

Offline, under a minute. The generator was told nothing of how thick or how slanted a digit is. Both
are measured in the pictures that it makes of random latents:

- thickness: the mean of the pixels, from black to white; thick digits have much ink;
- slant: how far the ink leans to the right, for each pixel that it goes up, by its moments.

1. Arithmetic after Radford et al.: the mean latents of many slanted digits, minus those of upright
   ones, plus those of one digit, with the eight neighbours of the result. The authors took three of
   each, chosen by eye to be alike in all else; chance needs more to make all else equal.
2. Directions with labels: the normal of a linear classifier of thick and thin, and of slanted and
   upright. Along one the other should not change: the table says how far that is true.
3. Directions without labels: the first two of the closed-form factorisation, and what they do.

The figure needs matplotlib: pip install "kerasgan[plot]".
"""

from __future__ import annotations

import argparse
import os
import time
from pathlib import Path
from typing import Any

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import kerasgan
from kerasgan.latent import (
    arithmetic,
    as_generator,
    factorized_directions,
    labelled_direction,
    traverse,
)
from kerasgan.machine.plain_errors import plain_errors

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
DISTANCES = np.linspace(-2.0, 2.0, 7)
BLUE, RED = "#1f4e9c", "#c8102e"


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add = parser.add_argument
    default = ROOT / "saved_models" / "digits_dcgan"
    add("path", nargs="?", type=Path, default=default, help="default: %(default)s")
    add("--samples", type=int, default=3000, help="to learn from; default: %(default)s")
    add("--digit", type=int, default=0, help="which of the upright ones; default: %(default)s")
    add("--seed", type=int, default=0, help="default: %(default)s")
    output = ROOT / "runs" / "vector_arithmetic"
    add("--output", type=Path, default=output, help="default: %(default)s")
    add("--smoke", action="store_true", help="few samples, to see that everything works")
    return parser.parse_args()


def thickness(images: np.ndarray) -> np.ndarray:
    """The mean of the pixels, `(n,)`, 0 for black and 1 for white."""
    return 0.5 * images.mean(axis=(1, 2, 3)) + 0.5


def slant(images: np.ndarray) -> np.ndarray:
    """Pixels to the right for each pixel up, `(n,)`: by moments of the ink."""
    ink = np.maximum(images[..., 0] + 1.0, 0.0)
    ink = ink / ink.sum(axis=(1, 2), keepdims=True)
    up, right = -np.arange(ink.shape[1])[:, None], np.arange(ink.shape[2])[None]
    up = up - np.sum(ink * up, axis=(1, 2), keepdims=True)
    right = right - np.sum(ink * right, axis=(1, 2), keepdims=True)
    return np.sum(ink * up * right, axis=(1, 2)) / np.sum(ink * up**2, axis=(1, 2))


PROPERTIES = {"thickness": thickness, "slant": slant}


def measure_change(
    generator: Any, latents: np.ndarray, direction: np.ndarray, values: dict[str, np.ndarray]
) -> dict[str, float]:
    """The mean change from one end of the way to the other, in standard deviations of all samples.

    Of many ways: of the few that are drawn it would be a matter of chance.
    """
    ends = traverse(generator, latents[:200], direction, DISTANCES[[0, -1]])
    return {
        # Rounded, and without a negative zero.
        name: round(np.mean(measure(ends[:, 1]) - measure(ends[:, 0])) / values[name].std(), 1) + 0
        for name, measure in PROPERTIES.items()
    }


def show(ax: Any, images: np.ndarray, title: str = "", color: str = "black") -> None:
    """A grid `(rows, columns, height, width, 1)` in one picture."""
    framed = np.pad(images, ((0, 0), (0, 0), (1, 1), (1, 1), (0, 0)), constant_values=1.0)
    canvas = np.concatenate([np.concatenate(list(row), axis=1) for row in framed], axis=0)
    ax.imshow(canvas.squeeze(), cmap="gray", vmin=-1, vmax=1)
    ax.set(xticks=[], yticks=[])
    ax.spines[:].set_visible(False)
    ax.set_title(title, fontsize=10, color=color)


def draw(path: Path, sums: list[tuple[str, np.ndarray]], ways: dict[str, Any]) -> None:
    from matplotlib.figure import Figure

    figure = Figure(figsize=(14, 6.6), dpi=90, layout="constrained")
    above, below = figure.subfigures(2, 1, height_ratios=[1, 1.15])
    above.suptitle(
        "Slanted − upright + an upright digit ≈ that digit, slanted (some change their class)",
        weight="bold",
    )
    cells = above.subplots(1, 4, width_ratios=[1, 1, 1, 1])
    for ax, (title, images) in zip(cells, sums, strict=True):
        show(ax, images, title)
    below.suptitle("Steps along directions from −2 to 2; the middle column is where they start")
    for ax, (name, (rows, change)) in zip(below.subplots(1, 4), ways.items(), strict=True):
        text = ", ".join(f"{each} {value:+.1f}" for each, value in change.items())
        show(ax, rows, f"{name}\n{text} σ", BLUE if "labels" in name else RED)
    figure.savefig(path)


def main() -> None:
    arguments = parse_arguments()
    try:
        import matplotlib  # noqa: F401
    except ImportError:
        raise SystemExit('The figure needs matplotlib: pip install "kerasgan[plot]"') from None
    samples = 200 if arguments.smoke else arguments.samples
    start = time.time()
    print(f"Loading {arguments.path}")
    generator = as_generator(kerasgan.load_generator(arguments.path))
    latents = generator.sample_latents(samples, arguments.seed)
    images = generator(latents)
    values = {name: measure(images) for name, measure in PROPERTIES.items()}
    print(f"  {samples} samples are measured")

    order = np.argsort(values["slant"])
    upright = order[np.argsort(np.abs(values["slant"][order]))]
    group = samples // 10
    slanted, digit = order[-group:], upright[arguments.digit]
    added, subtracted = [latents[slanted], latents[digit]], [latents[upright[:group]]]
    found = arithmetic(generator, added, subtracted, seed=arguments.seed)
    leans = [float(slant(part)[0]) for part in (images[digit][None], found.samples[1, 1][None])]
    print(f"\nArithmetic: the digit leans {leans[0]:+.2f}, the result {leans[1]:+.2f}.")
    sums = [
        (
            f"mean of {group} slanted, such as",
            images[slanted[-9:]].reshape(3, 3, *images.shape[1:]),
        ),
        (f"− mean of {group} upright", images[upright[:9]].reshape(3, 3, *images.shape[1:])),
        ("+ an upright digit", images[digit][None, None]),
        ("= the digit, slanted (middle; noise around it)", found.samples),
    ]

    rng = np.random.default_rng(arguments.seed)
    starts = latents[rng.choice(samples, 5, replace=False)]
    ways: dict[str, Any] = {}
    print("\nSteps along a direction from -2 to 2, in standard deviations of all samples:\n")
    print(f"  {'':32}{'classifier':>12}" + "".join(f"{name:>12}" for name in PROPERTIES))
    for name, value in values.items():
        direction, accuracy = labelled_direction(latents, value > np.median(value))
        rows = traverse(generator, starts, direction, DISTANCES)
        ways[f"{name}, with labels"] = rows, measure_change(generator, latents, direction, values)
        report(f"{name}, with labels", f"{accuracy:.0%}", ways)
    for index, direction in enumerate(factorized_directions(generator, components=2).vectors):
        rows = traverse(generator, starts, direction, DISTANCES)
        ways[f"factorised, {index + 1}"] = (
            rows,
            measure_change(generator, latents, direction, values),
        )
        report(f"factorised, {index + 1}", "", ways)

    path = arguments.output / "vector_arithmetic.png"
    path.parent.mkdir(parents=True, exist_ok=True)
    draw(path, sums, ways)
    print(f"\nDone in {time.time() - start:.0f} seconds.\n  picture  {path}")


def report(name: str, accuracy: str, ways: dict[str, Any]) -> None:
    changes = "".join(f"{value:>+12.1f}" for value in ways[name][1].values())
    print(f"  {name:32}{accuracy:>12}{changes}")


if __name__ == "__main__":
    with plain_errors():
        main()
