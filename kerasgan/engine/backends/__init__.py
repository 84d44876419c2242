"""The signature of a training step on each backend: the only code of the engine that differs."""

import keras

if keras.backend.backend() == "tensorflow":
    from kerasgan.engine.backends.tensorflow import SeedGenerator as SeedGenerator
    from kerasgan.engine.backends.tensorflow import Trainer as Trainer
elif keras.backend.backend() == "jax":
    from kerasgan.engine.backends.jax import SeedGenerator as SeedGenerator
    from kerasgan.engine.backends.jax import Trainer as Trainer
else:
    from kerasgan.engine.backends.torch import SeedGenerator as SeedGenerator
    from kerasgan.engine.backends.torch import Trainer as Trainer
