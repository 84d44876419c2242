"""Infers how fast predators and prey are born and die, from time series alone.

    KERAS_BACKEND=jax python examples/lotka_volterra.py

Offline, a few minutes on a CPU with JAX or TensorFlow. Foxes eat rabbits: the model of Lotka and
Volterra is easy to simulate, and nobody can write down the likelihood of what was observed. A
`HierarchicalImplicitModel` infers the four rates by comparing observed series with simulated ones.

- The simulator: 50 predators and 100 prey, 30 units of time, recorded every 0.2, as in Papamakarios
  & Murray (2016). Where they simulate each birth and death (Gillespie's algorithm), this draws the
  number of each kind in a step of 0.1 from a normal distribution (the chemical Langevin equation),
  so that a thousand series take a moment.
- Observed: series of the same four rates, 1000 of them, of the kind of the paper's second data set
  (there 100,000).
- The prior of each log rate is N(-1.5, 2²), with mean and deviation of Papamakarios & Murray's
  uniform one on [-5, 2].
- The discriminator sees their nine summaries of a series: log mean and log variance of both
  populations, autocorrelations at lags 1 and 2, and the cross-correlation.

What remains is a table of true rates and posterior means, for each seed, and the figure
`lotka_volterra.png`, which needs matplotlib: pip install "kerasgan[plot]".

References: Tran et al., 2017, https://arxiv.org/abs/1702.08896; Papamakarios & Murray, 2016,
https://arxiv.org/abs/1605.06376; Wilkinson, "Stochastic modelling for systems biology".
"""

import argparse
import os
import time
from pathlib import Path
from typing import Any

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import kerasgan
from kerasgan.machine.plain_errors import plain_errors

import keras
import numpy as np
from keras import layers, ops

ROOT = Path(__file__).resolve().parents[1]
RATES = ("predators born", "predators die", "prey born", "prey eaten")
TRUTH = np.array([0.01, 0.5, 1.0, 0.01], "float32")
PREDATORS, PREY = 50.0, 100.0
RECORDS, INTERVAL = 151, 0.2
STEPS_PER_RECORD = 2
STEP = INTERVAL / STEPS_PER_RECORD
MOST = 1e4  # Populations beyond are cut: the prior knows rates at which they explode.
PRIOR_MEAN, PRIOR_SCALE = -1.5, 2.0
RED, BLUE, GREY = "#c8102e", "#1f4e9c", "#777777"


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add = parser.add_argument
    add("--series", type=int, default=1000, help="observed; default: %(default)s")
    add("--steps", type=int, default=5000, help="of training; default: %(default)s")
    add("--seeds", type=int, default=3, help="how many trainings; default: %(default)s")
    add("--loss", default="non_saturating", help="or hinge; default: %(default)s")
    add(
        "--output", type=Path, default=ROOT / "runs" / "lotka_volterra", help="default: %(default)s"
    )
    add("--smoke", action="store_true", help="a few steps, to see that everything works")
    return parser.parse_args()


@keras.saving.register_keras_serializable("lotka_volterra")
def simulate(rates: Any, local_latents: Any, seed: Any) -> Any:
    """Series `(batch, RECORDS, 2)` of predators and prey, from rates `(batch, 4)`."""
    born, died, prey_born, eaten = (rates[:, i] for i in range(4))
    start = ops.stack([PREDATORS * ops.ones_like(born), PREY * ops.ones_like(born)])
    shape = ((RECORDS - 1) * STEPS_PER_RECORD, 4, ops.shape(rates)[0])

    def step(populations: Any, noise: Any) -> tuple[Any, Any]:
        predators, prey = populations[0], populations[1]
        meetings = predators * prey
        expected = [born * meetings, died * predators, prey_born * prey, eaten * meetings]
        mean = ops.minimum(STEP * ops.stack(expected), MOST)
        # How many of each kind in a step: Poisson's mean and variance, and not below none.
        events = ops.relu(mean + ops.sqrt(mean) * noise)
        change = ops.stack([events[0] - events[1], events[2] - events[3]])
        populations = ops.clip(populations + change, 0.0, MOST)
        return populations, populations

    _, path = ops.scan(step, start, keras.random.normal(shape, seed=seed))
    path = ops.concatenate([start[None], path[STEPS_PER_RECORD - 1 :: STEPS_PER_RECORD]])
    return ops.transpose(path, (2, 0, 1))


