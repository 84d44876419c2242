"""Stateful code run on a model that stays as it was: one file for each backend."""

import keras

if keras.backend.backend() == "tensorflow":
    from kerasgan.engine.backends.dry_runs.tensorflow import dry_run as dry_run
elif keras.backend.backend() == "jax":
    from kerasgan.engine.backends.dry_runs.jax import dry_run as dry_run
else:
    from kerasgan.engine.backends.dry_runs.torch import dry_run as dry_run
