"""How the Fréchet distance of samples approaches that of the distributions they are from.

Two Gaussians with known means and covariances have a distance in closed form. The metric, of n
samples of each, lies above it by a bias that falls as 1/n; chance falls as 1/√n and remains. A
table is printed, and a figure written.

    python benchmarks/frechet_convergence.py
    python benchmarks/frechet_convergence.py --features 512 --figure runs/convergence.png

Needs matplotlib: pip install "kerasgan[plot]".
"""

import argparse
import warnings
from pathlib import Path

from kerasgan.metrics import frechet_distance

import numpy as np
from scipy.linalg import sqrtm

BLUE, RED = "#1f4e9c", "#c8102e"


def gaussians(dim: int, rng: np.random.Generator) -> list[tuple[np.ndarray, np.ndarray]]:
    """Two means, and matrices A with covariances A Aᵀ of an uneven spectrum."""
    scales = np.linspace(1.5, 0.05, dim) / np.sqrt(dim)
    return [(0.1 * rng.normal(size=dim), scales * rng.normal(size=(dim, dim))) for _ in range(2)]


def closed_form(first: tuple, second: tuple) -> float:
    """|μ₁ - μ₂|² + tr(Σ₁ + Σ₂ - 2 (Σ₁Σ₂)^½), by another way than the library's."""
    (mean, a), (other, b) = first, second
    one, two = a @ a.T, b @ b.T
    root = sqrtm(one @ two).real
    return float(np.sum((mean - other) ** 2) + np.trace(one + two - 2.0 * root))


def measured(pair: list, counts: list[int], draws: int, rng: np.random.Generator) -> np.ndarray:
    """Distances of shape `(counts, draws)`."""
    dim = len(pair[0][0])
    found = np.empty((len(counts), draws))
    for row, count in enumerate(counts):
        for draw in range(draws):
            samples = [mean + rng.normal(size=(count, dim)) @ a.T for mean, a in pair]
            found[row, draw] = frechet_distance(*samples)
    return found


def draw(path: Path, counts: list[int], found: np.ndarray, truth: float, dim: int) -> None:
    from matplotlib.figure import Figure

    figure = Figure(figsize=(10, 4), dpi=100, layout="constrained")
    values, errors = figure.subplots(1, 2)
    values.plot(counts, found, ".", color=BLUE, alpha=0.6)
    values.axhline(truth, color=RED, ls="--", label=f"closed form: {truth:.2f}")
    values.set(xscale="log", xlabel="samples of each", ylabel="Fréchet distance", ylim=(0, None))
    values.set_title(f"Two Gaussians of {dim} dimensions")
    values.legend(frameon=False)
    excess = found / truth - 1.0
    errors.plot(counts, np.abs(excess), ".", color=BLUE, alpha=0.6)
    n = np.array(counts)
    errors.plot(n, excess[:3].mean(axis=1) @ n[:3] / 3 / n, color=RED, ls="--", label="1/n: bias")
    chance = np.mean(found.std(axis=1) * np.sqrt(n)) / truth
    errors.plot(n, chance / np.sqrt(n), color="gray", ls=":", label="1/√n: chance")
    errors.set(xscale="log", yscale="log", xlabel="samples of each", ylabel="relative error")
    errors.set_title("First bias prevails, then chance")
    errors.legend(frameon=False)
    for axes in (values, errors):
        axes.spines[["top", "right"]].set_visible(False)
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add = parser.add_argument
    add("--features", type=int, default=64, help="default: %(default)s")
    add("--draws", type=int, default=5, help="of each number of samples; default: %(default)s")
    add("--largest", type=int, default=204_800, help="samples; default: %(default)s")
    add("--figure", type=Path, default=Path("runs/frechet_convergence.png"), help="%(default)s")
    arguments = parser.parse_args()
    warnings.simplefilter("ignore")  # Of few samples, which is what this is about.
    rng = np.random.default_rng(0)
    pair = gaussians(arguments.features, rng)
    truth = closed_form(*pair)
    doublings = int(np.log2(arguments.largest / 100)) + 1
    counts = [100 * 2**power for power in range(doublings)]
    found = measured(pair, counts, arguments.draws, rng)
    print(f"{arguments.features} dimensions, closed form {truth:.6f}\n")
    print("| Samples | Distance, mean | Standard deviation | Relative error |\n|---|---|---|---|")
    for count, row in zip(counts, found, strict=True):
        error = row.mean() / truth - 1.0
        print(f"| {count:,} | {row.mean():.4f} | {row.std():.4f} | {error:.1e} |")
    draw(arguments.figure, counts, found, truth, arguments.features)
    print(f"\nfigure  {arguments.figure}")


if __name__ == "__main__":
    main()
