"""Trains a Wasserstein GAN with gradient penalty on scikit-learn's handwritten digits.

    python examples/wgan_gp_digits.py

The critic moves five times for each move of the generator, on a minibatch of its own each time, so
that a batch of 160 images is five minibatches of 32. Watch `discriminator_adversarial`: it is the
negative of the estimated distance between real and generated digits, and shrinks as they improve.
"""

import argparse
import os
import time
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import kerasgan
from kerasgan.machine.plain_errors import plain_errors

import keras

ROOT = Path(__file__).resolve().parents[1]


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add = parser.add_argument
    add("--epochs", type=int, default=60, help="default: %(default)s")
    add("--base-filters", type=int, default=16, help="the networks' width; default: %(default)s")
    runs = ROOT / "runs" / "wgan_gp_digits"
    add("--output", type=Path, default=runs, help="default: %(default)s")
    add("--smoke", action="store_true", help="a few steps, to see that everything works")
    return parser.parse_args()


def main() -> None:
    arguments = parse_arguments()
    keras.utils.set_random_seed(0)
    start = time.time()
    images = kerasgan.data.load_digits(image_size=32)
    if arguments.smoke:
        images, arguments.epochs, arguments.base_filters = images[:320], 2, 4

    gan = kerasgan.models.WGANGP(
        (32, 32, 1), latent_dim=64, base_filters=arguments.base_filters, seed=0
    )
    gan.compile(
        discriminator_optimizer=keras.optimizers.Adam(2e-4, beta_1=0.0, beta_2=0.9),
        generator_optimizer=keras.optimizers.Adam(2e-4, beta_1=0.0, beta_2=0.9),
        generator_ema=0.99,
    )
    print(f"Training for {arguments.epochs} epochs; pictures in {arguments.output}")
    every = max(1, arguments.epochs // 20)
    grid = kerasgan.callbacks.ImageGrid(arguments.output, every=every)
    gan.fit(images, batch_size=160, epochs=arguments.epochs, callbacks=[grid])
    gan.save(arguments.output / "wgan_gp.keras")

    print(f"\nDone in {(time.time() - start) / 60:.1f} minutes.")
    print(f"  pictures    {arguments.output} (latest.png, progress.gif)")
    print(f"  saved model {arguments.output / 'wgan_gp.keras'}")


if __name__ == "__main__":
    with plain_errors():
        main()
