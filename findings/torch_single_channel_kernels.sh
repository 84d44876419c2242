#!/usr/bin/env bash
# Keras on PyTorch, on a CPU: convolutions whose kernel ends in one channel cannot be trained on
# a batch of one sample.
#
# Expected: `Conv2D(1, 3)` learns from one sample as `Conv2D(2, 3)` does, and as it does from two.
# Happens: backward raises "slow_conv2d: grad_weight must be contiguous"; with `Conv2DTranspose` of
#   one input channel "grad_weight needs to be contiguous". The same with any number of samples in
#   float16, and in bfloat16 on processors that do not compute in it (emulated below by
#   ONEDNN_MAX_CPU_ISA and ATEN_CPU_CAPABILITY), where oneDNN steps aside for the plain kernels.
# Cause: Keras keeps kernels as (height, width, inputs, outputs) and transposes the view to
#   (outputs, inputs, height, width). With one output the stride of that side is free, so that
#   PyTorch takes the view for one with the channels last, makes the gradient of the same layout, and
#   its plain kernels then refuse it. The same values stored in PyTorch's order pass: that is what
#   kerasgan does when it prepares a training.
# Who is hurt: grey images (the last convolution of a generator), critics of patches, and every last
#   batch of one sample in training on a CPU.
# Versions: keras 3.15.1, torch 2.13.0 (CPU). Fails if they behave otherwise.
set -euo pipefail
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cd "$scratch"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check keras==3.15.1 torch==2.13.0 numpy==2.4.6
cat > finding.py <<'PYTHON'
import os
import sys

import keras
import numpy as np
import torch
from keras import layers

print("python", sys.version.split()[0], "keras", keras.__version__, "torch", torch.__version__)
print("processor seen by PyTorch:", torch.backends.cpu.get_cpu_capability())
REFUSED = "must be contiguous", "needs to be contiguous"


def trains(layer, channels, samples, policy="float32", in_torch_order=False):
    keras.config.set_dtype_policy(policy)
    layer = layer()
    model = keras.Sequential([keras.Input((8, 8, channels)), layer])
    if in_torch_order:
        kernel = layer.kernel.value
        kernel.data = kernel.permute(3, 2, 0, 1).contiguous().permute(2, 3, 1, 0)
    try:
        model(np.ones((samples, 8, 8, channels), "float32"), training=True).float().sum().backward()
    except RuntimeError as error:
        if not any(words in str(error) for words in REFUSED):
            raise
        return str(error)
    return "trains"


def one(): return layers.Conv2D(1, 3)
def two(): return layers.Conv2D(2, 3)
def up(): return layers.Conv2DTranspose(2, 3)


refused = "refused"
cases = [
    ("Conv2D(1, 3), one sample", (one, 4, 1), refused),
    ("Conv2D(1, 3), two samples", (one, 4, 2), "trains"),
    ("Conv2D(2, 3), one sample", (two, 4, 1), "trains"),
    ("Conv2DTranspose of one channel, one sample", (up, 1, 1), refused),
    ("Conv2DTranspose of four channels, one sample", (up, 4, 1), "trains"),
    ("Conv2D(1, 3), two samples, float16", (one, 4, 2, "mixed_float16"), refused),
    ("Conv2D(1, 3), two samples, bfloat16", (one, 4, 2, "mixed_bfloat16"), refused),
    ("Conv2D(1, 3), one sample, stored in PyTorch's order", (one, 4, 1, "float32", True), "trains"),
    ("Conv2D(1, 3), float16, stored in PyTorch's order", (one, 4, 2, "mixed_float16", True), "trains"),
]
wrong = 0
for name, arguments, expected in cases:
    seen = trains(*arguments)
    as_found = (seen == "trains") == (expected == "trains")
    wrong += not as_found
    print(f"{'as found' if as_found else 'CHANGED '}  {name}: {seen}")
sys.exit(f"{wrong} cases changed" if wrong else 0)
PYTHON
KERAS_BACKEND=torch ONEDNN_MAX_CPU_ISA=AVX2 ATEN_CPU_CAPABILITY=avx2 venv/bin/python finding.py
