#!/usr/bin/env bash
# Keras's random image layers inside a network: on some backends they change their input in place,
# give no gradient, or a wrong one.
#
# Expected: `RandomTranslation` and its like in front of a classifier or a discriminator, as the
#   guides of Keras put them, let the gradient through: what the backends compute agrees with
#   differences of the layer's own outputs, and the input stays as it was.
# Happens: TensorFlow: RandomRotation, RandomTranslation, RandomZoom and RandomShear, filled by
#   reflection (their default), give a gradient that is 20 % to 130 % off, RandomPerspective one
#   that is 5 % to 9 % off; RandomSaturation, RandomHue and RandomColorJitter give none. PyTorch:
#   RandomBrightness and RandomColorJitter write into the tensor that they are given. Without a word.
#   JAX is right in all of them; so are the others on all three.
# Cause, by reading: TensorFlow's gradient of ImageProjectiveTransformV3 is the transform by the
#   inverse matrix, filled in the same mode, and not the transpose; its HSVToRGB has no gradient; and
#   Keras's RandomBrightness says `images += rgb_delta`, which PyTorch does in place.
# Who is hurt: GANs (the generator learns through the layer), adversarial examples, style transfer,
#   saliency; on PyTorch everything that reads the batch after the layer.
# Versions: keras 3.15.1, tensorflow-cpu 2.21.0, torch 2.13.0 (CPU). Fails if they behave otherwise.
set -euo pipefail
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cd "$scratch"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check \
    keras==3.15.1 tensorflow-cpu==2.21.0 torch==2.13.0 numpy==2.4.6
cat > finding.py <<'PYTHON'
import sys

import keras
import numpy as np
from keras import layers, ops

backend = keras.backend.backend()
framework = __import__(backend)
print("python", sys.version.split()[0], "keras", keras.__version__, backend, framework.__version__)
UNIT = {"value_range": (0, 1), "seed": 1}
LAYERS = {
    "RandomFlip": (lambda: layers.RandomFlip(seed=1), {}),
    "RandomContrast": (lambda: layers.RandomContrast(0.3, **UNIT), {}),
    "RandomBrightness": (lambda: layers.RandomBrightness(0.1, **UNIT), {"torch": "in place"}),
    "RandomColorJitter": (
        lambda: layers.RandomColorJitter((0, 1), 0.1, 0.1, 0.1, 0.1, seed=1),
        {"torch": "in place", "tensorflow": "none"},
    ),
    "RandomSaturation": (lambda: layers.RandomSaturation(0.4, **UNIT), {"tensorflow": "none"}),
    "RandomHue": (lambda: layers.RandomHue(0.2, **UNIT), {"tensorflow": "none"}),
    "RandomRotation": (lambda: layers.RandomRotation(0.1, seed=1), {"tensorflow": "wrong"}),
    "RandomTranslation": (lambda: layers.RandomTranslation(0.2, 0.2, seed=1), {"tensorflow": "wrong"}),
    "RandomZoom": (lambda: layers.RandomZoom(0.3, 0.3, seed=1), {"tensorflow": "wrong"}),
    "RandomShear": (lambda: layers.RandomShear(0.3, 0.3, seed=1), {"tensorflow": "wrong"}),
}
rng = np.random.default_rng(0)
IMAGES = rng.uniform(0.3, 0.7, (4, 16, 16, 3)).astype("float32")
WEIGHTS = rng.normal(size=IMAGES.shape).astype("float32")


def gradient(fn):
    if backend == "tensorflow":
        x = framework.constant(IMAGES)
        with framework.GradientTape() as tape:
            tape.watch(x)
            y = fn(x)
        found = tape.gradient(y, x)
        return None if found is None else found.numpy()
    x = framework.tensor(IMAGES, requires_grad=True)
    return framework.autograd.grad(fn(x * 1.0), x)[0].numpy()


def look(layer):
    """'right', 'in place', 'none' or 'wrong', and the error of the gradient."""
    layer(IMAGES)
    states = [(v, ops.convert_to_numpy(v)) for v in layer.variables if "seed" in v.path]

    def call(x):
        for variable, value in states:  # The same draws each time.
            variable.assign(value)
        return layer(x, training=True)

    given = ops.convert_to_tensor(IMAGES.copy())
    call(given)
    if np.abs(ops.convert_to_numpy(given) - IMAGES).max() > 0:
        return "in place", None
    weights = ops.convert_to_tensor(WEIGHTS)
    slopes = gradient(lambda x: ops.sum(call(x) * weights))
    if slopes is None:
        return "none", None

    def value(x):
        return float((ops.convert_to_numpy(call(ops.convert_to_tensor(x))).astype("f8") * WEIGHTS).sum())

    errors, squares = 0.0, 0.0
    for _ in range(4):
        way = rng.normal(size=IMAGES.shape).astype("float32")
        expected = (value(IMAGES + 1e-3 * way) - value(IMAGES - 1e-3 * way)) / 2e-3
        errors += (float((slopes * way).sum()) - expected) ** 2
        squares += expected**2
    share = float(np.sqrt(errors / squares))
    return ("wrong" if share > 0.1 else "right"), share


changed = 0
for name, (make, found) in LAYERS.items():
    seen, share = look(make())
    expected = found.get(backend, "right")
    changed += seen != expected
    off = "" if share is None else f", {100 * share:.1f} % off"
    print(f"{'as found' if seen == expected else 'CHANGED '}  {name}: {seen}{off}")
sys.exit(f"{changed} cases changed" if changed else 0)
PYTHON
for backend in tensorflow torch; do
    KERAS_BACKEND=$backend TF_CPP_MIN_LOG_LEVEL=3 venv/bin/python finding.py
done
