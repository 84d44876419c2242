"""Penalties that keep the discriminator smooth: most on the gradient of its score."""

from kerasgan.penalties.balanced_consistency import BalancedConsistency as BalancedConsistency
from kerasgan.penalties.consistency import Consistency as Consistency
from kerasgan.penalties.dragan import DRAGAN as DRAGAN
from kerasgan.penalties.gradient_penalty import GradientPenalty as GradientPenalty
from kerasgan.penalties.penalty import Penalty as Penalty
from kerasgan.penalties.r1 import R1 as R1
from kerasgan.penalties.r2 import R2 as R2
from kerasgan.penalties.registry import get as get
