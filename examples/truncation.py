"""What fidelity costs in variety: the truncation trick on the digits generator, over ψ.

    python examples/truncation.py                           # the generator of the repository
    python examples/truncation.py saved_models/mine --seed 3

Offline, a minute on a CPU. Latents are pulled towards a centre, to ψ times their distance from it:
at ψ = 1 they are as they were drawn, at ψ = 0 all the same. Which centre? Two are tried:

- zero, the mean of all latents, as is the custom. Between ten digits lies no digit: what is made
  there is a blend of all, and truncation loses variety and wins next to no fidelity;
- the mean of the latents of the same digit, as the classifier of the features "digits" reads what
  the generator makes of 10,000 others. It is what a generator by class would do, and here is the
  trade of the papers: the smaller ψ, the more samples are like real ones (precision), and the fewer
  real ones are like samples (recall). The Fréchet distance, which sees both, is least in between.

Half of the real digits are what all is compared with, the other half is the best that can be. One
network chooses the centres and gives the features, which flatters what it chose. `--pixels`
measures 8×8 pixels instead: there, too, fidelity is bought, and costs more variety; zero buys a
little, down to a ψ of 0.6; and the Fréchet distance is least without truncation.

The figure `truncation.png` needs matplotlib: pip install "kerasgan[plot]".
"""

from __future__ import annotations

import argparse
import os
import time
import warnings
from pathlib import Path
from typing import Any

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import kerasgan
from kerasgan.latent import as_generator, truncate, truncation_curve
from kerasgan.machine.plain_errors import plain_errors
from kerasgan.ops.images import image_grid

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
METRICS = ("fid", "precision_recall", "density_coverage")
COLUMNS = ("precision", "recall", "density", "coverage", "fid")
SHOWN = (1.0, 0.8, 0.6, 0.4, 0.2, 0.0)
COLORS = {"zero": "#c8102e", "the digit's mean": "#1f4e9c"}


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add = parser.add_argument
    default = ROOT / "saved_models" / "digits_dcgan"
    add("path", nargs="?", type=Path, default=default, help="default: %(default)s")
    add("--pixels", action="store_true", help="measure pixels in place of features")
    add("--seed", type=int, default=0, help="default: %(default)s")
    output = ROOT / "runs" / "truncation"
    add("--output", type=Path, default=output, help="default: %(default)s")
    add("--smoke", action="store_true", help="few samples, to see that everything works")
    return parser.parse_args()


def read_digits(generator: Any, latents: np.ndarray) -> np.ndarray:
    """Which digit the generator makes of each of the latents, as a classifier reads it."""
    return kerasgan.metrics.get_extractor("digits").probabilities(generator(latents)).argmax(axis=1)


def means_of_digits(generator: Any, count: int, seed: int) -> np.ndarray:
    """The mean latents of each digit, `(10, latent_dim)`, of `count` samples."""
    latents = generator.sample_latents(count, seed)
    digits = read_digits(generator, latents)
    return np.array([latents[digits == digit].mean(axis=0) for digit in range(10)])


def small_pixels(images: np.ndarray) -> np.ndarray:
    """Images as vectors of 64 pixels, the means of squares."""
    size = images.shape[1] // 8
    return images.reshape(len(images), 8, size, 8, size, -1).mean(axis=(2, 4)).reshape(-1, 64)


