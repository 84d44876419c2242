"""Generators and discriminators of the papers: functions that return functional Keras models."""

from kerasgan.networks.dcgan import dcgan_discriminator as dcgan_discriminator
from kerasgan.networks.dcgan import dcgan_generator as dcgan_generator
from kerasgan.networks.initializers import normal_initialization as normal_initialization
from kerasgan.networks.initializers import (
    scaled_uniform_initialization as scaled_uniform_initialization,
)
from kerasgan.networks.lsgan import lsgan_generator as lsgan_generator
from kerasgan.networks.mlp import maxout_discriminator as maxout_discriminator
from kerasgan.networks.mlp import mlp_generator as mlp_generator
from kerasgan.networks.mlp_discriminator import mlp_discriminator as mlp_discriminator
from kerasgan.networks.patchgan import patchgan_discriminator as patchgan_discriminator
from kerasgan.networks.resnet_translator import resnet_translator as resnet_translator
