"""Trains SNGAN at 32 pixels as its authors do, for as long as they do; resumes where it was.

    KERAS_BACKEND=jax python benchmarks/sngan.py --data cifar10/train --policy mixed_bfloat16
    KERAS_BACKEND=jax python benchmarks/sngan.py --data cifar10/train --classes
    python benchmarks/sngan.py --mnist mnist --split test --base-filters 8 --batch 80 --steps 2000
    python benchmarks/sngan.py --smoke

`--data` is a folder with one folder of image files for each class, such as the training images of
CIFAR-10; `--mnist` a folder with MNIST's files; without either it is scikit-learn's digits, which
have no classes here. `--classes` makes images by class, by the projection discriminator.

In the folder `--output` stand checkpoints, grids (`latest.png`; with classes one column for each),
`history.csv` and, at the end, the model. The same command goes on where the last one ended.
"""

import argparse
import os
import time
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import kerasgan

import keras
import numpy as np

ROOT = Path(__file__).resolve().parents[1]
SIZE = 32
DISCRIMINATOR_STEPS = 5


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add = parser.add_argument
    add("--data", type=Path, help="a folder of classes, each a folder of images")
    add("--mnist", type=Path, help="a folder with MNIST's files")
    add("--split", default="train", help="of MNIST: train or test; default: %(default)s")
    add("--classes", action="store_true", help="make images by class")
    add("--network", default="resnet", help="resnet or cnn; default: %(default)s")
    add("--base-filters", type=int, help="the networks' width; default: the paper's")
    add("--batch", type=int, default=64, help="images in a minibatch; default: %(default)s")
    add("--steps", type=int, default=100_000, help="of the generator; default: %(default)s")
    add("--minutes", type=float, help="end after this long; the same command goes on")
    add("--grid-every", type=int, default=1000, help="steps between grids; default: %(default)s")
    add("--policy", default="float32", help="dtype policy; default: %(default)s")
    add("--output", type=Path, default=ROOT / "runs" / "sngan", help="default: %(default)s")
    add("--smoke", action="store_true", help="a few steps, to see that everything works")
    return parser.parse_args()


def load(arguments: argparse.Namespace) -> tuple[np.ndarray, np.ndarray | None]:
    """Images `(n, 32, 32, channels)` in [-1, 1], and their classes if they have some."""
    if arguments.mnist:
        return kerasgan.data.load_mnist(arguments.mnist, arguments.split, SIZE, return_labels=True)
    if not arguments.data:
        return kerasgan.data.load_digits(image_size=SIZE), None
    folders = sorted(folder for folder in arguments.data.iterdir() if folder.is_dir())
    print("Classes:", ", ".join(folder.name for folder in folders))
    images, labels = [], []
    for label, folder in enumerate(folders):
        batches = kerasgan.data.image_folder(folder, SIZE, batch_size=512, shuffle=False)
        # A tf.data.Dataset gives batches, a PyDataset tuples of one.
        parts = [np.asarray(b[0] if isinstance(b, tuple) else b) for b in _once(batches)]
        images += parts
        labels.append(np.full(sum(map(len, parts)), label, "int32"))
    return np.concatenate(images), np.concatenate(labels)


def _once(batches):
    """The batches of one epoch."""
    if hasattr(batches, "as_numpy_iterator"):
        return batches.as_numpy_iterator()
    return (batches[index] for index in range(len(batches)))


def make_model(arguments: argparse.Namespace, channels: int, num_classes: int | None):
    """SNGAN, compiled with the authors' decay of the learning rate."""

    def adam(steps: int) -> keras.optimizers.Optimizer:
        rate = kerasgan.schedules.LinearDecay(2e-4, hold_steps=0, decay_steps=steps)
        return keras.optimizers.Adam(rate, beta_1=0.0, beta_2=0.9)

    gan = kerasgan.models.SNGAN(
        (SIZE, SIZE, channels),
        network=arguments.network,
        base_filters=arguments.base_filters,
        num_classes=num_classes,
        seed=0,
        dtype=arguments.policy,
    )
    gan.compile(
        generator_optimizer=adam(arguments.steps),
        discriminator_optimizer=adam(DISCRIMINATOR_STEPS * arguments.steps),
        discriminator_steps=DISCRIMINATOR_STEPS,
    )
    return gan


class StopAfter(keras.callbacks.Callback):
    """Ends a training after the epoch in which its time is over."""

    def __init__(self, minutes: float):
        super().__init__()
        self.end = time.time() + 60 * minutes

    def on_epoch_end(self, epoch, logs=None):
        self.model.stop_training = time.time() > self.end


def main() -> None:
    arguments = parse_arguments()
    keras.utils.set_random_seed(0)
    images, labels = load(arguments)
    if arguments.smoke:
        images, labels = images[:80], None if labels is None else labels[:80]
        arguments.steps, arguments.base_filters, arguments.batch = 4, 2, 4
    if arguments.classes and labels is None:
        raise SystemExit("--classes needs data with classes: pass --data or --mnist.")
    batch = DISCRIMINATOR_STEPS * arguments.batch
    count = len(images) // batch * batch  # Whole batches: one graph, one compilation.
    order = np.random.default_rng(0).permutation(len(images))[:count]
    data = [images[order]]
    if arguments.classes:
        data.append(labels[order])
    num_classes = int(labels.max()) + 1 if arguments.classes else None

    gan = make_model(arguments, images.shape[-1], num_classes)
    per_epoch = count // batch
    epochs = -(-arguments.steps // per_epoch)
    output = arguments.output
    output.mkdir(parents=True, exist_ok=True)
    callbacks = [
        kerasgan.callbacks.ImageGrid(
            output, every=arguments.grid_every, unit="step", rows=10, columns=10, gif=False
        ),
        keras.callbacks.CSVLogger(output / "history.csv", append=True),
        kerasgan.callbacks.Checkpoint(output / "checkpoints", every=5, unit="minute"),
    ]
    if arguments.minutes:
        callbacks.append(StopAfter(arguments.minutes))
    print(f"{count} images, {per_epoch} steps an epoch, {epochs} epochs; results in {output}")
    start = time.time()
    gan.fit(*data, batch_size=batch, epochs=epochs, callbacks=callbacks, verbose=2)
    gan.save(output / "sngan.keras")
    steps = int(gan.optimizer.iterations)
    print(f"{steps} steps of the generator, this time in {(time.time() - start) / 60:.1f} minutes")


if __name__ == "__main__":
    main()
