"""What a replica of the training step knows of the others: a file for each backend.

Only TensorFlow's strategies run the step once for each replica, on its part of the batch. JAX
divides the arrays and keeps one step for the whole batch, so that there is nothing to know.
"""

import keras

if keras.backend.backend() == "tensorflow":
    from kerasgan.ops.replicas.tensorflow import on_whole_batch as on_whole_batch
else:
    from kerasgan.ops.replicas.single import on_whole_batch as on_whole_batch
