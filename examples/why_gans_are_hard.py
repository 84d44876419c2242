"""Shows in six small pictures why adversarial training is hard, and what helps.

    python examples/why_gans_are_hard.py

Offline, half a minute on a CPU with TensorFlow or JAX; PyTorch, which runs step by step, takes a
few minutes: `--steps 600 --learning 256` halves them. All of it happens on a line: real samples lie
around 2, generated ones begin around -2, and a small network tells them apart.

1. The generator's two losses of the first paper. Minimax is flat just where a generator begins:
   where the discriminator is sure that its samples are generated.
2. The same, measured: the better the discriminator, the less the saturating loss pulls.
3. Distances of two distributions that move apart. Kullback-Leibler runs away, Jensen-Shannon stops
   at log 2 and has no slope, the Wasserstein distance goes on evenly.
4. A sharp discriminator is a cliff between two plains. Least squares, a gradient penalty and
   instance noise make it a slope.
5. How strongly each of them pulls at the generated samples.
6. The race: who brings the samples to the data, when both players move?

What remains is a table and the figure `why_gans_are_hard.png`, which needs matplotlib:
pip install "kerasgan[plot]".
"""

import argparse
import os
import time
from pathlib import Path
from typing import Any

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import kerasgan
from kerasgan.data.toy import Mixture
from kerasgan.machine.plain_errors import plain_errors

import keras
import numpy as np
from keras import layers, ops

ROOT = Path(__file__).resolve().parents[1]
REAL, START, SCALE = 2.0, -2.0, 0.3
BATCH = 128
GREY, RED, BLUE, GREEN, ORANGE = "#555555", "#c8102e", "#1f4e9c", "#1a8f3c", "#d9820f"
TOGETHER = 1 if keras.backend.backend() == "torch" else 8  # Training steps in one call.
NOISE = 1.0  # Standard deviation of the instance noise: a quarter of the way between the two.

# The contestants: color, arguments of `compile`, instance noise. The last two cure minimax.
# The penalty is one-sided: on a line a slope held at 1 could never change its sign.
GAMES: dict[str, tuple[str, dict[str, Any], float]] = {
    "minimax": (RED, {"loss": "minimax"}, 0.0),
    "non-saturating": (ORANGE, {"loss": "non_saturating"}, 0.0),
    "least squares": (GREEN, {"loss": "least_squares"}, 0.0),
    "gradient penalty": (
        GREY,
        {"loss": "minimax", "penalties": [kerasgan.penalties.GradientPenalty(one_sided=True)]},
        0.0,
    ),
    "instance noise": (BLUE, {"loss": "minimax"}, NOISE),
}


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add = parser.add_argument
    add("--steps", type=int, default=1200, help="of the race; default: %(default)s")
    learning = "of the discriminators alone, a power of two; default: %(default)s"
    add("--learning", type=int, default=1024, help=learning)
    add("--seed", type=int, default=0, help="default: %(default)s")
    add(
        "--output",
        type=Path,
        default=ROOT / "runs" / "why_gans_are_hard",
        help="default: %(default)s",
    )
    add("--smoke", action="store_true", help="a few steps, to see that everything works")
    return parser.parse_args()


def make_game(
    seed: int, name: str, generator_rate: float, together: int = TOGETHER
) -> kerasgan.models.GAN:
    """A generator that shifts and stretches, against a small multilayer perceptron.

    A rate of 0 leaves the generated samples where they are, so that the discriminator comes close
    to the best one. Noise on all that it sees makes data and generated samples overlap.
    """
    keras.utils.set_random_seed(seed)
    _, rules, noise = GAMES[name]
    generator = keras.Sequential([keras.Input((1,)), layers.Dense(1)])
    generator.set_weights([np.array([[SCALE]]), np.array([START])])
    blur = [kerasgan.layers.InstanceNoise(noise, seed=seed)] if noise else []
    hidden = [layers.Dense(32, "tanh"), layers.Dense(32, "tanh")]
    discriminator = keras.Sequential([keras.Input((1,)), *blur, *hidden, layers.Dense(1)])
    gan = kerasgan.models.GAN(generator, discriminator, latent_dim=1, seed=seed)
    gan.compile(
        discriminator_optimizer=keras.optimizers.Adam(5e-3, beta_1=0.5),
        generator_optimizer=keras.optimizers.SGD(generator_rate),
        steps_per_execution=together,
        **rules,
    )
    return gan


