"""Whether generators meet a sine curve: a two-sample test against real samples.

Models are trained on points (t, sin t), t uniform on [0, 2π]. A thousand points of each are then
compared with a thousand of the curve by the unbiased squared maximum mean discrepancy, MMD², with a
sum of Gaussian kernels of bandwidths 0.125, 0.25, 0.5, 1 and 2. What is noise is told by the same
between two thousands of real points, 200 times: a model meets the curve if the mean over 20 draws
is below the 99th percentile of that.

    KERAS_BACKEND=jax python benchmarks/sine.py                  # about three minutes on a CPU
    KERAS_BACKEND=jax python benchmarks/sine.py --models gmmn    # half a minute

The exit status is 0 if one model at least meets the curve.
"""

import argparse
import os
import sys
import time
from collections.abc import Callable
from typing import Any

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import kerasgan
from kerasgan import losses, models, penalties

import keras
import numpy as np

LARGEST = 2.0  # Of the bandwidths.
POINTS = 1000  # In each sample of the test.
PAIRS = 200  # Of real samples.
DRAWS = 20  # From each model.
BATCH = 128


def sine(seed: int, n: int = POINTS) -> np.ndarray:
    return kerasgan.data.toy.sine(n, seed=seed)


def mmd2(x: np.ndarray, y: np.ndarray) -> float:
    """The unbiased MMD² of points `(n, 2)`, by the diagonal-free means of a kernel."""
    n = len(x)
    squares = sum((values[:, None] - values) ** 2 for values in np.concatenate([x, y]).T)
    part = np.exp(squares * np.float32(-0.5 / LARGEST**2))
    kernel = part.copy()
    for _ in range(4):  # Half the bandwidth is the fourth power of the kernel.
        part = np.square(np.square(part))
        kernel += part
    np.fill_diagonal(kernel, 0.0)
    within = kernel[:n, :n].sum() + kernel[n:, n:].sum()
    return float(within / (n * (n - 1)) - 2.0 * kernel[:n, n:].mean())


def falling(rate: float, steps: int) -> keras.optimizers.schedules.LearningRateSchedule:
    """A learning rate that falls to zero, so that the last step's noise is not what is measured."""
    return keras.optimizers.schedules.CosineDecay(rate, steps)


def adam(rate: float, steps: int) -> dict[str, Any]:
    """Arguments of `compile` for games, where the critic moves twice in a step."""
    return {
        "discriminator_steps": 2,
        "discriminator_optimizer": keras.optimizers.Adam(falling(rate, 2 * steps), 0.5, 0.9),
        "generator_optimizer": keras.optimizers.Adam(falling(rate, steps), 0.5, 0.9),
    }


def gmmn(steps: int) -> kerasgan.AdversarialModel:
    model = models.GMMN((2,), latent_dim=2, generator_units=(64, 64, 64), seed=0)
    model.compile(generator_optimizer=keras.optimizers.Adam(falling(2e-3, steps)))
    return model


def mmd_gan(steps: int) -> kerasgan.AdversarialModel:
    model = models.MMDGAN((2,), latent_dim=2, hidden_units=64, num_features=4, seed=0)
    # The linear kernel of the recipe compares means only, and holds up the rest here.
    model.compile(losses.MaximumMeanDiscrepancy("rational_quadratic"), **adam(1e-3, steps))
    return model


def game(loss: str, penalty: kerasgan.penalties.Penalty) -> Callable[[int], models.GAN]:
    """A maker of a GAN of dense networks with an objective and a penalty."""

    def make(steps: int) -> models.GAN:
        networks = kerasgan.networks
        model = models.GAN(
            networks.mlp_generator((2,), 2, 64, 3),
            networks.mlp_discriminator((2,), 64, 3),
            latent_dim=2,
            latent_distribution="uniform",
            seed=0,
        )
        model.compile(loss, penalties=[penalty], **adam(1e-3, steps))
        return model

    return make


MODELS = {
    "gmmn": gmmn,
    "mmd_gan": mmd_gan,
    "non_saturating": game("non_saturating", penalties.R1(0.01)),
    "least_squares": game("least_squares", penalties.R1(0.01)),
    "wasserstein": game("wasserstein", penalties.GradientPenalty(0.1)),
}


def train(name: str, steps: int) -> kerasgan.AdversarialModel:
    keras.utils.set_random_seed(0)
    model = MODELS[name](steps)
    size = BATCH * model.rules.parts
    points = sine(0, 20 * size)
    model.fit(points, batch_size=size, epochs=max(1, steps // 20), verbose=0)
    return model


def judge(model: kerasgan.AdversarialModel) -> tuple[np.ndarray, float]:
    """MMD² of draws of the model and of the curve, and the mean distance of points from it."""
    samples = model.generate(DRAWS * POINTS, seed=1, batch_size=POINTS).reshape(DRAWS, POINTS, 2)
    values = [mmd2(points, sine(100_000 + draw)) for draw, points in enumerate(samples)]
    grid = np.linspace(0.0, 2.0 * np.pi, 2000, dtype="float32")
    curve = np.stack([grid, np.sin(grid)], axis=1)
    apart = np.linalg.norm(samples[0][:, None] - curve, axis=-1).min(axis=1)
    return np.array(values), float(apart.mean())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--models", nargs="+", choices=MODELS, default=list(MODELS))
    parser.add_argument("--steps", type=int, default=5000, help="of training; default: 5000")
    arguments = parser.parse_args()

    noise = [mmd2(sine(2 * pair + 1), sine(2 * pair + 2)) for pair in range(PAIRS)]
    limit = float(np.quantile(noise, 0.99))
    print(f"MMD² of two real samples: mean {np.mean(noise):.1e}, 99th percentile {limit:.2e}")
    print(f"MMD² of samples of a model and of the curve, the mean of {DRAWS} draws:")
    print(f"{'':16}{'MMD²':>10}{'below':>9}{'distance':>10}{'seconds':>9}")
    met = 0
    for name in arguments.models:
        start = time.time()
        model = train(name, arguments.steps)
        seconds = time.time() - start
        values, apart = judge(model)
        verdict = "meets the curve" if values.mean() < limit else ""
        met += bool(verdict)
        share = f"{np.mean(values < limit):.0%}"
        row = f"{name:16}{values.mean():10.1e}{share:>9}{apart:10.4f}{seconds:9.0f}  {verdict}"
        print(row, flush=True)
    sys.exit(0 if met else 1)


if __name__ == "__main__":
    main()
