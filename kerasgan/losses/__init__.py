"""Adversarial objectives: what the discriminator and the generator minimise, from scores."""

from kerasgan.losses.adversarial_loss import AdversarialLoss as AdversarialLoss
from kerasgan.losses.least_squares import LeastSquares as LeastSquares
from kerasgan.losses.minimax import Minimax as Minimax
from kerasgan.losses.non_saturating import NonSaturating as NonSaturating
from kerasgan.losses.registry import get as get
from kerasgan.losses.wasserstein import Wasserstein as Wasserstein
