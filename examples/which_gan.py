"""Which objective is best? A study of objectives, penalties, networks and seeds, in small.

    KERAS_BACKEND=jax python examples/which_gan.py

After "Are GANs created equal?" (Lucic et al., 2018, https://arxiv.org/abs/1711.10337), who found
that with equal budgets the choice of the objective matters less than luck and tuning. Here each
combination of an objective, a penalty and a network is trained from some seeds, all with the same
number of steps and the same optimizers. That is less than the paper does, which searches the
optimizers' settings as well: what loses here may win with other rates. Judged are

- a grid of 25 modes: how many are covered, and the share of samples within three standard
  deviations of one;
- scikit-learn's digits, 8x8 pixels: the Fréchet distance of generated and real ones in the 32
  hidden units of a small classifier, trained once on the real ones. 0 is the goal; between two
  halves of the real digits it is printed for comparison.

The reading is an honest one. Which combinations cannot be told from the best, by Welch's test; and
how much of the differences between all runs an objective, a penalty, a network explains, with the
probability that shuffled labels explain as much. Ranks are compared, so that no diverged run
decides. With three seeds only large differences show: add some with `--seeds`.

Offline, twenty minutes with JAX on two cores. `--budget 2` trains twice as long. One process
for each core; what is finished stands in `results.jsonl` and is not run again.

What remains are the tables and the figure `which_gan.png`, which needs matplotlib:
pip install "kerasgan[plot]".
"""

import argparse
import functools
import itertools
import json
import os
import time
import warnings
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context
from pathlib import Path
from typing import Any

# One process for each core: none takes more than its own.
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("TF_NUM_INTRAOP_THREADS", "1")
os.environ.setdefault("TF_NUM_INTEROP_THREADS", "1")
os.environ.setdefault("XLA_FLAGS", "--xla_cpu_multi_thread_eigen=false")

import kerasgan
from kerasgan.data.toy import Mixture
from kerasgan.machine.plain_errors import plain_errors
from kerasgan.penalties import R1, R2, GradientPenalty

import keras
import numpy as np
from keras import layers

ROOT = Path(__file__).resolve().parents[1]
GRID = Mixture.grid()
BATCH, STEPS, SAMPLES, RATE = 128, 4000, 2500, 2e-3
OBJECTIVES = {
    "non_saturating": "#c8102e",
    "least_squares": "#1a8f3c",
    "hinge": "#d9820f",
    "wasserstein": "#1f4e9c",
    "relativistic": "#7b3fa0",
}
PENALTIES: dict[str, Callable[[], list[Any]]] = {
    "none": list,
    "R1": lambda: [R1(0.1)],
    "R1, R2": lambda: [R1(0.1), R2(0.1)],
    "gradient": lambda: [GradientPenalty(1.0)],
}
MARKERS = {"none": "o", "R1": "s", "R1, R2": "D", "gradient": "^"}
NETWORKS = {"small": (2, 64), "large": (3, 128)}  # Hidden layers, and units of each.
# The figure that decides, and whether more of it is better.
DATA = {"grid": ("quality", True), "digits": ("frechet", False)}


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add = parser.add_argument
    few = ["non_saturating", "least_squares", "wasserstein", "relativistic"]
    add("--budget", type=float, default=1.0, help=f"of each run, in {STEPS} steps; default: 1")
    add("--objectives", nargs="+", choices=list(OBJECTIVES), default=few)
    add("--penalties", nargs="+", choices=list(PENALTIES), default=["none", "R1, R2"])
    add("--networks", nargs="+", choices=list(NETWORKS), default=list(NETWORKS))
    add("--data", nargs="+", choices=list(DATA), default=list(DATA))
    add("--seeds", nargs="+", type=int, default=[0, 1, 2], help="default: 0 1 2")
    add("--processes", type=int, default=os.cpu_count(), help="default: one for each core")
    add("--output", type=Path, default=ROOT / "runs" / "which_gan", help="default: %(default)s")
    add("--smoke", action="store_true", help="a few steps, to see that everything works")
    return parser.parse_args()


def make_networks(kind: str, network: str) -> tuple[keras.Model, keras.Model]:
    depth, units = NETWORKS[network]

    def hidden(activation: str) -> list[layers.Layer]:
        return [
            layers.Dense(units, activation, kernel_initializer="he_normal") for _ in range(depth)
        ]

    if kind == "grid":
        scale = 8.0**0.5  # The standard deviation of the data.
        into = [keras.Input((2,)), layers.Rescaling(1.0 / scale)]
        latents, out = 2, [layers.Dense(2), layers.Rescaling(scale)]
    else:
        into = [keras.Input((8, 8, 1)), layers.Flatten()]
        latents, out = 16, [layers.Dense(64, "tanh"), layers.Reshape((8, 8, 1))]
    generator = keras.Sequential([keras.Input((latents,)), *hidden("relu"), *out])
    return generator, keras.Sequential([*into, *hidden("leaky_relu"), layers.Dense(1)])