@keras.saving.register_keras_serializable("lotka_volterra")
class Summaries(layers.Layer):
    """Nine numbers that describe a series: `(batch, RECORDS, 2)` to `(batch, 9)`."""

    def call(self, series: Any) -> Any:
        mean = ops.mean(series, axis=1, keepdims=True)
        variance = ops.var(series, axis=1, keepdims=True)
        units = (series - mean) / ops.sqrt(variance + 1e-2)

        def correlation(lag: int) -> Any:
            return ops.mean(units[:, lag:] * units[:, : RECORDS - lag], axis=1)

        cross = ops.mean(units[:, :, :1] * units[:, :, 1:], axis=1)
        logs = [ops.log(mean[:, 0] + 1.0), ops.log(variance[:, 0] + 1.0)]
        return ops.concatenate([*logs, correlation(1), correlation(2), cross], axis=1)

    def compute_output_shape(self, input_shape: Any) -> tuple[Any, int]:
        return (input_shape[0], 9)


def observe(count: int, seed: int) -> np.ndarray:
    rates = ops.tile(TRUTH[None], (count, 1))
    return np.asarray(ops.convert_to_numpy(simulate(rates, None, seed)))


def make_discriminator(observed: np.ndarray) -> keras.Model:
    """From series and latents to the log ratio, by the summaries in units of the observed ones."""
    summaries = ops.convert_to_numpy(Summaries()(observed))
    normalize = layers.Normalization(mean=summaries.mean(axis=0), variance=summaries.var(axis=0))
    series, latents = keras.Input(observed.shape[1:]), keras.Input((4,))
    # Most simulated series are far off at first: the arsinh brings them near.
    features = ops.arcsinh(normalize(Summaries()(series)))
    hidden = layers.Concatenate()([features, latents])
    for _ in range(2):
        hidden = layers.Dense(64, "relu")(hidden)
    return keras.Model([series, latents], layers.Dense(1)(hidden))


class Progress(keras.callbacks.Callback):
    """Notes the posterior as it comes to the truth: its quantiles, after each epoch."""

    def __init__(self) -> None:
        super().__init__()
        self.steps: list[int] = []
        self.quantiles: list[np.ndarray] = []

    def on_epoch_end(self, epoch: int, logs: dict | None = None) -> None:
        samples = self.model.posterior_samples(500, seed=0)
        self.steps.append(int(self.model.optimizer.iterations))
        self.quantiles.append(np.quantile(samples, [0.05, 0.5, 0.95], axis=0))


