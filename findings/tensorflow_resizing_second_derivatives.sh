#!/usr/bin/env bash
# TensorFlow: resizing cannot be differentiated twice, and the bilinear one does not say so.
#
# Expected: a penalty on the gradient of a network (WGAN-GP, R1, DRAGAN) is differentiated through
#   `UpSampling2D(interpolation="bilinear")`, `Resizing` and `ops.image.resize` as through other
#   layers; or an error is raised.
# Happens: through bilinear resizing the gradient of the gradient is `None`, without a word: layers
#   behind it get nothing from the penalty, and layers before it a part. Nearest, bicubic and
#   antialiased resizing raise `LookupError: gradient registry has no entry for: ...Grad`.
#   `UpSampling2D(interpolation="nearest")` repeats pixels, and is right. PyTorch and JAX are right
#   in all.
# Cause: the kernels of the gradients have no gradients of their own.
# Who is hurt: everyone who trains a discriminator with a gradient penalty and resizes in it.
# Versions: keras 3.15.1, tensorflow-cpu 2.21.0. Fails if they behave otherwise.
set -euo pipefail
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cd "$scratch"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check \
    keras==3.15.1 tensorflow-cpu==2.21.0 numpy==2.4.6
cat > finding.py <<'PYTHON'
import sys

import keras
import numpy as np
import tensorflow as tf
from keras import layers, ops

print("python", sys.version.split()[0], "keras", keras.__version__, "tensorflow", tf.__version__)
IMAGES = tf.constant(np.random.default_rng(0).uniform(size=(2, 6, 6, 2)).astype("float32"))
SILENT, RAISES, RIGHT = "nothing, and no word", "LookupError", "right"
CASES = {
    "UpSampling2D, nearest": (layers.UpSampling2D(2), RIGHT),
    "UpSampling2D, bilinear": (layers.UpSampling2D(2, interpolation="bilinear"), SILENT),
    "UpSampling2D, bicubic": (layers.UpSampling2D(2, interpolation="bicubic"), RAISES),
    "Resizing, bilinear": (layers.Resizing(9, 9), SILENT),
    "Resizing, nearest": (layers.Resizing(9, 9, interpolation="nearest"), RAISES),
    "ops.image.resize, bilinear": (lambda x: ops.image.resize(x, (3, 3)), SILENT),
    "ops.image.resize, antialiased": (lambda x: ops.image.resize(x, (3, 3), antialias=True), RAISES),
    "AveragePooling2D": (layers.AveragePooling2D(2), RIGHT),
}


def look(layer):
    """Of |g|², g the gradient of w·sum(f(x)²) by x, the derivative by w at w = 1 is 2|g|²."""
    w = tf.constant(1.0)
    with tf.GradientTape() as outer:
        outer.watch(w)
        with tf.GradientTape() as inner:
            inner.watch(IMAGES)
            scores = w * tf.reduce_sum(layer(IMAGES) * 0.5)
        penalty = tf.reduce_sum(tf.square(inner.gradient(scores, IMAGES)))
    try:
        slope = outer.gradient(penalty, w)
    except LookupError as error:
        return RAISES, str(error)
    if slope is None:
        return SILENT, f"None where {2 * float(penalty):.4f} is due"
    share = float(slope) / (2 * float(penalty))
    return (RIGHT if abs(share - 1) < 1e-3 else "wrong"), f"{100 * share:.1f} % of what is due"


changed = 0
for name, (layer, expected) in CASES.items():
    seen, detail = look(layer)
    changed += seen != expected
    print(f"{'as found' if seen == expected else 'CHANGED '}  {name}: {seen} ({detail})")
sys.exit(f"{changed} cases changed" if changed else 0)
PYTHON
KERAS_BACKEND=tensorflow TF_CPP_MIN_LOG_LEVEL=3 venv/bin/python finding.py