def draw(
    path: Path, grids: dict[str, np.ndarray], curves: dict[str, Any], real: dict[str, float]
) -> None:
    from matplotlib.figure import Figure

    figure = Figure(figsize=(15, 6.2), dpi=90, layout="constrained")
    left, right = figure.subfigures(1, 2, width_ratios=[1, 1.45])
    for ax, (name, images) in zip(left.subplots(2, 1), grids.items(), strict=True):
        rows, columns, size = images.shape[:3]
        grid = image_grid(images.reshape(-1, *images.shape[2:]), rows, columns)
        ax.imshow(grid.squeeze(), cmap="gray", vmin=0, vmax=255)
        ax.set_yticks((np.arange(rows) + 0.5) * (size + 2), [f"ψ {psi:g}" for psi in SHOWN])
        ax.set(xticks=[])
        ax.tick_params(length=0)
        ax.spines[:].set_visible(False)
        ax.set_title(f"towards {name}", color=COLORS[name], weight="bold")
    trade, distance = right.subplots(1, 2)
    for name, curve in curves.items():
        style = {"color": COLORS[name], "marker": "o", "label": f"towards {name}"}
        trade.plot(curve["recall"], curve["precision"], **style)
        distance.plot(curve["psi"], curve["fid"], **style)
        points = list(zip(curve["psi"], curve["recall"], curve["precision"], strict=True))
        for psi, *place in points[::-2]:
            trade.annotate(
                f"{psi:g}", place, xytext=(5, 4), textcoords="offset points", color=COLORS[name]
            )
    place = real["recall"], real["precision"]
    trade.scatter(*place, s=160, color="black", marker="*", label="real digits")
    trade.set(xlim=(-0.03, 1), ylim=(0, 1), xlabel="recall: variety", ylabel="precision: fidelity")
    trade.set_title("What fidelity costs in variety (numbers: ψ)")
    distance.axhline(real["fid"], color="black", ls="--", label="real digits")
    distance.set(xlabel="ψ", yscale="log", title="Fréchet distance: both at once")
    distance.set_yticks([0.5, 1, 2, 5, 10, 20], ["0.5", "1", "2", "5", "10", "20"], minor=False)
    distance.set_yticks([], minor=True)
    for ax in (trade, distance):
        ax.spines[["top", "right"]].set_visible(False)
        ax.legend(frameon=False, loc="lower left" if ax is trade else "upper right")
    figure.savefig(path)


def main() -> None:
    arguments = parse_arguments()
    try:
        import matplotlib  # noqa: F401
    except ImportError:
        raise SystemExit('The figure needs matplotlib: pip install "kerasgan[plot]"') from None
    warnings.filterwarnings("ignore", message=".*2,?048.*")  # All are of equally many samples.
    start, seed = time.time(), arguments.seed
    print(f"Loading {arguments.path}")
    generator = as_generator(kerasgan.load_generator(arguments.path))
    size = generator(generator.sample_latents(1, seed)).shape[1]
    digits = kerasgan.data.load_digits(image_size=size)
    digits = digits[np.random.default_rng(seed).permutation(len(digits))]
    count = 60 if arguments.smoke else len(digits) // 2
    psis = (0.5, 1.0) if arguments.smoke else tuple(np.arange(1, 11) / 10)
    extractor = small_pixels if arguments.pixels else "digits"
    measure = kerasgan.metrics.SampleEvaluation(digits[:count], METRICS, extractor=extractor)
    real = measure(digits[count : 2 * count])

    means = means_of_digits(generator, 1000 if arguments.smoke else 10_000, seed + 1)
    latents = generator.sample_latents(count, seed)
    centers = dict(zip(COLORS, (0.0, means[read_digits(generator, latents)]), strict=True))
    shown = generator.sample_latents(300, seed + 2)
    found = read_digits(generator, shown)
    # The first sample of each digit, if there is one.
    first = [np.flatnonzero(found == digit)[0] for digit in np.unique(found)]
    shown, found = shown[first], found[first]
    grids, curves = {}, {}
    print(f"{count} samples at each ψ, against as many real digits\n")
    print(f"  {'centre':18}{'ψ':>5}" + "".join(f"{name:>11}" for name in COLUMNS), flush=True)
    for name, center in centers.items():
        curve = truncation_curve(generator, measure, psis, n=count, seed=seed, center=center)
        for index, psi in enumerate(psis):
            values = "".join(f"{curve[column][index]:11.3f}" for column in COLUMNS)
            print(f"  {name:18}{psi:5.1f}{values}", flush=True)
        curves[name] = curve
        middle = means[found] if name != "zero" else 0.0
        grids[name] = np.array([generator(truncate(shown, psi, middle)) for psi in SHOWN])
    print(f"  {'real digits':23}" + "".join(f"{real[column]:11.3f}" for column in COLUMNS))

    path = arguments.output / "truncation.png"
    path.parent.mkdir(parents=True, exist_ok=True)
    draw(path, grids, curves, real)
    print(f"\nDone in {time.time() - start:.0f} seconds.\n  figure  {path}")


if __name__ == "__main__":
    with plain_errors():
        main()
