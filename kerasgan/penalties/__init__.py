"""Penalties on the discriminator's gradient with respect to its input."""

from kerasgan.penalties.gradient_penalty import GradientPenalty as GradientPenalty
from kerasgan.penalties.penalty import Penalty as Penalty
from kerasgan.penalties.r1 import R1 as R1
