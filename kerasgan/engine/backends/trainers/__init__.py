"""The signature of a training step on each backend: the only code of the engine that differs."""

import keras

if keras.backend.backend() == "tensorflow":
    from kerasgan.engine.backends.trainers.tensorflow import SeedGenerator as SeedGenerator
    from kerasgan.engine.backends.trainers.tensorflow import Trainer as Trainer
elif keras.backend.backend() == "jax":
    from kerasgan.engine.backends.trainers.jax import SeedGenerator as SeedGenerator
    from kerasgan.engine.backends.trainers.jax import Trainer as Trainer
else:
    from kerasgan.engine.backends.trainers.torch import SeedGenerator as SeedGenerator
    from kerasgan.engine.backends.trainers.torch import Trainer as Trainer
