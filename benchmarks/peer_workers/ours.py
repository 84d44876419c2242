"""kerasgan's side: `python ours.py dcgan` (or sngan, cyclegan) `[simultaneous]`."""

import os
import sys

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import kerasgan

import keras
import numpy as np
from turns import serve

MODELS = {
    "dcgan": (lambda m: m.DCGAN((64, 64, 3), base_filters=64, kernel_size=4), (64, 64, 3), 64, 1),
    "sngan": (lambda m: m.SNGAN((32, 32, 3)), (32, 32, 3), 16, 5),
    "cyclegan": (lambda m: m.CycleGAN((64, 64, 3), residual_blocks=9), (64, 64, 3), 1, 1),
}


def prepare():
    make, shape, batch, moves = MODELS[sys.argv[1]]
    model = make(kerasgan.models)
    model.compile(**({"update": "simultaneous"} if "simultaneous" in sys.argv else {}))
    domains = 2 if sys.argv[1] == "cyclegan" else 1
    rng = np.random.default_rng(0)

    def run(steps: int) -> None:
        # A minibatch of its own for each move of the discriminator.
        count = steps * batch * moves
        data = [rng.uniform(-1, 1, (count, *shape)).astype("float32") for _ in range(domains)]
        model.fit(*data, batch_size=batch * moves, verbose=0)

    networks = [n for player in model.players() for n in player.networks]
    facts = {"parameters": [n.count_params() for n in networks]}
    versions = {"kerasgan": kerasgan.__version__, "keras": keras.__version__}
    return run, {**facts, "versions": {**versions, "backend": keras.backend.backend()}}


if __name__ == "__main__":
    serve(prepare)
