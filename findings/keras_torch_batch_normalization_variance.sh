#!/usr/bin/env bash
# Keras on PyTorch: BatchNormalization loses the variance of data whose mean is large.
#
# Expected: in float32, features of mean 10,000 and deviation 3 are normalised to deviation 1, as PyTorch's own
#   layer does and as Keras does on its other backends.
# Happens: Keras finds variances far off (some below zero), stores them as moving variances, and gives outputs that
#   are not a number or of another size. At a mean of 100 all agree.
# Cause: `keras.ops.moments` on PyTorch takes the mean of squares minus the square of the mean.
# Who is hurt: data that are not centred, such as raw sensor values, elevations or 16-bit images; files trained on
#   another backend and trained on under this one.
# Versions: keras 3.15.1, torch 2.13.0 (CPU). Fails if they behave otherwise.
set -euo pipefail
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cd "$scratch"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check keras==3.15.1 torch==2.13.0 numpy==2.4.6
cat > finding.py <<'PYTHON'
import sys

import keras
import numpy as np
import torch

print("python", sys.version.split()[0], "keras", keras.__version__, "torch", torch.__version__)
wrong = 0
for mean, expected in ((100.0, True), (10_000.0, False)):
    x = np.random.default_rng(0).normal(mean, 3.0, (512, 8)).astype("float32")
    true = x.astype("float64").var(0)
    layer = keras.layers.BatchNormalization(momentum=0.0)
    outputs = keras.ops.convert_to_numpy(layer(x, training=True))
    found = keras.ops.convert_to_numpy(layer.moving_variance)
    own = torch.nn.functional.batch_norm(torch.tensor(x), None, None, training=True).numpy()
    print(f"mean {mean:g}: true variance {true.min():.2f} to {true.max():.2f}, Keras's "
          f"{found.min():.2f} to {found.max():.2f}; deviation of the outputs: Keras "
          f"{outputs.std():.3f}, PyTorch's own {own.std():.3f}")
    right = bool(np.allclose(found, true, rtol=0.05))
    as_found = right == expected and abs(own.std() - 1.0) < 0.01
    wrong += not as_found
    print("as found" if as_found else "CHANGED")
sys.exit(f"{wrong} cases changed" if wrong else 0)
PYTHON
KERAS_BACKEND=torch venv/bin/python finding.py
