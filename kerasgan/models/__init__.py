"""The zoo: one final class per variant."""

from kerasgan.models.cycle_gan import CycleGAN as CycleGAN
from kerasgan.models.dcgan import DCGAN as DCGAN
from kerasgan.models.fgan import FGAN as FGAN
from kerasgan.models.gan import GAN as GAN
from kerasgan.models.lsgan import LSGAN as LSGAN
from kerasgan.models.vanilla_gan import VanillaGAN as VanillaGAN
from kerasgan.models.wgan import WGAN as WGAN
from kerasgan.models.wgan_gp import WGANGP as WGANGP