def infer(
    observed: np.ndarray, seed: int, steps: int, loss: str
) -> tuple[kerasgan.models.HierarchicalImplicitModel, Progress]:
    keras.utils.set_random_seed(seed)
    model = kerasgan.models.HierarchicalImplicitModel(
        simulate,
        make_discriminator(observed),
        global_dim=4,
        dataset_size=len(observed),
        prior_mean=PRIOR_MEAN,
        prior_scale=PRIOR_SCALE,
        seed=seed,
    )
    # The recipe's rates: a posterior faster than its discriminator collapses in a wrong place.
    model.compile(loss=loss)
    path, size = Progress(), min(200, len(observed))
    # Many batches in an epoch: epochs cost time.
    often = np.tile(observed, (max(1, 10 * size // len(observed)), 1, 1))
    epochs = max(1, steps * size // len(often))
    model.fit(often, batch_size=size, epochs=epochs, verbose=0, callbacks=[path])
    return model, path


def report(seed: int, model: kerasgan.models.HierarchicalImplicitModel, seconds: float) -> float:
    mean, samples = model.posterior_mean(), model.posterior_samples(4000, seed=0)
    low, high = np.quantile(samples, [0.025, 0.975], axis=0)
    print(f"\n  seed {seed}, {seconds:.0f} s", flush=True)
    print(f"  {'rate':16}{'true':>8}{'mean':>10}{'error':>9}{'95 % interval':>22}")
    for row in zip(RATES, TRUTH, mean, low, high, strict=True):
        name, true, found, left, right = row
        error = 100.0 * (found / true - 1.0)
        interval = f"{left:.4f} to {right:.4f}"
        print(f"  {name:16}{true:>8.2f}{found:>10.4f}{error:>+8.1f}%{interval:>22}")
    return float(np.abs(mean / TRUTH - 1.0).max())


def draw(
    path: Path,
    observed: np.ndarray,
    models: list[kerasgan.models.HierarchicalImplicitModel],
    way: Progress,
) -> None:
    from matplotlib.figure import Figure

    figure = Figure(figsize=(15, 8.2), dpi=100, layout="constrained")
    top, bottom = figure.subfigures(2, 1)
    axes = top.subplots(1, 3, sharey=True)
    prior = np.random.default_rng(5).normal(PRIOR_MEAN, PRIOR_SCALE, (1, 4))
    simulated = simulate(ops.convert_to_tensor(np.exp(prior), "float32"), None, 0)
    draw_series(axes[0], observed[0], "Observed: one of the series")
    draw_series(axes[1], ops.convert_to_numpy(simulated)[0], "Rates drawn from the prior")
    draw_series(axes[2], models[0].generate(1, seed=3)[0], "Rates drawn from the posterior")
    axes[0].set_ylabel("population")
    axes[0].set_ylim(0, 1.15 * observed[0].max())
    axes[0].legend(loc="upper right", frameon=False, ncols=2)
    for index, ax in enumerate(bottom.subplots(1, 4)):
        draw_rate(ax, index, way, models)
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path)


def draw_series(ax: Any, series: np.ndarray, title: str) -> None:
    time_axis = INTERVAL * np.arange(RECORDS)
    ax.plot(time_axis, series[:, 1], color=BLUE, lw=1.6, label="prey")
    ax.plot(time_axis, series[:, 0], color=RED, lw=1.6, label="predators")
    ax.set(title=title, xlabel="time", xlim=(0, time_axis[-1]))
    ax.spines[["top", "right"]].set_visible(False)


def draw_rate(
    ax: Any, index: int, way: Progress, models: list[kerasgan.models.HierarchicalImplicitModel]
) -> None:
    low, middle, high = np.array(way.quantiles)[:, :, index].T
    ax.fill_between(way.steps, low, high, color=BLUE, alpha=0.2, lw=0)
    ax.plot(way.steps, middle, color=BLUE, lw=2, label="posterior: median, 90 %")
    ax.axhline(TRUTH[index], color=RED, lw=1.2, ls="--", label="true")
    means = [model.posterior_mean()[index] for model in models]
    ends = [way.steps[-1]] * len(means)
    ax.plot(ends, means, "k.", ms=7, clip_on=False, label="means of all seeds")
    ax.set(yscale="log", title=f"{RATES[index]}: {TRUTH[index]:g}", xlabel="training steps")
    ax.set(xlim=(0, way.steps[-1]))
    ax.spines[["top", "right"]].set_visible(False)
    if index == 0:
        ax.set_ylabel("rate")
        ax.legend(loc="upper right", frameon=False)


def main() -> None:
    arguments = parse_arguments()
    try:
        import matplotlib  # noqa: F401
    except ImportError:
        raise SystemExit('The figure needs matplotlib: pip install "kerasgan[plot]"') from None
    if arguments.smoke:
        arguments.series, arguments.steps, arguments.seeds = 20, 10, 1
    observed = observe(arguments.series, seed=1000)
    print(f"Observed: {len(observed)} series of {RECORDS} records.", flush=True)
    models, ways, errors = [], [], []
    for seed in range(arguments.seeds):
        start = time.time()
        model, way = infer(observed, seed, arguments.steps, arguments.loss)
        errors.append(report(seed, model, time.time() - start))
        models.append(model)
        ways.append(way)
    path = arguments.output / "lotka_volterra.png"
    draw(path, observed, models, ways[0])
    worst = ", ".join(f"{100 * error:.1f} %" for error in errors)
    print(f"\n  The worst of the four means is off by, for each seed: {worst}.")
    print(f"  picture  {path}")


if __name__ == "__main__":
    with plain_errors():
        main()
