"""Trains a DCGAN on scikit-learn's handwritten digits, and saves its generator.

    python examples/dcgan_digits.py                 # offline, some minutes on a CPU
    python examples/dcgan_digits.py --epochs 200    # better digits
    python examples/generate.py saved_models/my_digits

Pictures of the same latents after every few epochs show the digits emerge.
"""

import argparse
import os
import time
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras

import kerasgan

ROOT = Path(__file__).resolve().parents[1]


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add = parser.add_argument
    add("--epochs", type=int, default=100, help="default: %(default)s")
    add("--base-filters", type=int, default=32, help="the networks' width; default: %(default)s")
    add("--output", type=Path, default=ROOT / "runs" / "dcgan_digits", help="default: %(default)s")
    add(
        "--export",
        type=Path,
        default=ROOT / "saved_models" / "my_digits",
        help="where the generator is saved; default: %(default)s",
    )
    add("--smoke", action="store_true", help="a few steps, to see that everything works")
    return parser.parse_args()


def make_model(base_filters: int = 32) -> kerasgan.models.DCGAN:
    """A DCGAN for digits of 32 pixels, which makes its pictures by a moving average."""
    keras.utils.set_random_seed(0)
    gan = kerasgan.models.DCGAN((32, 32, 1), latent_dim=64, base_filters=base_filters, seed=0)
    gan.compile(generator_ema=0.99)
    return gan


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
    gan.fit(images, batch_size=64, epochs=arguments.epochs, callbacks=[grid])

    path = kerasgan.export_generator(
        gan,
        arguments.export,
        data="The 1,797 digits that ship with scikit-learn (UCI, 8×8, enlarged to 32×32)",
    )
    print(f"\nDone in {(time.time() - start) / 60:.1f} minutes.")
    print(f"  pictures         {arguments.output} (latest.png, progress.gif)")
    print(f"  saved generator  {path}; draw from it: python examples/generate.py {path}")


if __name__ == "__main__":
    main()
