"""Trains the classifier of digits that ships as the feature extractor "digits", and tells how good.

    python benchmarks/train_digits_classifier.py --output kerasgan/features/extractors

It learns from four fifths of the digits that come with scikit-learn, slightly moved, turned and
scaled, and is tested on the last fifth. Two files are written: its weights, and its card.
"""

import argparse
import json
from pathlib import Path

import kerasgan
from kerasgan.features.extractors.digits_classifier import SIZE, WEIGHTS, digits_classifier

import keras
import numpy as np
from keras import layers
from scipy.stats import binomtest
from sklearn.model_selection import train_test_split

SEED = 0


def train(model, images, labels, epochs):
    """Returns nothing; the model has learnt."""
    inputs = keras.Input((SIZE, SIZE, 1))
    background = {"fill_mode": "constant", "fill_value": -1.0}
    x = layers.RandomTranslation(0.08, 0.08, **background, seed=SEED)(inputs)
    x = layers.RandomRotation(0.03, **background, seed=SEED + 1)(x)
    x = layers.RandomZoom(0.1, 0.1, **background, seed=SEED + 2)(x)
    learner = keras.Model(inputs, model(x)["probabilities"])
    batch = 64
    steps = epochs * -(-len(images) // batch)
    learner.compile(
        keras.optimizers.AdamW(keras.optimizers.schedules.CosineDecay(3e-3, steps), 1e-3),
        keras.losses.CategoricalCrossentropy(label_smoothing=0.05),
        metrics=["accuracy"],
    )
    targets = keras.utils.to_categorical(labels, 10)
    learner.fit(images, targets, batch_size=batch, epochs=epochs, verbose=2)


def accuracy(model, images, labels):
    """The share of images whose class is the most probable one, and its interval of 95 %."""
    found = model.predict(images, verbose=0)["probabilities"].argmax(axis=1)
    right = int(np.sum(found == labels))
    interval = binomtest(right, len(labels)).proportion_ci()
    return right / len(labels), [round(interval.low, 4), round(interval.high, 4)]


def card(model, parts, epochs):
    """What a user should know of the classifier."""
    (train_images, train_labels), (test_images, test_labels) = parts
    tested, interval = accuracy(model, test_images, test_labels)
    return {
        "name": "digits",
        "what": "classifier of handwritten digits, a feature extractor for metrics",
        "inputs": "images (n, 32, 32, 1), float32 in [-1, 1], background -1",
        "outputs": {"features": 64, "probabilities": 10},
        "parameters": model.count_params(),
        "data": "sklearn.datasets.load_digits (UCI Optical Recognition of Handwritten Digits, "
        "CC BY 4.0), 8x8 interpolated bilinearly to 32x32; a stratified fifth is held out",
        "training_images": len(train_images),
        "test_images": len(test_images),
        "training_accuracy": accuracy(model, train_images, train_labels)[0],
        "test_accuracy": tested,
        "test_accuracy_95_percent_interval": interval,
        "split": f"train_test_split(test_size=0.2, random_state={SEED}, stratify=labels)",
        "epochs": epochs,
        "seed": SEED,
        "versions": {"keras": keras.__version__, "backend": keras.backend.backend()},
        "script": "benchmarks/train_digits_classifier.py",
        "limits": "The same 13 people wrote both parts: other hands and pens, such as MNIST's, it "
        "reads badly. Numbers of this extractor compare with each other only, never with those "
        "of the Inception network",
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--output", type=Path, default=Path("runs/digits_classifier"))
    parser.add_argument("--epochs", type=int, default=120)
    arguments = parser.parse_args()
    keras.utils.set_random_seed(SEED)
    images, labels = kerasgan.data.load_digits(SIZE, return_labels=True)
    split = train_test_split(images, labels, test_size=0.2, random_state=SEED, stratify=labels)
    parts = (split[0], split[2]), (split[1], split[3])
    model = digits_classifier()
    train(model, *parts[0], arguments.epochs)
    text = card(model, parts, arguments.epochs)
    arguments.output.mkdir(parents=True, exist_ok=True)
    model.save_weights(arguments.output / WEIGHTS.name)
    (arguments.output / "digits_classifier.json").write_text(json.dumps(text, indent=2) + "\n")
    print(json.dumps(text, indent=2))
    print("written to", arguments.output)


if __name__ == "__main__":
    main()