def train(gan: kerasgan.models.GAN, steps: int, *callbacks: keras.callbacks.Callback) -> None:
    data = kerasgan.data.toy.gaussian(BATCH * steps, seed=1, center=(REAL,), scale=SCALE)
    gan.fit(data, batch_size=BATCH, verbose=0, callbacks=callbacks)


def scores(gan: kerasgan.models.GAN, x: np.ndarray) -> np.ndarray:
    return ops.convert_to_numpy(gan.discriminator.predict_on_batch(x))


def pull(gan: kerasgan.models.GAN, loss: kerasgan.losses.AdversarialLoss) -> float:
    """How fast the generator's loss falls as its samples move towards the data."""
    samples, step = gan.generate(256, seed=0), 0.02
    ahead, behind = (loss.generator_loss(scores(gan, samples + s)) for s in (step, -step))
    return float(behind - ahead) / (2.0 * step)


def losses_of_one_sample() -> tuple[np.ndarray, dict[str, np.ndarray]]:
    """Scores, and the size of each loss's slope there."""
    x, step = np.linspace(-7.0, 7.0, 57).astype("float32"), 0.05
    slopes = {}
    for name, loss in two_losses().items():
        ahead, behind = (
            np.array([float(loss.generator_loss(ops.array([a + s]))) for a in x])
            for s in (step, -step)
        )
        slopes[name] = np.abs(ahead - behind) / (2.0 * step)
    return x, slopes


def two_losses() -> dict[str, kerasgan.losses.AdversarialLoss]:
    return {
        "minimax": kerasgan.losses.Minimax(),
        "non-saturating": kerasgan.losses.NonSaturating(),
    }


def learn_minimax(seed: int, steps: int) -> tuple[kerasgan.models.GAN, list[int], dict]:
    """A discriminator alone, and the pull of both losses after 1, 2, 4, ... of its steps."""
    # Not several steps in one call: there are as few as one.
    gan = make_game(seed, "minimax", 0.0, together=1)
    done = [2**k for k in range(steps.bit_length())]
    found: dict[str, list[float]] = {name: [] for name in two_losses()}
    for before, step in zip([0, *done], done, strict=False):
        train(gan, step - before)
        for name, loss in two_losses().items():
            found[name].append(pull(gan, loss))
    return gan, done, found


def distances(shifts: np.ndarray) -> dict[str, np.ndarray]:
    """Of N(0, 1) from N(shift, 1), by sums over a fine grid."""
    x = np.linspace(-10.0, 20.0, 6001)[:, None]
    cell = float(x[1, 0] - x[0, 0])
    p = Mixture.line((0.0,), 1.0).density(x)
    names = ("Kullback-Leibler", "Jensen-Shannon", "Wasserstein")
    found: dict[str, list[float]] = {name: [] for name in names}
    for shift in shifts:
        q = Mixture.line((shift,), 1.0).density(x)
        m = 0.5 * (p + q)
        found["Kullback-Leibler"].append(cell * divergence(p, q))
        found["Jensen-Shannon"].append(cell * 0.5 * (divergence(p, m) + divergence(q, m)))
        found["Wasserstein"].append(cell * np.abs(np.cumsum(p - q) * cell).sum())
    return {name: np.array(values) for name, values in found.items()}


def divergence(p: np.ndarray, q: np.ndarray) -> float:
    """Sum of p log(p/q), where 0 log 0 is 0."""
    inside = p > 0.0
    return float(np.sum(p[inside] * np.log(p[inside] / q[inside])))


