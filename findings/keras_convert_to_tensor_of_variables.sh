#!/usr/bin/env bash
# Keras: `ops.convert_to_tensor(variable)` is the value of that moment on JAX, and the variable itself elsewhere.
#
# Expected: a tensor, whose numbers stay when the variable is assigned later, on every backend.
# Happens: on TensorFlow (run eagerly) and on PyTorch what is kept changes with the variable; on JAX it stays.
# Remedy: `ops.copy(ops.convert_to_tensor(variable))`.
# Who is hurt: code that keeps a value before a step to compare or restore it: moves that are taken back, moving
#   averages, regularisers of change. It is right on one backend and compares a variable with itself on two.
# Versions: keras 3.15.1, tensorflow 2.21.0, torch 2.13.0 (CPU), jax 0.10.2. Fails if they behave otherwise.
set -euo pipefail
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cd "$scratch"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check \
  keras==3.15.1 tensorflow==2.21.0 torch==2.13.0 jax==0.10.2
cat > finding.py <<'PYTHON'
import sys

import keras
import numpy as np
from keras import ops

variable = keras.Variable(np.zeros(3, "float32"))
kept, copied = ops.convert_to_tensor(variable), ops.copy(ops.convert_to_tensor(variable))
variable.assign(ops.ones(3))
found = [float(ops.convert_to_numpy(tensor)[0]) for tensor in (kept, copied)]
backend = keras.backend.backend()
print("python", sys.version.split()[0], "keras", keras.__version__, backend, "kept, then assigned:",
      f"converted {found[0]}, copied {found[1]}")
sys.exit(0 if found == [0.0 if backend == "jax" else 1.0, 0.0] else "CHANGED")
PYTHON
for backend in tensorflow torch jax; do
  TF_CPP_MIN_LOG_LEVEL=3 KERAS_BACKEND=$backend venv/bin/python finding.py 2> errors || { cat errors; exit 1; }
done
