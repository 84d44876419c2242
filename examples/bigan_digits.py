"""Learns to encode digits without labels, and asks a linear classifier what the codes are worth.

    python examples/bigan_digits.py                          # offline, some minutes on a CPU
    python examples/bigan_digits.py --data path/to/mnist     # MNIST, from its four files
    KERAS_BACKEND=jax python examples/bigan_digits.py        # the same, faster

A BiGAN learns from three quarters of the images. A logistic regression then learns the labels from
what the encoder makes of these images, and is asked about the others; beside it from the pixels,
and from an encoder of the same form that has learnt nothing. The figure shows samples,
reconstructions of images not trained on, and the map of their codes. The figure needs matplotlib:
pip install "kerasgan[plot]".
"""

import argparse
import os
import time
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import kerasgan
from kerasgan.machine.plain_errors import plain_errors
from kerasgan.ops.images import image_grid

import keras
import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.manifold import TSNE
from sklearn.model_selection import train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

ROOT = Path(__file__).resolve().parents[1]
FEW = 100  # Labels of the second probe.
NAMES = ("pixels", "codes, untrained", "codes, BiGAN", "features, untrained", "features, BiGAN")


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add = parser.add_argument
    add("--data", type=Path, help="folder with MNIST's files; default: scikit-learn's digits")
    add("--split", default="train", help="MNIST's images to take, train or test; a quarter is held")
    add("--epochs", type=int, help="default: 60, for MNIST 10")
    add("--units", type=int, default=512, help="of the hidden layers; default: %(default)s")
    add("--latent-dim", type=int, default=32, help="default: %(default)s")
    add("--seeds", type=int, default=1, help="how often to train; default: %(default)s")
    add("--output", type=Path, default=ROOT / "runs" / "bigan_digits", help="default: %(default)s")
    add("--smoke", action="store_true", help="a few steps, to see that everything works")
    return parser.parse_args()


def load(arguments: argparse.Namespace) -> list[np.ndarray]:
    """Images and labels, three quarters to train on and one to ask about."""
    if arguments.data:
        images, labels = kerasgan.data.load_mnist(
            arguments.data, arguments.split, return_labels=True
        )
    else:
        images, labels = kerasgan.data.load_digits(return_labels=True)
    if arguments.smoke:
        images, labels = images[:400], labels[:400]
    # Images of both parts, then labels of both.
    return train_test_split(images, labels, test_size=0.25, random_state=0, stratify=labels)


def make_model(shape: tuple, arguments: argparse.Namespace, seed: int) -> kerasgan.models.BiGAN:
    keras.utils.set_random_seed(seed)
    gan = kerasgan.models.BiGAN(
        shape, latent_dim=arguments.latent_dim, hidden_units=arguments.units, seed=seed
    )
    gan.compile(generator_ema=0.999)
    return gan


def untrained_encoder(images: np.ndarray, arguments: argparse.Namespace, seed: int):
    """A BiGAN that knows nothing but the mean and variance that its normalisation is to remove."""
    gan = make_model(images.shape[1:], arguments, seed + 1000)
    network = gan.inference_network("encoder")
    norm = network.get_layer("hidden2_norm")
    before = keras.Model(network.inputs, norm.input).predict(images, verbose=0)
    norm.moving_mean.assign(before.mean(axis=0))
    norm.moving_variance.assign(before.var(axis=0))
    return gan


def probe(train: np.ndarray, train_labels: np.ndarray, test: np.ndarray, labels: np.ndarray):
    """The accuracy of a linear classifier on images that nothing has learnt from.

    Returns:
        With all labels, and with `FEW` of them (mean of five choices).
    """

    def accuracy(chosen: np.ndarray) -> float:
        classifier = make_pipeline(StandardScaler(), LogisticRegression(C=0.1, max_iter=1000))
        classifier.fit(train[chosen], train_labels[chosen])
        return classifier.score(test, labels)

    few = [
        train_test_split(
            np.arange(len(train)), train_size=FEW, random_state=seed, stratify=train_labels
        )[0]
        for seed in range(5)
    ]
    return accuracy(np.arange(len(train))), float(np.mean([accuracy(chosen) for chosen in few]))


def representations(gan, untrained, images: np.ndarray) -> dict[str, np.ndarray]:
    """What a linear classifier may learn from, by name."""
    size = 256
    every = (
        images.reshape(len(images), -1),
        untrained.encode(images, size),
        gan.encode(images, size),
        untrained.features(images, size),
        gan.features(images, size),
    )
    return dict(zip(NAMES, every, strict=True))


