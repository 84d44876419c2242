"""Trains generators by the likelihood of the data, with nothing but samples of the prior.

    KERAS_BACKEND=jax python examples/density_network.py

Offline, a few minutes on a CPU with JAX or TensorFlow. A density network (MacKay, 1995) averages
p(x | z) over latents drawn from the prior. Three pictures:

1. A sine curve with noise, learnt with one latent variable: the means, and the density.
2. How many draws does it take? A linear decoder with normal noise is probabilistic PCA, whose
   greatest likelihood is known in closed form (Tipping & Bishop, 1999; scikit-learn's PCA). Three
   trainings with 10, 100 and 1000 draws a step: the exact likelihood of what was learnt, and the
   Monte Carlo estimates of it, which are too low until there are draws enough.
3. Handwritten digits by the probabilities of their 17 grey levels, over a grid of two latents.

What remains is a table and the figure `density_network.png`, which needs matplotlib:
pip install "kerasgan[plot]".
"""

import argparse
import os
import time
from pathlib import Path
from typing import Any

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import kerasgan
from kerasgan.machine.plain_errors import plain_errors
from kerasgan.models import DensityNetwork

import keras
import numpy as np
from keras import layers

ROOT = Path(__file__).resolve().parents[1]
RED, BLUE, GREEN, GREY = "#c8102e", "#1f4e9c", "#1a8f3c", "#777777"
LOADINGS = np.array([[1.0, 0.5, -0.5, 0.8, 0.0], [0.0, 0.8, 0.6, -0.4, 1.0]])
NOISE = 0.5


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add = parser.add_argument
    add("--steps", type=int, default=1500, help="of each training; default: %(default)s")
    add("--digit-steps", type=int, default=2000, help="of the digits'; default: %(default)s")
    add("--seed", type=int, default=0, help="default: %(default)s")
    add(
        "--output",
        type=Path,
        default=ROOT / "runs" / "density_network",
        help="default: %(default)s",
    )
    add("--smoke", action="store_true", help="a few steps, to see that everything works")
    return parser.parse_args()