def shapes(
    seed: int, steps: int, games: list[str], minimax: kerasgan.models.GAN
) -> tuple[np.ndarray, dict[str, np.ndarray], dict[str, float]]:
    """Places, what each discriminator says there, and its pull at the generated samples."""
    x = np.linspace(-5.0, 5.0, 201, dtype="float32")[:, None]
    said, pulls = {}, {}
    for name in games:
        if name in two_losses():  # Both have the same discriminator.
            gan = minimax
        else:
            gan = make_game(seed, name, 0.0)
            train(gan, steps)
        score = scores(gan, x)[:, 0]
        probability = 0.5 + 0.5 * np.tanh(0.5 * score)
        # Least squares draws the scores themselves to 0 and 1.
        said[name] = score if name == "least squares" else probability
        pulls[name] = pull(gan, kerasgan.losses.get(GAMES[name][1]["loss"]))
    return x[:, 0], said, pulls


class Place(keras.callbacks.Callback):
    """Notes where the generated samples are, after each call: at the generator's bias."""

    def __init__(self) -> None:
        super().__init__()
        self.steps, self.places = [0], [START]

    def on_train_batch_end(self, batch: int, logs: dict | None = None) -> None:
        self.steps.append(batch + 1)
        self.places.append(float(ops.convert_to_numpy(self.model.generator.weights[1])[0]))


def race(seed: int, steps: int, games: list[str]) -> dict[str, Place]:
    """The generator's path with each of the games, discriminator and generator in turn."""
    paths = {}
    for name in games:
        paths[name] = Place()
        train(make_game(seed, name, 0.05), steps, paths[name])
    return paths


def draw(path: Path, parts: dict[str, Any]) -> None:
    from matplotlib.figure import Figure

    figure = Figure(figsize=(15, 8.6), dpi=100, layout="constrained")
    axes = figure.subplots(2, 3).ravel()
    draw_slopes(axes[0], *parts["slopes"])
    draw_pulls(axes[1], *parts["pulls"])
    draw_distances(axes[2], *parts["distances"])
    draw_shapes(axes[3], *parts["shapes"][:2])
    draw_bars(axes[4], parts["shapes"][2])
    draw_race(axes[5], parts["race"])
    for ax in axes:
        ax.spines[["top", "right"]].set_visible(False)
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path)


def draw_slopes(ax: Any, x: np.ndarray, slopes: dict[str, np.ndarray]) -> None:
    for name, slope in slopes.items():
        ax.plot(x, slope, color=GAMES[name][0], lw=2.5, label=name)
    ax.axvspan(x[0], -4.0, color="0.92")
    ax.text(x[0] + 0.15, 0.1, "here a\ngenerator\nbegins", va="center", color="0.3")
    ax.set_title("1. The slope of the generator's two losses")
    ax.set(xlabel="the discriminator's score of a generated sample", ylabel="|slope|")
    ax.set(yscale="log", ylim=(5e-4, 2.0), xlim=(x[0], x[-1]))
    ax.legend(loc="lower center", frameon=False)


def draw_pulls(ax: Any, steps: list[int], pulls: dict[str, list[float]]) -> None:
    for name, values in pulls.items():
        ax.plot(steps, values, "o-", color=GAMES[name][0], lw=2.0, label=name)
    ax.set_title("2. The better the discriminator, the weaker minimax")
    ax.set(xlabel="training steps of the discriminator alone", ylabel="pull towards the data")
    ax.set(xscale="log", yscale="log")
    ax.set_xticks(steps[::2], steps[::2])
    ax.minorticks_off()
    ax.legend(loc="lower left", frameon=False)


def draw_distances(ax: Any, shifts: np.ndarray, values: dict[str, np.ndarray]) -> None:
    colors = (GREY, RED, BLUE)
    for (name, distance), color in zip(values.items(), colors, strict=True):
        ax.plot(shifts, distance, color=color, lw=2.5, label=name)
    ax.axhline(np.log(2.0), color=RED, lw=0.8, ls=":")
    ax.text(shifts[-1], np.log(2.0) + 0.12, "log 2: no slope left", ha="right", color=RED)
    ax.set_title("3. Two Gaussians move apart")
    ax.set(xlabel="distance of their means, in standard deviations", ylabel="distance")
    ax.set(ylim=(0.0, 6.0), xlim=(0.0, shifts[-1]))
    ax.legend(loc="center right", frameon=False)


