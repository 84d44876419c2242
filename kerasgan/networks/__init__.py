"""Generators and discriminators of the papers: functions that return functional Keras models."""

from kerasgan.features.inception_2015 import inception_2015 as inception_2015
from kerasgan.features.lpips_vgg16 import lpips_vgg16 as lpips_vgg16
from kerasgan.networks.auxiliary_classifier_gan import acgan_discriminator as acgan_discriminator
from kerasgan.networks.auxiliary_classifier_gan import acgan_generator as acgan_generator
from kerasgan.networks.bigan import bigan_discriminator as bigan_discriminator
from kerasgan.networks.bigan import bigan_encoder as bigan_encoder
from kerasgan.networks.bigan import bigan_generator as bigan_generator
from kerasgan.networks.conditional_gan import (
    conditional_maxout_discriminator as conditional_maxout_discriminator,
)
from kerasgan.networks.conditional_gan import (
    conditional_mlp_generator as conditional_mlp_generator,
)
from kerasgan.networks.dcgan import dcgan_discriminator as dcgan_discriminator
from kerasgan.networks.dcgan import dcgan_generator as dcgan_generator
from kerasgan.networks.gmmn import gmmn_decoder as gmmn_decoder
from kerasgan.networks.gmmn import gmmn_encoder as gmmn_encoder
from kerasgan.networks.gmmn import gmmn_generator as gmmn_generator
from kerasgan.networks.info_gan import infogan_discriminator as infogan_discriminator
from kerasgan.networks.info_gan import infogan_generator as infogan_generator
from kerasgan.networks.initializers import normal_initialization as normal_initialization
from kerasgan.networks.initializers import (
    scaled_uniform_initialization as scaled_uniform_initialization,
)
from kerasgan.networks.lsgan import lsgan_generator as lsgan_generator
from kerasgan.networks.mlp import maxout_discriminator as maxout_discriminator
from kerasgan.networks.mlp import mlp_generator as mlp_generator
from kerasgan.networks.mlp_discriminator import mlp_discriminator as mlp_discriminator
from kerasgan.networks.patchgan import patchgan_discriminator as patchgan_discriminator
from kerasgan.networks.resnet_discriminator import resnet_discriminator as resnet_discriminator
from kerasgan.networks.resnet_generator import resnet_generator as resnet_generator
from kerasgan.networks.resnet_translator import resnet_translator as resnet_translator
from kerasgan.networks.sngan_cnn import sngan_cnn_discriminator as sngan_cnn_discriminator
from kerasgan.networks.sngan_cnn import sngan_cnn_generator as sngan_cnn_generator
