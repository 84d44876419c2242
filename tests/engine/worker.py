"""One of the processes of a `MultiWorkerMirroredStrategy`: `worker.py directory seconds`.

Trains on shuffled digits with a checkpoint every 3 steps, at least `seconds` for each step, and
writes its end to `directory`. `TF_CONFIG` says who it is; without it the process is alone.
"""

import contextlib
import json
import os
import sys
import time
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
# ruff: noqa: E402, I001  The workers meet before anything else.
import tensorflow as tf

tf.config.experimental.enable_op_determinism()
several = "TF_CONFIG" in os.environ
strategy = tf.distribute.MultiWorkerMirroredStrategy() if several else None

import keras
import numpy as np
from tests.engine import replica_games

import kerasgan


class Log(keras.callbacks.Callback):
    """Says where training is."""

    def __init__(self, pause):
        super().__init__()
        self.pause = pause

    def on_train_begin(self, logs=None):
        print(f"begins at step {int(self.model.optimizer.iterations.numpy())}", flush=True)

    def on_train_batch_end(self, batch, logs=None):
        if not logs:  # A batch that passes by, as it was seen before the interruption.
            return
        time.sleep(self.pause)
        print(f"step {int(self.model.optimizer.iterations.numpy())}", flush=True)


def main(directory, pause):
    digits = kerasgan.data.load_digits()[:197]  # The last batch is of 37.
    data = kerasgan.data.unpaired_arrays(digits, digits, batch_size=40, flip=True, seed=3)
    index = json.loads(os.environ["TF_CONFIG"])["task"]["index"] if several else 0
    checkpoint = kerasgan.callbacks.Checkpoint(directory / "checkpoints", every=3, unit="step")
    callbacks = [checkpoint, Log(pause)] if several else []
    with strategy.scope() if several else contextlib.nullcontext():
        gan = replica_games.make(shape=(8, 8, 1), optimizer=keras.optimizers.Adam, rate=0.002)
    history = gan.fit(data, epochs=3, verbose=0, callbacks=callbacks).history
    losses = {name: [float(value) for value in values] for name, values in history.items()}
    end = directory / f"end_{index if several else 'alone'}"
    np.savez(end.with_suffix(".npz"), *replica_games.state(gan))
    end.with_suffix(".json").write_text(json.dumps(losses))
    samples = gan.generate(3, seed=0)
    print(f"ends with losses {losses['loss']}, samples {samples.shape}", flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), float(sys.argv[2]))
