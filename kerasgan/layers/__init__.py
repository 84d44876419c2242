"""Keras layers that GANs need and Keras lacks."""

from kerasgan.layers.batch_normalization import BatchNormalization as BatchNormalization
from kerasgan.layers.conditional_batch_normalization import (
    ConditionalBatchNormalization as ConditionalBatchNormalization,
)
from kerasgan.layers.diff_augment import DiffAugment as DiffAugment
from kerasgan.layers.fade import Fade as Fade
from kerasgan.layers.frozen import Frozen as Frozen
from kerasgan.layers.image_pool import ImagePool as ImagePool
from kerasgan.layers.instance_noise import InstanceNoise as InstanceNoise
from kerasgan.layers.instance_normalization import InstanceNormalization as InstanceNormalization
from kerasgan.layers.maxout import Maxout as Maxout
from kerasgan.layers.mean_field_normal import MeanFieldNormal as MeanFieldNormal
from kerasgan.layers.reflection_padding2d import ReflectionPadding2D as ReflectionPadding2D
from kerasgan.layers.spectral_normalization import SpectralNormalization as SpectralNormalization
from kerasgan.layers.tanh_skip import TanhSkip as TanhSkip
