"""Has the generator learnt, or does it copy? Samples beside the training images nearest to them.

    python examples/closest_matches.py
    python examples/closest_matches.py --generator path/to/saved --data path/to/mnist

Offline, under a minute on a CPU. The nearest images are looked for twice: by pixels, which finds
copies, and by features of a small classifier, which also finds copies that moved or changed their
stroke. The test of Meehan et al. compares how far generated samples are from training images with
how far real ones are that were held out: nearer ones are copies. Beside the generator it judges
real digits, of which it must say nothing, and a copier, which it must catch.

The generator of the repository was trained with all digits that there are, and none can be held
out. Half of them stand for the training images, a quarter for the held-out ones: a generator that
had memorised would still copy from the half in every second sample, far nearer than the quarter.

Figure: `closest_matches.png`; it needs matplotlib: pip install "kerasgan[plot]".
"""

import argparse
import os
import time
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import kerasgan
from kerasgan.machine.plain_errors import plain_errors
from kerasgan.metrics import Memorization, get_extractor, memorization, nearest_neighbors

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
NEIGHBORS = 3
COLORS = {"generated": "#c8102e", "real, new": "#1f4e9c", "copied, with noise": "#777777"}


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add = parser.add_argument
    shipped = ROOT / "saved_models" / "digits_dcgan"
    add("--generator", type=Path, default=shipped, help="a saved generator; default: %(default)s")
    add("--data", type=Path, help="folder with MNIST's files; default: scikit-learn's digits")
    add("--samples", type=int, default=1000, help="generated; default: %(default)s")
    add("--seed", type=int, default=0, help="default: %(default)s")
    runs = ROOT / "runs" / "closest_matches"
    add("--output", type=Path, default=runs, help="default: %(default)s")
    add("--smoke", action="store_true", help="few samples, to see that everything works")
    return parser.parse_args()


def judge(train: np.ndarray, held_out: np.ndarray, candidates: dict) -> dict[str, Memorization]:
    """The test's verdict on each, printed."""
    found = {name: memorization(train, held_out, made) for name, made in candidates.items()}
    for name, of in found.items():
        verdict = "copies" if of.copies else "no copies"
        print(
            f"  {name:20} distance {of.ratio:.2f} of a real one's, nearer in {of.closer:.0%} of "
            f"pairs, z {of.z:6.1f}: {verdict}"
        )
    return found


def pictures(axes, made: np.ndarray, train: np.ndarray, indices: list[np.ndarray]) -> None:
    """A row for each sample: itself, its nearest images by pixels, and those by features."""
    gap = np.ones((made.shape[1], made.shape[2] // 4))
    rows = []
    for sample, *nearest in zip(made, *indices, strict=True):
        blocks = [sample[..., 0]]
        for found in nearest:
            blocks += [gap, *train[found][..., 0]]
        row = np.hstack(blocks)
        rows += [row, np.ones((4, row.shape[1]))]
    axes.imshow(np.vstack(rows[:-1]), cmap="gray", vmin=-1, vmax=1)
    axes.set_axis_off()
    side, block = made.shape[2], (NEIGHBORS + 0.25) * made.shape[2]
    for x, text in ((0.5 * side, "sample"), (side + 0.6 * block, "nearest by pixels")):
        axes.text(x, -6, text, ha="center")
    axes.text(side + 1.6 * block, -6, "by features", ha="center")


def distances(axes, train: np.ndarray, groups: dict[str, np.ndarray], unit: str) -> None:
    """The share of samples whose nearest training image is as near as that."""
    for name, samples in groups.items():
        to_nearest = np.sort(nearest_neighbors(train, samples).distances[:, 0])
        shares = np.arange(1, len(to_nearest) + 1) / len(to_nearest)
        axes.step(to_nearest, shares, where="post", label=name, color=COLORS[name], lw=2)
    axes.set(xlabel=f"distance to the nearest training image, {unit}", ylabel="share of samples")
    axes.set(xlim=(0, None), ylim=(0, 1.02))
    axes.spines[["top", "right"]].set_visible(False)


def draw(path: Path, made: np.ndarray, train: np.ndarray, groups: list[dict], views: list) -> None:
    from matplotlib.figure import Figure

    nearest = [nearest_neighbors(view(train), view(made), NEIGHBORS) for view in views]
    # Those that are suspected most, and as many as they come.
    shown = np.r_[np.argsort(nearest[0].distances[:, 0])[:5], :5]
    figure = Figure(figsize=(12.5, 8.2), dpi=100, layout="constrained")
    left, right = figure.subfigures(1, 2, width_ratios=[1, 1.1])
    axes = left.subplots()
    pictures(axes, made[shown], train, [found.indices[shown] for found in nearest])
    left.suptitle("The five nearest to a training image, and five as they come")
    right.suptitle("Copies show as a rise on the left, before that of new real digits")
    for axes, of, view, unit in zip(
        right.subplots(2, 1), groups, views, ("pixels", "features"), strict=True
    ):
        distances(axes, view(train), of, unit)
    axes.legend(frameon=False, loc="lower right")
    figure.savefig(path)


def main() -> None:
    arguments = parse_arguments()
    try:
        import matplotlib  # noqa: F401
    except ImportError:
        raise SystemExit('The figure needs matplotlib: pip install "kerasgan[plot]"') from None
    start = time.time()
    if arguments.data:
        images = kerasgan.data.load_mnist(arguments.data, "train", 32)[:10_000]
    else:
        images = kerasgan.data.load_digits(32)
    rng = np.random.default_rng(arguments.seed)
    images = images[rng.permutation(len(images))][: 200 if arguments.smoke else None]
    half, quarter = len(images) // 2, len(images) // 4
    train, held_out, new = np.split(images, [half, half + quarter])
    count = 50 if arguments.smoke else arguments.samples
    made = kerasgan.load_generator(arguments.generator)(count, seed=arguments.seed)
    copied = images[rng.integers(0, len(images), count)]
    copied = np.clip(copied + rng.normal(0.0, 0.1, copied.shape), -1, 1).astype("float32")
    candidates = {"generated": made, "real, new": new, "copied, with noise": copied}

    extract = get_extractor("digits").features
    views = [lambda x: x.reshape(len(x), -1), extract]
    groups = [{n: view(x) for n, x in candidates.items()} for view in views]
    for unit, view, of in zip(("pixels", "features"), views, groups, strict=True):
        print(f"By {unit}, {count} samples against {len(train)} training images:")
        judge(view(train), view(held_out), of)

    arguments.output.mkdir(parents=True, exist_ok=True)
    path = arguments.output / "closest_matches.png"
    draw(path, made, train, groups, views)
    print(f"Done in {time.time() - start:.0f} seconds.\n  figure  {path}")


if __name__ == "__main__":
    with plain_errors():
        main()
