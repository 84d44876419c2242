"""Adam's moves by TensorFlow's kernel, which passes once over what Keras passes over ten times."""

from __future__ import annotations

import types

import keras
import tensorflow as tf

from kerasgan.types import Tensor


def fuse(optimizer: keras.optimizers.Optimizer) -> None:
    """Makes an optimiser move float32 variables by the kernel, where it is Adam itself.

    The formula is the same, and so are results but for rounding. What comes before a move in Keras
    (clipping, decay, accumulation) and after it (averages) stays Keras's.

    Args:
        optimizer: A player's optimiser, possibly within a loss scale.
    """
    optimizer = getattr(optimizer, "inner_optimizer", optimizer)
    if type(optimizer) is keras.optimizers.Adam and not optimizer.amsgrad:
        optimizer.update_step = types.MethodType(_update_step, optimizer)


def _update_step(
    self: keras.optimizers.Adam, gradient: Tensor, variable: tf.Variable, learning_rate: Tensor
) -> None:
    if isinstance(gradient, tf.IndexedSlices) or variable.dtype != tf.float32:
        type(self).update_step(self, gradient, variable, learning_rate)
        return
    index = self._get_variable_index(variable)
    step = tf.cast(self.iterations + 1, tf.float32)
    tf.raw_ops.ResourceApplyAdam(
        var=variable.handle,
        m=self._momentums[index].value.handle,
        v=self._velocities[index].value.handle,
        beta1_power=tf.pow(tf.constant(self.beta_1, tf.float32), step),
        beta2_power=tf.pow(tf.constant(self.beta_2, tf.float32), step),
        lr=tf.cast(learning_rate, tf.float32),
        beta1=self.beta_1,
        beta2=self.beta_2,
        epsilon=self.epsilon,
        grad=tf.cast(gradient, tf.float32),
    )
