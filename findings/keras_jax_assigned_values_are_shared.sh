#!/usr/bin/env bash
# Keras on JAX: a variable that was assigned from another takes it along when `evaluate` gives its arrays away.
#
# Expected: `a.assign(b)` copies a value, as it does on TensorFlow and PyTorch; what becomes of `a` is nothing to `b`.
# Happens: both hold one JAX array. The compiled test step donates the arrays of metrics, and the other variable, here
#   the step counter of the optimizer, then raises "Array has been deleted" whenever it is read.
# Remedy: assign a copy, `a.assign(ops.copy(b))`.
# Who is hurt: metrics and callbacks that note a counter or a weight, such as steps, rates or baselines.
# Versions: keras 3.15.1, jax 0.10.2 (CPU). Fails if they behave otherwise.
set -euo pipefail
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cd "$scratch"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check keras==3.15.1 jax==0.10.2 numpy==2.4.6
cat > finding.py <<'PYTHON'
import sys

import jax
import keras
import numpy as np
from keras import ops


class Noted(keras.metrics.Metric):
    def __init__(self):
        super().__init__(name="noted")
        self.steps = self.add_variable((), "zeros", dtype="int32", name="steps")

    def update_state(self, *args, **kwargs):
        pass

    def result(self):
        return ops.convert_to_tensor(self.steps)

    def reset_state(self):
        pass


def read_after(note):
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    noted = Noted()
    model.compile("adam", "mse", metrics=[noted])
    x, y = np.zeros((4, 2), "float32"), np.zeros((4, 1), "float32")
    model.fit(x, y, verbose=0)
    noted.steps.assign(note(model.optimizer.iterations))
    model.evaluate(x, y, verbose=0)
    try:
        return str(int(ops.convert_to_numpy(model.optimizer.iterations)))
    except RuntimeError as error:
        return f"RuntimeError: {error}"


print("python", sys.version.split()[0], "keras", keras.__version__, "jax", jax.__version__)
assigned, copied = read_after(lambda steps: steps), read_after(ops.copy)
print("the counter after `assign(iterations)` and `evaluate`:", assigned)
print("after `assign(ops.copy(iterations))` and `evaluate`:", copied)
as_found = "has been deleted" in assigned and copied == "1"
sys.exit(0 if as_found else "CHANGED")
PYTHON
KERAS_BACKEND=jax venv/bin/python finding.py