def train(model: DensityNetwork, x: np.ndarray, steps: int, rate: float, batch: int = 200) -> None:
    """Adam with a rate that falls to zero, for about as many steps."""
    schedule = keras.optimizers.schedules.CosineDecay(rate, steps)
    model.compile(generator_optimizer=keras.optimizers.Adam(schedule))
    model.fit(x, batch_size=batch, epochs=max(1, steps * batch // len(x)), verbose=0)


def linear_data(n: int) -> np.ndarray:
    """Two latents, five values, noise: what probabilistic PCA assumes."""
    rng = np.random.default_rng(0)
    x = rng.normal(size=(n, 2)) @ LOADINGS + NOISE * rng.normal(size=(n, 5))
    return x.astype("float32")


def linear_network(x: np.ndarray, draws: int, steps: int, seed: int) -> DensityNetwork:
    keras.utils.set_random_seed(seed)
    decoder = keras.Sequential([keras.Input((2,)), layers.Dense(5)])
    model = DensityNetwork((5,), 2, monte_carlo_samples=draws, decoder=decoder, seed=seed)
    train(model, x, steps, rate=0.03)
    return model


def exact_log_likelihood(model: DensityNetwork, x: np.ndarray) -> float:
    """The mean over x of log N(x; b, WᵀW + σ²I), which a linear decoder stands for."""
    kernel, bias = (np.asarray(weight, "float64") for weight in model.decoder.get_weights())
    covariance = kernel.T @ kernel + model.noise**2 * np.eye(len(bias))
    apart = x - bias
    squares = np.sum(apart @ np.linalg.inv(covariance) * apart, axis=1)
    determinant = np.linalg.slogdet(2.0 * np.pi * covariance)[1]
    return float(-0.5 * (squares.mean() + determinant))


def compare(
    x: np.ndarray, trained: list[int], numbers: list[int], steps: int, seed: int
) -> tuple[float, dict[int, tuple[float, list[float]]], list[int]]:
    """The greatest likelihood, and by draws in training the exact one and estimates of it."""
    from sklearn.decomposition import PCA

    pca = PCA(LOADINGS.shape[0]).fit(x)
    best, most = float(pca.score(x)), f"{numbers[-1]:,} draws"
    print(f"\n  log p(x) in nats for one of {len(x)} samples; probabilistic PCA {best:.4f}")
    print(f"  {'draws':>8}{'exact':>10}{'missing':>10}{most:>14}{'noise':>8}", flush=True)
    found = {}
    for draws in trained:
        model = linear_network(x, draws, steps, seed)
        exact = exact_log_likelihood(model, x)
        # Means of a few estimates: of one with ten draws little can be said.
        estimates = [
            float(np.mean([model.log_likelihood(x, n, s, 500).mean() for s in range(5)]))
            for n in numbers
        ]
        found[draws] = exact, estimates
        row = f"  {draws:>8}{exact:>10.4f}{best - exact:>10.4f}{estimates[-1]:>14.4f}"
        print(f"{row}{model.noise:>8.4f}", flush=True)
    print(f"  {'PCA':>8}{best:>10.4f}{0:>10.4f}{'':>14}{pca.noise_variance_**0.5:>8.4f}")
    return best, found, numbers


def sine_network(x: np.ndarray, steps: int, seed: int) -> DensityNetwork:
    keras.utils.set_random_seed(seed)
    model = DensityNetwork(
        (2,), 1, noise_scale=0.5, monte_carlo_samples=300, generator_units=64, seed=seed
    )
    train(model, x, steps, rate=0.01)
    return model


def digits_network(x: np.ndarray, steps: int, seed: int) -> DensityNetwork:
    keras.utils.set_random_seed(seed)
    model = DensityNetwork(
        x.shape[1:], 2, "categorical", num_levels=17, monte_carlo_samples=300, seed=seed
    )
    train(model, x, steps, rate=2e-3, batch=100)
    return model


def draw(path: Path, sine: Any, comparison: Any, digits: DensityNetwork) -> None:
    from matplotlib.figure import Figure

    figure = Figure(figsize=(15, 5), dpi=100, layout="constrained")
    axes = figure.subplots(1, 3)
    draw_sine(axes[0], *sine)
    draw_comparison(axes[1], *comparison)
    draw_digits(axes[2], digits)
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path)


def draw_sine(ax: Any, model: DensityNetwork, x: np.ndarray) -> None:
    across, up = np.linspace(-0.7, 7.0, 100), np.linspace(-1.8, 1.8, 50)
    grid = np.stack(np.meshgrid(across, up), axis=-1).reshape(-1, 2).astype("float32")
    density = np.exp(model.log_likelihood(grid, 3000, seed=0, batch_size=1000))
    ax.pcolormesh(across, up, density.reshape(50, 100), cmap="Blues", shading="gouraud")
    ax.scatter(*x[:300].T, s=6, color=GREY, label="data", zorder=2)
    latents = np.linspace(-2.5, 2.5, 200, dtype="float32")[:, None]
    curve = model.generator.predict(latents, verbose=0)
    ax.plot(*curve.T, color=RED, lw=2.5, label="means, from z = -2.5 to 2.5")
    ax.set(xlim=(across[0], across[-1]), ylim=(up[0], up[-1]))
    ax.set_title(f"1. A curve of one latent, density p(x); noise {model.noise:.2f}, true 0.15")
    ax.legend(loc="upper right", frameon=False)


def draw_comparison(
    ax: Any, best: float, found: dict[int, tuple[float, list[float]]], numbers: list[int]
) -> None:
    ax.axhline(best, color="black", lw=1.2, ls="--")
    ax.text(numbers[0], best + 0.02, "probabilistic PCA: the maximum", va="bottom")
    for (draws, (exact, estimates)), color in zip(found.items(), (RED, BLUE, GREEN), strict=False):
        ax.plot(numbers, estimates, "o-", color=color, lw=2, label=f"trained with {draws} draws")
        ax.plot(numbers[-1] * 1.9, exact, "D", color=color, ms=8, clip_on=False)
    ax.plot([], [], "D", color=GREY, ms=8, label="exact, of each")
    ax.set_title("2. What draws cost: log-likelihood of a linear network")
    ax.set(xscale="log", xlabel="draws in the estimate", ylabel="nats for one sample")
    ax.set(ylim=(best - 2.0, best + 0.25), xlim=(numbers[0] * 0.8, numbers[-1] * 3.2))
    ax.spines[["top", "right"]].set_visible(False)
    ax.legend(loc="lower right", frameon=False)


def draw_digits(ax: Any, model: DensityNetwork) -> None:
    """The plane of the latents in steps of equal probability."""
    from scipy.stats import norm

    count = 10
    steps = norm.ppf((np.arange(count) + 0.5) / count)
    latents = np.stack(np.meshgrid(steps, steps), axis=-1).reshape(-1, 2).astype("float32")
    images = model.generator.predict(latents, verbose=0)[..., 0]
    images = np.pad(images, ((0, 0), (1, 1), (1, 1)), constant_values=-1.0)
    size = images.shape[1]
    rows = images.reshape(count, count, size, size).transpose(0, 2, 1, 3)
    ax.imshow(rows.reshape(count * size, count * size), cmap="gray_r", vmin=-1, vmax=1)
    ax.set_title("3. Digits over the plane of two latents")
    ax.set_axis_off()


def main() -> None:
    arguments = parse_arguments()
    try:
        import matplotlib  # noqa: F401
    except ImportError:
        raise SystemExit('The figure needs matplotlib: pip install "kerasgan[plot]"') from None
    start, seed = time.time(), arguments.seed
    steps, digit_steps, trained = arguments.steps, arguments.digit_steps, [10, 100, 1000]
    numbers = [10, 30, 100, 300, 1000, 3000, 10_000]
    if arguments.smoke:
        steps, digit_steps, trained, numbers = 10, 5, [10], [10, 100]
    print("Linear networks ...", flush=True)
    comparison = compare(linear_data(2000), trained, numbers, steps, seed)
    print("\nA sine curve ...", flush=True)
    points = kerasgan.data.toy.sine(2000, seed=seed, noise=0.15)
    model = sine_network(points, steps, seed)
    print(f"  noise {model.noise:.3f}, true 0.150")
    print("\nDigits ...", flush=True)
    images = kerasgan.data.load_digits()
    digits = digits_network(images, digit_steps, seed)
    some = digits.log_likelihood(images[:500], 300 if arguments.smoke else 20_000, seed=0)
    print(f"  log p(x) {some.mean():.1f} nats; if all levels were alike {-64 * np.log(17):.1f}")
    path = arguments.output / "density_network.png"
    draw(path, (model, points), comparison, digits)
    print(f"\nDone in {time.time() - start:.0f} seconds.\n  picture  {path}")


if __name__ == "__main__":
    with plain_errors():
        main()
