"""Trains a GAN that draws the digit that one asks for, and has a classifier check it.

    python examples/conditional_digits.py                        # offline, minutes on a CPU
    python examples/conditional_digits.py --model auxiliary      # ACGAN, with convolutions
    python examples/conditional_digits.py --data path/to/mnist   # MNIST, from its four files

A support vector machine learns the digits from half of the real images, is asked about the other
half, and then about generated digits: how often does it see the digit that was asked for? The
figure has a column for each digit.
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
from sklearn.svm import SVC

ROOT = Path(__file__).resolve().parents[1]
MODELS = ("conditional", "auxiliary")


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add = parser.add_argument
    add("--model", choices=MODELS, default="conditional", help="default: %(default)s")
    add("--data", type=Path, help="folder with MNIST's files; default: scikit-learn's digits")
    add("--split", choices=("train", "test"), default="train", help="of MNIST; default: train")
    add("--epochs", type=int, help="default: 300 for conditional, 80 for auxiliary")
    runs = ROOT / "runs" / "conditional_digits"
    add("--output", type=Path, default=runs, help="default: %(default)s")
    add("--smoke", action="store_true", help="a few steps, to see that everything works")
    return parser.parse_args()


def load(arguments: argparse.Namespace) -> tuple[np.ndarray, np.ndarray]:
    # The convolutions of ACGAN need 16 pixels at least.
    small = arguments.model == "conditional"
    if arguments.data:
        return kerasgan.data.load_mnist(
            arguments.data, arguments.split, image_size=28, return_labels=True
        )
    return kerasgan.data.load_digits(image_size=8 if small else 16, return_labels=True)


def make_model(name: str, shape: tuple[int, int, int]) -> keras.Model:
    if name == "conditional":
        gan = kerasgan.models.ConditionalGAN(10, shape, latent_dim=32, generator_units=600, seed=0)
    else:
        gan = kerasgan.models.AuxiliaryClassifierGAN(
            10, shape, generator_filters=32, discriminator_filters=8, seed=0
        )
    gan.compile(generator_ema=0.999)
    return gan


def main() -> None:
    arguments = parse_arguments()
    keras.utils.set_random_seed(0)
    start = time.time()
    images, labels = load(arguments)
    epochs = arguments.epochs or (300 if arguments.model == "conditional" else 80)
    if arguments.smoke:
        images, labels, epochs = images[:400], labels[:400], 2

    gan = make_model(arguments.model, images.shape[1:])
    print(f"{type(gan).__name__}, {epochs} epochs; pictures in {arguments.output}")
    grid = kerasgan.callbacks.ImageGrid(
        arguments.output, every=max(1, epochs // 20), rows=6, columns=10
    )
    gan.fit(images, labels, batch_size=100, epochs=epochs, verbose=2, callbacks=[grid])
    gan.save(arguments.output / "conditional.keras")

    pixels = images.reshape(len(images), -1)
    known, held, classes, expected = train_test_split(
        pixels, labels, test_size=0.5, random_state=0, stratify=labels
    )
    classifier = SVC().fit(known, classes)
    asked = np.repeat(np.arange(10), 100)
    drawn = gan.generate(len(asked), seed=1, labels=asked).reshape(len(asked), -1)
    seen = classifier.predict(drawn)
    print(f"\nDone in {(time.time() - start) / 60:.1f} minutes.")
    print(f"  the classifier is right on real digits      {classifier.score(held, expected):.1%}")
    print(f"  and sees the digit asked for in generated   {np.mean(seen == asked):.1%}")
    each = [f"{digit}: {np.mean(seen[asked == digit] == digit):.0%}" for digit in range(10)]
    print(f"  by digit                                    {', '.join(each)}")
    print(f"  pictures     {arguments.output} (latest.png, progress.gif)")
    print(f"  saved model  {arguments.output / 'conditional.keras'}")


if __name__ == "__main__":
    with plain_errors():
        main()