def draw_shapes(ax: Any, x: np.ndarray, said: dict[str, np.ndarray]) -> None:
    for center, color, name in ((START, "0.75", "generated"), (REAL, "0.45", "data")):
        density = Mixture.line((center,), SCALE).density(x[:, None])
        ax.fill_between(x, 0.28 * density, color=color, lw=0)
        ax.text(center, 0.4, name, ha="center", color="0.3")
    for name, curve in said.items():
        if name != "non-saturating":  # The same discriminator as that of minimax.
            ax.plot(x, curve, color=GAMES[name][0], lw=2.2, label=name)
    ax.set_title("4. A cliff, and three slopes")
    ax.set(xlabel="x", ylabel="what the discriminator says: 1 for real", ylim=(-0.05, 1.3))
    ax.legend(loc="upper left", frameon=False, ncols=2)


def draw_bars(ax: Any, pulls: dict[str, float]) -> None:
    names, floor = list(pulls), 1e-6
    values = [max(value, floor) for value in pulls.values()]
    ax.barh(names, values, color=[GAMES[name][0] for name in names])
    for row, value in enumerate(pulls.values()):
        ax.text(max(value, floor) * 1.2, row, f"{value:.1g}", va="center")
    ax.invert_yaxis()
    ax.set_title("5. How strongly it pulls at the generated samples")
    ax.set(xscale="log", xlim=(floor, 30.0), xlabel="pull towards the data")


def draw_race(ax: Any, paths: dict[str, Place]) -> None:
    for name, path in paths.items():
        ax.plot(path.steps, path.places, color=GAMES[name][0], lw=2.0, label=name)
    ax.axhline(REAL, color="black", lw=0.8, ls=":")
    ax.text(path.steps[-1], REAL + 0.15, "data", ha="right")
    ax.set_title("6. The race: both players move")
    ax.set(xlabel="training steps", ylabel="where the generated samples are")
    ax.legend(loc="center right", frameon=False)


def report(pulls: dict[str, float], paths: dict[str, Place]) -> None:
    print(f"\n  {'':20}{'pull at the start':>20}{'arrives after':>18}{'ends at':>10}")
    for name, path in paths.items():
        near = np.flatnonzero(np.abs(np.array(path.places) - REAL) < 0.5)
        arrival = f"{path.steps[near[0]]} steps" if len(near) else "never"
        print(f"  {name:20}{pulls[name]:>20.2g}{arrival:>18}{path.places[-1]:>10.2f}")


def main() -> None:
    arguments = parse_arguments()
    try:
        import matplotlib  # noqa: F401
    except ImportError:
        raise SystemExit('The figure needs matplotlib: pip install "kerasgan[plot]"') from None
    start, seed = time.time(), arguments.seed
    steps, learning = (20, 4) if arguments.smoke else (arguments.steps, arguments.learning)
    games = ["minimax", "instance noise"] if arguments.smoke else list(GAMES)
    shifts = np.linspace(0.0, 8.0, 41)
    print("Losses and distances ...", flush=True)
    parts: dict[str, Any] = {
        "slopes": losses_of_one_sample(),
        "distances": (shifts, distances(shifts)),
    }
    print("Discriminators that learn while the generator waits ...", flush=True)
    minimax, *parts["pulls"] = learn_minimax(seed, learning)
    parts["shapes"] = shapes(seed, learning, games, minimax)
    print("The race ...", flush=True)
    parts["race"] = race(seed, steps, games)
    path = arguments.output / "why_gans_are_hard.png"
    draw(path, parts)
    report(parts["shapes"][2], parts["race"])
    jensen = parts["distances"][1]["Jensen-Shannon"][-1]
    print(f"\n  Jensen-Shannon at 8 standard deviations: {jensen:.4f}; log 2 is {np.log(2):.4f}.")
    print(f"\nDone in {time.time() - start:.0f} seconds.\n  picture  {path}")


if __name__ == "__main__":
    with plain_errors():
        main()