def make_model(
    kind: str, objective: str, penalty: str, network: str, seed: int, steps: int
) -> kerasgan.models.GAN:
    keras.utils.set_random_seed(seed)
    generator, discriminator = make_networks(kind, network)
    gan = kerasgan.models.GAN(generator, discriminator, generator.input_shape[1], seed=seed)
    rate = kerasgan.schedules.LinearDecay(RATE, steps // 2, steps - steps // 2)
    gan.compile(
        loss=objective,
        penalties=PENALTIES[penalty](),
        generator_ema=0.995,
        discriminator_optimizer=keras.optimizers.Adam(rate, beta_1=0.5, beta_2=0.99),
        generator_optimizer=keras.optimizers.Adam(rate, beta_1=0.5, beta_2=0.99),
        steps_per_execution=1 if keras.backend.backend() == "torch" else 25,
    )
    return gan


def run(
    kind: str, objective: str, penalty: str, network: str, seed: int, steps: int
) -> dict[str, Any]:
    """Trains one model and measures it; in a process of its own."""
    start = time.process_time()
    gan = make_model(kind, objective, penalty, network, seed, steps)
    try:
        gan.fit(draw(kind, BATCH * steps, seed), batch_size=BATCH, verbose=0)
        figures = measure(gan.generate(SAMPLES, seed=seed), kind)
    except kerasgan.NonFiniteError:
        figures = {"diverged": True}
    return {
        "data": kind,
        "objective": objective,
        "penalty": penalty,
        "network": network,
        "seed": seed,
        "steps": steps,
        **figures,
        "core_seconds": round(time.process_time() - start, 1),
    }


def draw(kind: str, count: int, seed: int) -> np.ndarray:
    if kind == "grid":
        return GRID.sample(count, seed=seed + 1)
    images = kerasgan.data.load_digits()
    return images[np.random.default_rng(seed).integers(0, len(images), count)]


def measure(samples: np.ndarray, kind: str) -> dict[str, float]:
    if kind == "digits":
        features = features_of_digits()
        real = features(kerasgan.data.load_digits())
        return {"frechet": round(frechet_distance(features(samples), real), 4)}
    # A mode is covered with a fifth of its share of the samples.
    coverage = kerasgan.metrics.ModeCoverage(GRID.centers, GRID.scale, min_samples=SAMPLES // 125)
    coverage.update_state(samples)
    found = coverage.result()
    return {name: round(float(found[name]), 4) for name in ("modes", "quality")}


@functools.cache
def features_of_digits() -> Callable[[np.ndarray], np.ndarray]:
    """The hidden units of a small classifier of real digits, the same in each run."""
    from sklearn.neural_network import MLPClassifier

    images, labels = kerasgan.data.load_digits(return_labels=True)
    classifier = MLPClassifier((32,), max_iter=40, learning_rate_init=0.005, random_state=0)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # That 40 epochs are not the end of it.
        classifier.fit(images.reshape(len(images), -1), labels)
    weights, bias = classifier.coefs_[0], classifier.intercepts_[0]
    return lambda images: np.maximum(images.reshape(len(images), -1) @ weights + bias, 0.0)


def frechet_distance(x: np.ndarray, y: np.ndarray) -> float:
    """Of the Gaussians with the means and covariances of two samples, `(n, features)`."""
    a, b = np.cov(x, rowvar=False), np.cov(y, rowvar=False)
    # The root of the trace of a·b's root is that of its eigenvalues, which are real.
    root = np.sqrt(np.maximum(np.linalg.eigvals(a @ b).real, 0.0)).sum()
    return float(((x.mean(0) - y.mean(0)) ** 2).sum() + np.trace(a) + np.trace(b) - 2.0 * root)


def distance_of_real_halves() -> float:
    features = features_of_digits()(kerasgan.data.load_digits())
    order = np.random.default_rng(0).permutation(len(features))
    return frechet_distance(features[order[::2]], features[order[1::2]])


def results(path: Path) -> list[dict[str, Any]]:
    if not path.exists():
        return []
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def key(line: dict[str, Any]) -> tuple:
    return tuple(line[name] for name in (*FACTORS, "seed", "steps"))


FACTORS = ("data", "objective", "penalty", "network")


def run_all(wanted: list[tuple], path: Path, processes: int) -> None:
    """Runs what `path` does not hold yet, and appends a line for each."""
    done = {key(line) for line in results(path)}
    missing = [job for job in wanted if job not in done]
    print(f"{len(missing)} of {len(wanted)} to run; the others stand in {path}", flush=True)
    for number, line in enumerate(finished(missing, processes), 1):
        with path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")
        figures = {k: line[k] for k in ("modes", "quality", "frechet", "diverged") if k in line}
        what = " ".join(f"{line[name]:14}" for name in FACTORS)
        print(f"  {number:3}/{len(missing)}  {what} seed {line['seed']}  {figures}", flush=True)


def finished(jobs: list[tuple], processes: int) -> Iterator[dict[str, Any]]:
    """The results in the order in which they come, from one process for each core."""
    if processes == 1 or len(jobs) < 2:
        yield from (run(*job) for job in jobs)
        return
    # Keras cannot be forked: each process starts anew.
    with ProcessPoolExecutor(processes, get_context("spawn")) as pool:
        waiting = [pool.submit(run, *job) for job in jobs]
        yield from (future.result() for future in as_completed(waiting))


def score(line: dict[str, Any]) -> float:
    """The figure that decides; the worst one of a diverged run."""
    figure, more_is_better = DATA[line["data"]]
    worst = 0.0 if more_is_better else np.inf
    return line.get(figure, worst)


def combinations(lines: list[dict[str, Any]], kind: str) -> list[tuple[str, list[dict]]]:
    """The runs of each objective, penalty and network, the best combination first."""
    found: dict[str, list[dict]] = {}
    for line in lines:
        if line["data"] == kind:
            name = f"{line['objective']}, {line['penalty']}, {line['network']}"
            found.setdefault(name, []).append(line)
    sign = -1.0 if DATA[kind][1] else 1.0
    return sorted(found.items(), key=lambda item: sign * np.mean([score(x) for x in item[1]]))


def differs(runs: list[dict], best: list[dict]) -> float:
    """The probability of so large a difference by chance: Welch's test, or 1 where it has none."""
    from scipy.stats import ttest_ind

    a, b = (np.array([score(line) for line in group]) for group in (runs, best))
    if not np.isfinite(a).all():
        return 0.0
    if min(len(a), len(b)) < 2 or a.std() + b.std() == 0.0:
        return 1.0 if a.mean() == b.mean() or min(len(a), len(b)) < 2 else 0.0
    return float(ttest_ind(a, b, equal_var=False).pvalue)


def effect(lines: list[dict[str, Any]], factor: str) -> tuple[float, float]:
    """The share of the variance of the ranks that a factor explains, and its probability.

    Labels are shuffled among runs that are equal in all else, so that the other factors' effects
    are not taken for this one's.
    """
    from scipy.stats import rankdata

    ranks = rankdata([score(line) for line in lines])
    labels = np.array([line[factor] for line in lines])
    others = [tuple(line[f] for f in FACTORS if f != factor) for line in lines]
    strata = [np.array([o == other for o in others]) for other in set(others)]
    rng, found = np.random.default_rng(0), explained(ranks, labels)
    as_much, rounds = 1, 1999
    for _ in range(rounds):
        shuffled = labels.copy()
        for stratum in strata:
            shuffled[stratum] = rng.permutation(labels[stratum])
        as_much += explained(ranks, shuffled) >= found
    return found, as_much / (rounds + 1)


def explained(ranks: np.ndarray, labels: np.ndarray) -> float:
    groups = [ranks[labels == label] for label in np.unique(labels)]
    between = sum(len(g) * (g.mean() - ranks.mean()) ** 2 for g in groups)
    total = ((ranks - ranks.mean()) ** 2).sum()
    return float(between / total) if total else 0.0


def report(lines: list[dict[str, Any]], kind: str) -> None:
    """The table of all combinations, and what can be said of them."""
    found = combinations(lines, kind)
    best, equal = found[0][1], 0
    figures = ("modes", "quality") if kind == "grid" else ("frechet",)
    names = {"modes": "modes of 25", "quality": "quality", "frechet": "Fréchet distance"}
    print(
        f"\n{kind}\n\n| Objective, penalty, network | {' | '.join(names[f] for f in figures)} ",
        end="",
    )
    print("| p against the best |\n|---|" + "---|" * (len(figures) + 1))
    for name, runs in found:
        p = differs(runs, best)
        equal += p > 0.05
        verdict = (
            "the best" if runs is best else f"{p:.2f}" + (", within noise" if p > 0.05 else "")
        )
        cells = [spread(runs, figure) for figure in figures]
        print(f"| {name} | {' | '.join(cells)} | {verdict} |")
    if kind == "digits":
        print(f"\n  two halves of the real digits: {distance_of_real_halves():.2f}")
    print(f"\n  {equal} of {len(found)} combinations cannot be told from the best (p > 0.05).")
    print(
        "  (Each tested by itself; the best of many was lucky, too, and others may lead next time.)"
    )
    own = [line for line in lines if line["data"] == kind]
    for factor in FACTORS[1:]:
        if len({line[factor] for line in own}) > 1:
            share, p = effect(own, factor)
            verdict = "within noise" if p > 0.05 else "more than noise"
            print(f"  the {factor:9} explains {share:4.0%} of the ranks, p = {p:.4f}: {verdict}")
    print(f"  the seeds explain what is left, {leftover(own):.0%}.")


def leftover(lines: list[dict[str, Any]]) -> float:
    """The share of the variance of the ranks within combinations: that of the seeds."""
    from scipy.stats import rankdata

    ranks = rankdata([score(line) for line in lines])
    return 1.0 - explained(ranks, np.array([str(key(line)[:4]) for line in lines]))


def spread(runs: list[dict[str, Any]], figure: str) -> str:
    values = [line[figure] for line in runs if figure in line]
    diverged = len(runs) - len(values)
    if not values:
        return "diverged"
    digits = 1 if figure == "modes" else 2
    text = f"{np.mean(values):.{digits}f} ± {np.std(values, ddof=len(values) > 1):.{digits}f}"
    return text + (f", {diverged} diverged" if diverged else "")


def draw_figure(path: Path, lines: list[dict[str, Any]], kinds: list[str]) -> None:
    """A row for each combination, the best on top; a dot for each seed."""
    from matplotlib.figure import Figure

    rows = max(len(combinations(lines, kind)) for kind in kinds)
    size = (7.2 * len(kinds), 0.3 * rows + 1.7)
    figure = Figure(figsize=size, dpi=90, layout="constrained")
    titles = {
        "grid": ("Grid of 25: share of samples at a mode", "more is better"),
        "digits": ("Digits: Fréchet distance", "less is better; dashed: two halves of real ones"),
    }
    for ax, kind in zip(figure.subplots(1, len(kinds), squeeze=False)[0], kinds, strict=True):
        found = combinations(lines, kind)
        for row, (_, runs) in enumerate(found):
            draw_runs(ax, row, runs, differs(runs, found[0][1]) > 0.05)
        ax.set_yticks(range(len(found)), [name for name, _ in found], fontsize=9)
        ax.invert_yaxis()
        ax.set_title(titles[kind][0])
        ax.set_xlabel(f"{titles[kind][1]}; shaded: within noise of the best", fontsize=9)
        ax.spines[["top", "right"]].set_visible(False)
        if kind == "digits":
            ax.set_xscale("log")
            ax.axvline(distance_of_real_halves(), color="0.5", ls="--", lw=1)
    figure.savefig(path)


def draw_runs(ax: Any, row: int, runs: list[dict[str, Any]], noise: bool) -> None:
    values = np.array([score(line) for line in runs])
    color, marker = OBJECTIVES[runs[0]["objective"]], MARKERS[runs[0]["penalty"]]
    if noise:
        ax.axhspan(row - 0.5, row + 0.5, color="#f1ecd6", lw=0)
    values = values[np.isfinite(values)]
    if len(values):
        ax.plot(values, np.full(len(values), row), marker, color=color, ms=5, alpha=0.55, mew=0)
        ax.plot(values.mean(), row, "|", color=color, ms=15, mew=2.5)
    else:
        ax.text(0.5, row, "diverged", transform=ax.get_yaxis_transform(), va="center", color=color)


def main() -> None:
    arguments = parse_arguments()
    try:
        import matplotlib  # noqa: F401
    except ImportError:
        raise SystemExit('The figure needs matplotlib: pip install "kerasgan[plot]"') from None
    if arguments.smoke:
        arguments.budget, arguments.seeds, arguments.processes = 50 / STEPS, [0, 1], 1
        arguments.objectives, arguments.penalties = ["hinge"], ["none"]
        arguments.networks = ["small"]
    start, steps = time.time(), round(STEPS * arguments.budget)
    arguments.output.mkdir(parents=True, exist_ok=True)
    path = arguments.output / "results.jsonl"
    # Seed by seed, so that an unfinished study has as many runs of each.
    wanted = [
        (*combination, seed, steps)
        for seed in arguments.seeds
        for combination in itertools.product(
            arguments.data, arguments.objectives, arguments.penalties, arguments.networks
        )
    ]
    run_all(wanted, path, arguments.processes)
    lines = [line for line in results(path) if key(line) in set(wanted)]
    for kind in arguments.data:
        report(lines, kind)
    picture = arguments.output / "which_gan.png"
    draw_figure(picture, lines, arguments.data)
    print(f"\nDone in {(time.time() - start) / 60:.1f} minutes.\n  picture  {picture}")
    print(f"  results  {path}")


if __name__ == "__main__":
    with plain_errors():
        main()
