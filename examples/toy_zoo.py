"""Every objective of `kerasgan.losses` on a ring, a grid and a sine curve, in one poster.

    KERAS_BACKEND=jax python examples/toy_zoo.py

Offline. Small multilayer perceptrons, half a minute to a minute of one core for each picture with
JAX; all of them with three seeds are a matter of an hour or two, a few of them of minutes:

    KERAS_BACKEND=jax python examples/toy_zoo.py --objectives hinge wasserstein --seeds 0

One process for each core. What is finished stands in `results.jsonl` and is not run again: stop it
when you like, start it again, add objectives and seeds.

One recipe serves all objectives: {recipe}
What differs stands in `OBJECTIVES`: a critic's last layer (`head`) and its penalties.

On ring (8 modes) and grid (25) a sample is of quality within three standard deviations of a mode,
which 98.9 % of the real ones are; a mode counts as covered with a fifth of its share of samples.
On the sine curve, quality is a distance of at most 0.1 from it, and MMD is the maximum mean
discrepancy from the data, in units of the 99th percentile of that between two sets of real points:
below 1 they cannot be told apart by it. The time is that of one core, compiling included.

What remains is a table and the poster `toy_zoo.png`, which needs matplotlib:
pip install "kerasgan[plot]".
"""

import argparse
import json
import os
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
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
from kerasgan import losses
from kerasgan.data.toy import Mixture
from kerasgan.machine.plain_errors import plain_errors
from kerasgan.penalties import R1, R2

import keras
import numpy as np
from keras import layers, ops

ROOT = Path(__file__).resolve().parents[1]
BATCH, LATENTS, UNITS, RATE, SAMPLES = 128, 2, 128, 2e-3, 2500
RECIPE = (
    f"two latents, {UNITS} units in each hidden layer, batches of {BATCH}, Adam ({RATE}, 0.5, "
    "0.99) whose rate is held for half of the steps and then falls to zero, a moving average of "
    "the generator (0.995), R1(0.1) and R2(0.1)."
)
__doc__ = __doc__.replace("{recipe}", RECIPE)


def smooth(weight: float = 0.1) -> list[Any]:
    return [R1(weight), R2(weight)]


def a_little_smooth() -> list[Any]:
    return smooth(0.01)


# The discriminator's last layer, from its hidden units x and the points.
HEADS: dict[str, Callable[[Any, Any], Any]] = {
    "score": lambda x, points: layers.Dense(1)(x),
    # Grows as a logarithm, for losses that are exponentials of the score.
    "slow": lambda x, points: ops.arcsinh(layers.Dense(1)(x)),
    # The negative error of an autoencoder, as in EBGAN.
    "energy": lambda x, points: -ops.mean((layers.Dense(2)(x) - points) ** 2, -1, keepdims=True),
    "features": lambda x, points: layers.Dense(16)(x),
}


@dataclass(frozen=True)
class Objective:
    """A loss, and what it needs besides the recipe that all share.

    Args:
        loss: Callable that makes the loss.
        head: The discriminator's last layer, one of `HEADS`.
        penalties: Callable that makes the penalties.
    """

    loss: Callable[[], losses.AdversarialLoss]
    head: str = "score"
    penalties: Callable[[], list[Any]] = smooth


def f_divergence(name: str, *rest: Any) -> Objective:
    return Objective(lambda: losses.FDivergence(name), *rest)


OBJECTIVES = {
    "non-saturating": Objective(losses.NonSaturating),
    "minimax": Objective(losses.Minimax),
    "least squares": Objective(losses.LeastSquares),
    "least squares (Pearson)": Objective(lambda: losses.LeastSquares(-1.0, 1.0, 0.0)),
    "hinge": Objective(losses.Hinge),
    "Wasserstein": Objective(losses.Wasserstein),
    "relativistic paired": Objective(losses.Relativistic),
    "relativistic average": Objective(lambda: losses.Relativistic("average")),
    "f: KL": f_divergence("kl", "slow"),
    "f: reverse KL": f_divergence("reverse_kl", "slow"),
    "f: Pearson": f_divergence("pearson"),
    "f: Neyman": f_divergence("neyman", "slow"),
    "f: squared Hellinger": f_divergence("squared_hellinger", "slow"),
    "f: Jensen-Shannon": f_divergence("jensen_shannon"),
    "f: GAN": f_divergence("gan"),
    "f: total variation": f_divergence("total_variation"),
    "energy margin": Objective(lambda: losses.EnergyMargin(1.0), "energy"),
    "LSIF": Objective(losses.LSIF, "slow"),
    "KLIEP": Objective(losses.KLIEP),
    "LSDD": Objective(lambda: losses.LSDD(regularization=100.0), "features", a_little_smooth),
    "MMD": Objective(losses.MaximumMeanDiscrepancy, "features", a_little_smooth),
    "MMD rational quadratic": Objective(
        lambda: losses.MaximumMeanDiscrepancy("rational_quadratic"), "features", a_little_smooth
    ),
}


