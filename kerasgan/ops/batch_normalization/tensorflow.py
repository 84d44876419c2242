"""Batch normalisation on TensorFlow, by its fused kernel."""

from __future__ import annotations

import tensorflow as tf

from kerasgan.types import Tensor


def normalize(
    x: Tensor, epsilon: float, scale: Tensor | None, offset: Tensor | None
) -> tuple[Tensor, Tensor, Tensor]:
    """See `kerasgan.ops.batch_normalization`."""
    x = tf.convert_to_tensor(x)
    channels = x.shape[-1]
    # Not `tf.nn.fused_batch_norm`, which raises small epsilons to cuDNN's minimum.
    fused = tf.raw_ops.FusedBatchNormV3(
        x=tf.reshape(x, (-1, 1, 1, channels)) if x.shape.rank == 2 else x,
        scale=tf.ones((channels,)) if scale is None else tf.convert_to_tensor(scale),
        offset=tf.zeros((channels,)) if offset is None else tf.convert_to_tensor(offset),
        mean=tf.zeros((0,)),
        variance=tf.zeros((0,)),
        epsilon=epsilon,
        is_training=True,
    )
    # The kernel returns the unbiased variance; of one value the biased one, zero.
    count = tf.cast(tf.size(x) // channels, tf.float32)
    variance = fused.batch_variance * ((count - 1.0) / count)
    return tf.reshape(fused.y, tf.shape(x)), fused.batch_mean, variance
