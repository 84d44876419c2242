"""Trains a small classifier of natural images, a feature extractor of colour pictures for metrics.

    python benchmarks/train_natural_classifier.py --data cifar10/train --test cifar10/test

It learns the classes of CIFAR-10, folders of 32×32 images by class, and writes `natural.keras` and
a card. CIFAR-10 states no terms for works made from it, so the weights are not shipped:

    network = keras.saving.load_model("runs/natural/natural.keras")
    extractor = kerasgan.metrics.get_extractor(network)

Distances by these features compare with each other only, never with those of the Inception
network.
A run that was stopped goes on where it was.
"""

import argparse
import json
import os
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import kerasgan

import keras
import numpy as np
from keras import layers
from PIL import Image

SEED, SIZE, BATCH = 0, 32, 128


def classifier(classes: int) -> keras.Model:
    """180 thousand parameters: images in [-1, 1] in, 128 features and probabilities out."""
    images = keras.Input((SIZE, SIZE, 3), name="images")
    x = images
    for filters in (32, 64, 128):
        for strides in (1, 2):
            x = layers.Conv2D(filters, 3, strides=strides, padding="same", use_bias=False)(x)
            x = layers.Activation("silu")(layers.BatchNormalization()(x))
    features = layers.GlobalAveragePooling2D(name="features")(x)
    dropped = layers.Dropout(0.2)(features)
    probabilities = layers.Dense(classes, activation="softmax", name="probabilities")(dropped)
    outputs = {"features": features, "probabilities": probabilities}
    return keras.Model(images, outputs, name="natural_classifier")


def read(folder: Path) -> tuple[np.ndarray, np.ndarray, list[str]]:
    """Images uint8 `(n, 32, 32, 3)` and labels, of the folders of classes in their order."""
    names = sorted(path.name for path in folder.iterdir() if path.is_dir())
    of = [(label, sorted((folder / name).glob("*"))) for label, name in enumerate(names)]
    files = [(path, label) for label, paths in of for path in paths]
    images = np.stack([np.asarray(Image.open(path).convert("RGB")) for path, _ in files])
    return images, np.array([label for _, label in files]), names


class Flips(keras.utils.PyDataset):
    """Batches in a new order each epoch, half of the images mirrored, moved by four pixels."""

    def __init__(self, images: np.ndarray, labels: np.ndarray) -> None:
        super().__init__()
        self.images, self.labels, self.epoch = images, labels, 0
        self.order = np.random.default_rng(SEED).permutation(len(images))

    def __len__(self) -> int:
        return len(self.images) // BATCH

    def on_epoch_end(self) -> None:
        self.epoch += 1
        self.order = np.random.default_rng((SEED, self.epoch)).permutation(len(self.images))

    def __getitem__(self, index: int) -> tuple[np.ndarray, np.ndarray]:
        rng = np.random.default_rng((SEED, self.epoch, index))
        chosen = self.order[index * BATCH : (index + 1) * BATCH]
        batch = np.pad(self.images[chosen], ((0, 0), (4, 4), (4, 4), (0, 0)), mode="reflect")
        top, left = rng.integers(0, 9, 2)
        batch = batch[:, top : top + SIZE, left : left + SIZE]
        flip = rng.random(BATCH) < 0.5
        batch[flip] = batch[flip, :, ::-1]
        return batch.astype("float32") / 127.5 - 1.0, self.labels[chosen]


def train(images: np.ndarray, labels: np.ndarray, classes: int, epochs: int, output: Path):
    model = classifier(classes)
    images_in = keras.Input((SIZE, SIZE, 3))
    learner = keras.Model(images_in, model(images_in)["probabilities"])
    batches = Flips(images, labels)
    rate = keras.optimizers.schedules.CosineDecay(3e-3, epochs * len(batches))
    learner.compile(
        keras.optimizers.AdamW(rate, weight_decay=0.01),
        keras.losses.SparseCategoricalCrossentropy(),
        metrics=["accuracy"],
    )
    backup = keras.callbacks.BackupAndRestore(output / "backup", save_freq="epoch")
    learner.fit(batches, epochs=epochs, verbose=2, callbacks=[backup])
    return model


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add = parser.add_argument
    add("--data", type=Path, required=True, help="a folder of class folders to learn from")
    add("--test", type=Path, required=True, help="another, to be tested on")
    add("--epochs", type=int, default=15, help="default: %(default)s")
    add("--output", type=Path, default=Path("runs/natural"), help="default: %(default)s")
    arguments = parser.parse_args()
    arguments.output.mkdir(parents=True, exist_ok=True)
    keras.utils.set_random_seed(SEED)
    images, labels, names = read(arguments.data)
    print(f"{len(images)} images of {len(names)} classes; results in {arguments.output}")
    model = train(images, labels, len(names), arguments.epochs, arguments.output)
    test_images, test_labels, _ = read(arguments.test)
    found = model.predict(test_images.astype("float32") / 127.5 - 1.0, verbose=0)
    accuracy = float(np.mean(found["probabilities"].argmax(1) == test_labels))
    card = {
        "name": "natural",
        "inputs": "images (n, 32, 32, 3), float32 in [-1, 1]",
        "outputs": {"features": int(found["features"].shape[1]), "probabilities": len(names)},
        "parameters": model.count_params(),
        "classes": names,
        "training_images": len(images),
        "test_accuracy": accuracy,
        "epochs": arguments.epochs,
        "versions": {"keras": keras.__version__, "kerasgan": kerasgan.__version__},
        "script": "benchmarks/train_natural_classifier.py",
    }
    model.save(arguments.output / "natural.keras")
    (arguments.output / "natural.json").write_text(json.dumps(card, indent=2) + "\n")
    print(json.dumps(card, indent=2))


if __name__ == "__main__":
    main()