def draw(gan, test: np.ndarray, labels: np.ndarray, table: dict, path: Path) -> None:
    """Samples, reconstructions, the map of codes, and what the probes found."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(19, 5.2), dpi=100, layout="constrained")
    axes = figure.subplots(1, 4, width_ratios=(1.15, 1.15, 1.15, 1))
    style = {"padding": 2, "scale": max(1, 32 // test.shape[1]), "background": 110}
    axes[0].imshow(
        image_grid(gan.generate(100, seed=1), 10, 10, **style), cmap="gray", vmin=0, vmax=255
    )
    axes[0].set_title("samples")
    shown = np.concatenate([np.flatnonzero(labels == digit)[:5] for digit in range(10)])
    pairs = np.concatenate([test[shown], gan.reconstruct(test[shown])], axis=2)
    axes[1].imshow(image_grid(pairs, 10, len(pairs) // 10, **style), cmap="gray", vmin=0, vmax=255)
    axes[1].set_title("images not trained on,\neach left of its reconstruction")
    some = slice(0, 2000)
    places = TSNE(random_state=0, init="pca").fit_transform(gan.encode(test[some]))
    axes[2].scatter(*places.T, c=labels[some], cmap="tab10", s=6)
    for digit in range(10):
        middle = np.median(places[labels[some] == digit], axis=0)
        axes[2].text(*middle, str(digit), fontsize=15, weight="bold", ha="center", va="center")
    axes[2].set_title("their codes (t-SNE), coloured by labels\nthat the encoder never saw")
    for axis in axes[:3]:
        axis.set(xticks=[], yticks=[])
    draw_bars(axes[3], table)
    figure.savefig(path)


def draw_bars(axis, table: dict) -> None:
    rows = np.arange(len(NAMES))
    for offset, column, color in ((-0.2, 0, "#3b6fb6"), (0.2, 1, "#e08a3c")):
        values = [100 * table[name][column] for name in NAMES]
        label = ("all labels", f"{FEW} labels")[column]
        bars = axis.barh(rows + offset, values, 0.38, color=color, label=label)
        axis.bar_label(bars, fmt="%.1f", padding=3)
    axis.set_yticks(rows, NAMES)
    axis.invert_yaxis()
    axis.set(xlim=(max(0, 100 * min(map(min, table.values())) - 10), 105))
    axis.set_title("accuracy of a linear classifier, %")
    axis.legend(loc="upper center", bbox_to_anchor=(0.5, -0.06), ncols=2, frameon=False)


def run(arguments: argparse.Namespace, seed: int):
    """Trains once; returns the model and the accuracies by name."""
    train, test, train_labels, test_labels = load(arguments)
    gan = make_model(train.shape[1:], arguments, seed)
    epochs = arguments.epochs or (10 if arguments.data else 60)
    report = keras.callbacks.LambdaCallback(
        on_epoch_end=lambda epoch, logs: (
            None
            if (epoch + 1) % max(1, epochs // 10)
            else print(
                f"  seed {seed}, epoch {epoch + 1:3}/{epochs}: discriminator "
                f"{logs['discriminator_loss']:.3f}, generator {logs['generator_loss']:.3f}",
                flush=True,
            )
        )
    )
    gan.fit(train, batch_size=64, epochs=epochs, verbose=0, callbacks=[report])
    untrained = untrained_encoder(train, arguments, seed)
    learnt, asked = (representations(gan, untrained, images) for images in (train, test))
    table = {name: probe(learnt[name], train_labels, asked[name], test_labels) for name in NAMES}
    print("  " + ", ".join(f"{name} {100 * table[name][0]:.1f} %" for name in NAMES), flush=True)
    return gan, table


def main() -> None:
    arguments = parse_arguments()
    try:
        import matplotlib  # noqa: F401
    except ImportError:
        raise SystemExit('The figure needs matplotlib: pip install "kerasgan[plot]"') from None
    if arguments.smoke:
        arguments.epochs, arguments.units = 2, 32
    arguments.output.mkdir(parents=True, exist_ok=True)
    start = time.time()
    print("Training; a report after every tenth of the epochs", flush=True)
    runs = [run(arguments, seed) for seed in range(arguments.seeds)]
    tables = np.array([[table[name] for name in NAMES] for _, table in runs])
    mean, deviation = tables.mean(axis=0), tables.std(axis=0)
    print(f"\nDone in {(time.time() - start) / 60:.1f} minutes. Accuracy of a linear classifier on")
    print(f"images that nothing has learnt from, mean ± deviation of {arguments.seeds} runs:")
    print(f"  {'learnt from':20} {'all labels':>14} {f'{FEW} labels':>14}")
    for name, values, spread in zip(NAMES, mean, deviation, strict=True):
        cells = [f"{100 * v:.1f} ± {100 * s:.1f} %" for v, s in zip(values, spread, strict=True)]
        print(f"  {name:20} {cells[0]:>14} {cells[1]:>14}")
    path = arguments.output / "bigan_digits.png"
    _, test, _, labels = load(arguments)
    draw(runs[0][0], test, labels, dict(zip(NAMES, mean, strict=True)), path)
    print(f"  figure               {path}")


if __name__ == "__main__":
    with plain_errors():
        main()