@dataclass(frozen=True)
class Data:
    """Points in the plane, and how wide they are spread.

    Args:
        draw: Callable from a count and a seed to points `(count, 2)`.
        center, scale: Mean and standard deviation, by which the networks normalise.
        view: The ranges of both axes in the poster.
        mixture: The mixture they are from, or `None`.
    """

    draw: Callable[[int, int], np.ndarray]
    center: tuple[float, float]
    scale: tuple[float, float]
    view: tuple[float, float, float, float]
    mixture: Mixture | None = None


def of_mixture(mixture: Mixture, scale: float, edge: float) -> Data:
    view = (-edge, edge, -edge, edge)
    return Data(mixture.sample, (0.0, 0.0), (scale, scale), view, mixture)


DATA = {
    "ring": of_mixture(Mixture.ring(), 2.0**0.5, 2.7),
    "grid": of_mixture(Mixture.grid(), 8.0**0.5, 5.0),
    "sine": Data(kerasgan.data.toy.sine, (np.pi, 0.0), (1.81, 0.71), (-0.6, 6.9, -1.7, 1.7)),
}


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add = parser.add_argument
    add("--objectives", nargs="+", choices=list(OBJECTIVES), default=list(OBJECTIVES))
    add("--data", nargs="+", choices=list(DATA), default=list(DATA))
    add("--seeds", nargs="+", type=int, default=[0, 1, 2], help="default: 0 1 2")
    add("--steps", type=int, default=5000, help="default: %(default)s")
    add("--processes", type=int, default=os.cpu_count(), help="default: one for each core")
    add("--output", type=Path, default=ROOT / "runs" / "toy_zoo", help="default: %(default)s")
    add("--smoke", action="store_true", help="one objective, a few steps")
    return parser.parse_args()


def make_networks(data: Data, head: str) -> tuple[keras.Model, keras.Model]:
    center, scale = np.array(data.center), np.array(data.scale)

    def hidden(x: Any, activation: str) -> Any:
        for _ in range(3):
            x = layers.Dense(UNITS, activation, kernel_initializer="he_normal")(x)
        return x

    latents = keras.Input((LATENTS,))
    # The corners of ReLU leave sharp gaps between modes.
    standard = layers.Dense(2)(hidden(latents, "relu"))
    samples = layers.Rescaling(scale.tolist(), center.tolist())(standard)
    points = keras.Input((2,))
    standard = layers.Rescaling((1.0 / scale).tolist(), (-center / scale).tolist())(points)
    scores = HEADS[head](hidden(standard, "leaky_relu"), standard)
    return keras.Model(latents, samples), keras.Model(points, scores)


