"""Adversarial objectives: what the discriminator and the generator minimise, from scores."""

from kerasgan.losses.adversarial_loss import AdversarialLoss as AdversarialLoss
from kerasgan.losses.density_ratio import DensityRatio as DensityRatio
from kerasgan.losses.energy_margin import EnergyMargin as EnergyMargin
from kerasgan.losses.f_divergence import FDivergence as FDivergence
from kerasgan.losses.hinge import Hinge as Hinge
from kerasgan.losses.kliep import KLIEP as KLIEP
from kerasgan.losses.least_squares import LeastSquares as LeastSquares
from kerasgan.losses.lsdd import LSDD as LSDD
from kerasgan.losses.lsif import LSIF as LSIF
from kerasgan.losses.maximum_mean_discrepancy import (
    MaximumMeanDiscrepancy as MaximumMeanDiscrepancy,
)
from kerasgan.losses.minimax import Minimax as Minimax
from kerasgan.losses.non_saturating import NonSaturating as NonSaturating
from kerasgan.losses.registry import get as get
from kerasgan.losses.relativistic import Relativistic as Relativistic
from kerasgan.losses.wasserstein import Wasserstein as Wasserstein
