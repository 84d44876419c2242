"""The zoo: one final class per variant."""

from kerasgan.models.auxiliary_classifier_gan import (
    AuxiliaryClassifierGAN as AuxiliaryClassifierGAN,
)
from kerasgan.models.bigan import BiGAN as BiGAN
from kerasgan.models.conditional_gan import ConditionalGAN as ConditionalGAN
from kerasgan.models.cycle_gan import CycleGAN as CycleGAN
from kerasgan.models.dcgan import DCGAN as DCGAN
from kerasgan.models.density_network import DensityNetwork as DensityNetwork
from kerasgan.models.density_ratio_estimator import (
    DensityRatioEstimator as DensityRatioEstimator,
)
from kerasgan.models.energy_gan import EnergyGAN as EnergyGAN
from kerasgan.models.fgan import FGAN as FGAN
from kerasgan.models.gan import GAN as GAN
from kerasgan.models.gmmn import GMMN as GMMN
from kerasgan.models.hierarchical_implicit_model import (
    HierarchicalImplicitModel as HierarchicalImplicitModel,
)
from kerasgan.models.info_gan import InfoGAN as InfoGAN
from kerasgan.models.lsgan import LSGAN as LSGAN
from kerasgan.models.mmd_gan import MMDGAN as MMDGAN
from kerasgan.models.sngan import SNGAN as SNGAN
from kerasgan.models.vanilla_gan import VanillaGAN as VanillaGAN
from kerasgan.models.wgan import WGAN as WGAN
from kerasgan.models.wgan_gp import WGANGP as WGANGP