def make_model(name: str, data: Data, seed: int, steps: int) -> kerasgan.models.GAN:
    keras.utils.set_random_seed(seed)
    objective = OBJECTIVES[name]
    rate = kerasgan.schedules.LinearDecay(RATE, steps // 2, steps - steps // 2)
    gan = kerasgan.models.GAN(*make_networks(data, objective.head), LATENTS, seed=seed)
    gan.compile(
        loss=objective.loss(),
        penalties=objective.penalties(),
        generator_ema=0.995,
        discriminator_optimizer=keras.optimizers.Adam(rate, beta_1=0.5, beta_2=0.99),
        generator_optimizer=keras.optimizers.Adam(rate, beta_1=0.5, beta_2=0.99),
        steps_per_execution=1 if keras.backend.backend() == "torch" else 50,
    )
    return gan


def run(name: str, kind: str, seed: int, steps: int, folder: Path) -> dict[str, Any]:
    """Trains one model, measures and saves its samples; in a process of its own."""
    wall, cpu, data = time.time(), time.process_time(), DATA[kind]
    gan = make_model(name, data, seed, steps)
    try:
        gan.fit(data.draw(BATCH * steps, seed + 1), batch_size=BATCH, verbose=0)
        samples = gan.generate(SAMPLES, seed=seed)
        figures = measure(samples, data)
    except kerasgan.NonFiniteError:
        samples, figures = np.zeros((0, 2), "float32"), {"quality": 0.0, "diverged": True}
    np.save(folder / file_name(name, kind, seed), samples)
    return {
        "objective": name,
        "data": kind,
        "seed": seed,
        "steps": steps,
        **figures,
        "core_seconds": round(time.process_time() - cpu, 1),
        "seconds": round(time.time() - wall, 1),
        "backend": keras.backend.backend(),
    }


def file_name(name: str, kind: str, seed: int) -> str:
    letters = "".join(letter if letter.isalnum() else "_" for letter in name)
    return f"{kind}_{letters}_{seed}.npy"


def measure(samples: np.ndarray, data: Data) -> dict[str, float]:
    if data.mixture is None:
        return measure_curve(samples, data)
    modes = len(data.mixture.centers)
    coverage = kerasgan.metrics.ModeCoverage(
        data.mixture.centers, data.mixture.scale, min_samples=SAMPLES // (5 * modes)
    )
    coverage.update_state(samples)
    return {key: round(float(value), 4) for key, value in coverage.result().items()}


def measure_curve(samples: np.ndarray, data: Data) -> dict[str, float]:
    t = np.linspace(0.0, 2.0 * np.pi, 400)
    curve = np.stack([t, np.sin(t)], axis=1)
    distances = np.sqrt(((samples[:, None] - curve) ** 2).sum(axis=-1)).min(axis=1)
    real = [data.draw(500, 1000 + k) for k in range(41)]
    chance = np.quantile([discrepancy(real[0], other) for other in real[1:]], 0.99)
    found = np.mean([discrepancy(real[0], part) for part in np.array_split(samples, 5)])
    return {
        "quality": round(float((distances <= 0.1).mean()), 4),
        "mmd": round(float(found / chance), 3),
    }


def discrepancy(x: np.ndarray, y: np.ndarray) -> float:
    """The biased squared maximum mean discrepancy; a Gaussian kernel of width 1."""

    def kernel(a: np.ndarray, b: np.ndarray) -> float:
        return float(np.exp(-0.5 * ((a[:, None] - b) ** 2).sum(axis=-1)).mean())

    return kernel(x, x) + kernel(y, y) - 2.0 * kernel(x, y)


def results(path: Path) -> list[dict[str, Any]]:
    if not path.exists():
        return []
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def run_all(arguments: argparse.Namespace, path: Path) -> None:
    """Runs what `path` does not hold yet, seed by seed, and appends a line for each."""
    done = {key(line) for line in results(path)}
    wanted = [
        (name, kind, seed, arguments.steps)
        for seed in arguments.seeds
        for kind in arguments.data
        for name in arguments.objectives
    ]
    missing = [job for job in wanted if job not in done]
    print(f"{len(missing)} of {len(wanted)} to run; the others stand in {path}", flush=True)
    for number, line in enumerate(finished(missing, arguments), 1):
        with path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")
        what = f"{line['data']:5} {line['objective']:24} seed {line['seed']}"
        print(f"  {number:3}/{len(missing)}  {what}  {in_words(line)}", flush=True)


def key(line: dict[str, Any]) -> tuple[str, str, int, int]:
    return line["objective"], line["data"], line["seed"], line["steps"]


def finished(jobs: list[tuple], arguments: argparse.Namespace) -> Iterator[dict[str, Any]]:
    """The results in the order in which they come, from one process for each core."""
    if arguments.processes == 1 or len(jobs) < 2:
        yield from (run(*job, arguments.output) for job in jobs)
        return
    # Keras cannot be forked: each process starts anew.
    with ProcessPoolExecutor(arguments.processes, get_context("spawn")) as pool:
        waiting = [pool.submit(run, *job, arguments.output) for job in jobs]
        yield from (future.result() for future in as_completed(waiting))


def in_words(line: dict[str, Any]) -> str:
    if line.get("diverged"):
        return "diverged"
    quality = f"{line['quality']:.0%}"
    what = f"{line['modes']:.0f} modes" if "modes" in line else f"MMD {line['mmd']:.1f}"
    return f"{what}, {quality}, {line['core_seconds']:.0f} s"


def table(lines: list[dict[str, Any]], names: list[str]) -> str:
    """Means over the seeds, in Markdown."""
    rows = [
        "| Objective | Ring: modes of 8 | quality | Grid: modes of 25 | quality "
        "| Sine: quality | MMD | Seconds |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for name in names:
        own = [line for line in lines if line["objective"] == name]
        cells = [
            mean(own, "ring", "modes", ".1f"),
            mean(own, "ring", "quality", ".1%"),
            mean(own, "grid", "modes", ".1f"),
            mean(own, "grid", "quality", ".1%"),
            mean(own, "sine", "quality", ".1%"),
            mean(own, "sine", "mmd", ".2f"),
            mean(own, None, "core_seconds", ".0f"),
        ]
        rows.append(f"| {name} | {' | '.join(cells)} |")
    return "\n".join(rows)


def mean(lines: list[dict[str, Any]], kind: str | None, figure: str, form: str) -> str:
    own = [line for line in lines if kind in (None, line["data"])]
    if not own:
        return "–"
    if figure not in ("quality", "core_seconds") and any(line.get("diverged") for line in own):
        return "diverged"
    return format(float(np.mean([line[figure] for line in own])), form)


def draw(path: Path, lines: list[dict[str, Any]], arguments: argparse.Namespace) -> None:
    """The poster: three objectives in a row, each with a picture of all data."""
    from matplotlib.figure import Figure
    from PIL import Image

    seed, kinds, names = arguments.seeds[0], arguments.data, arguments.objectives
    across = min(3, len(names))
    down = -(-len(names) // across)
    size = (1.62 * len(kinds) * across + 0.2, 1.95 * down + 0.5)
    figure = Figure(figsize=size, dpi=80)
    blocks = figure.subfigures(down, across, squeeze=False).ravel()
    by_key = {(line["objective"], line["data"]): line for line in lines if line["seed"] == seed}
    for name, block in zip(names, blocks, strict=False):
        block.suptitle(name, fontsize=11, weight="bold", y=0.99)
        axes = block.subplots(1, len(kinds), squeeze=False)[0]
        block.subplots_adjust(left=0.02, right=0.98, top=0.78, bottom=0.02, wspace=0.06)
        for ax, kind in zip(axes, kinds, strict=True):
            samples = np.load(arguments.output / file_name(name, kind, seed))
            draw_panel(ax, DATA[kind], samples, in_words(by_key[name, kind]))
    figure.savefig(path)
    # Few colors do, and make it a small file.
    Image.open(path).convert("RGB").quantize(16).save(path, optimize=True)


def draw_panel(ax: Any, data: Data, samples: np.ndarray, title: str) -> None:
    real = data.draw(600, 0)
    ax.plot(*real.T, "o", color="#b9cbe8", ms=4.5, mew=0)
    ax.plot(*samples[:1000].T, ".", color="#c8102e", ms=1.6, mew=0)
    ax.axis(data.view)
    ax.set(xticks=[], yticks=[])
    ax.set_title(title, fontsize=7.5, pad=3)
    for side in ax.spines.values():
        side.set_color("0.8")


def main() -> None:
    arguments = parse_arguments()
    try:
        import matplotlib  # noqa: F401
    except ImportError:
        raise SystemExit('The poster needs matplotlib: pip install "kerasgan[plot]"') from None
    if arguments.smoke:
        arguments.objectives, arguments.data = ["hinge"], ["ring", "sine"]
        arguments.seeds, arguments.steps, arguments.processes = [0], 50, 1
    start = time.time()
    arguments.output.mkdir(parents=True, exist_ok=True)
    path = arguments.output / "results.jsonl"
    run_all(arguments, path)
    lines = [
        line
        for line in results(path)
        if line["seed"] in arguments.seeds and line["steps"] == arguments.steps
    ]
    poster = arguments.output / "toy_zoo.png"
    draw(poster, lines, arguments)
    print(f"\n{table(lines, arguments.objectives)}")
    print(f"\nDone in {(time.time() - start) / 60:.1f} minutes.\n  poster   {poster}")
    print(f"  results  {path}")


if __name__ == "__main__":
    with plain_errors():
        main()
