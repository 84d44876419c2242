"""Trains a DCGAN on scikit-learn's handwritten digits, and saves its generator.

    python examples/dcgan_digits.py                 # offline, some minutes on a CPU
    python examples/dcgan_digits.py --epochs 200    # better digits
    python examples/generate.py saved_models/my_digits

Pictures of the same latents after every few epochs show the digits emerge. At the end a classifier
that was trained on the real digits says whether it finds all ten among the generated ones.
"""

import argparse
import os
import time
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import kerasgan
from kerasgan.machine.plain_errors import plain_errors

import keras
import numpy as np
from sklearn.model_selection import train_test_split
from sklearn.neural_network import MLPClassifier

ROOT = Path(__file__).resolve().parents[1]


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add = parser.add_argument
    add("--epochs", type=int, default=100, help="default: %(default)s")
    add("--base-filters", type=int, default=48, help="the networks' width; default: %(default)s")
    add("--output", type=Path, default=ROOT / "runs" / "dcgan_digits", help="default: %(default)s")
    add(
        "--export",
        type=Path,
        default=ROOT / "saved_models" / "my_digits",
        help="where the generator is saved; default: %(default)s",
    )
    add("--smoke", action="store_true", help="a few steps, to see that everything works")
    return parser.parse_args()


def make_model(base_filters: int = 48) -> kerasgan.models.DCGAN:
    """A DCGAN for digits of 32 pixels, which makes its pictures by a moving average."""
    keras.utils.set_random_seed(0)
    gan = kerasgan.models.DCGAN((32, 32, 1), latent_dim=32, base_filters=base_filters, seed=0)
    gan.compile(generator_ema=0.998)
    return gan


def recognise(samples: np.ndarray) -> dict[str, float | list[float]]:
    """What a classifier of real digits says of digits `(n, 32, 32, 1)` in [-1, 1].

    Returns:
        The share of each of the ten classes, the classifier's mean confidence, and, for comparison,
        its confidence and accuracy on real digits that it was not trained on.
    """
    images, labels = kerasgan.data.load_digits(image_size=32, return_labels=True)
    train, test, train_labels, test_labels = train_test_split(
        images.reshape(len(images), -1), labels, test_size=0.25, random_state=0
    )
    classifier = MLPClassifier((128,), tol=1e-3, random_state=0).fit(train, train_labels)
    fake = classifier.predict_proba(samples.reshape(len(samples), -1))
    shares = np.bincount(fake.argmax(axis=1), minlength=10) / len(fake)
    return {
        "shares_of_classes": shares.round(4).tolist(),
        "confidence": round(float(fake.max(axis=1).mean()), 4),
        "confidence_on_real": round(float(classifier.predict_proba(test).max(axis=1).mean()), 4),
        "accuracy_on_real": round(float(classifier.score(test, test_labels)), 4),
    }


def main() -> None:
    arguments = parse_arguments()
    start = time.time()
    images = kerasgan.data.load_digits(image_size=32)
    if arguments.smoke:
        images, arguments.epochs, arguments.base_filters = images[:128], 2, 4

    gan = make_model(arguments.base_filters)
    print(f"Training for {arguments.epochs} epochs; pictures in {arguments.output}")
    every = max(1, arguments.epochs // 20)
    grid = kerasgan.callbacks.ImageGrid(arguments.output, every=every)
    gan.fit(images, batch_size=32, epochs=arguments.epochs, callbacks=[grid])

    figures = recognise(gan.generate(1000, seed=1))
    path = kerasgan.export_generator(
        gan,
        arguments.export,
        data="The 1,797 digits that ship with scikit-learn (UCI, 8×8, enlarged to 32×32)",
        figures={"epochs": arguments.epochs, "batch_size": 32, **figures},
    )
    print(f"\nDone in {(time.time() - start) / 60:.1f} minutes. A classifier of real digits says:")
    for name, value in figures.items():
        print(f"  {name:18} {value}")
    print(f"  pictures         {arguments.output} (latest.png, progress.gif)")
    print(f"  saved generator  {path}; draw from it: python examples/generate.py {path}")


if __name__ == "__main__":
    with plain_errors():
        main()
