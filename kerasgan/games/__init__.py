"""What is computed on a batch, and what is minimised: passes and terms that models share."""

from kerasgan.games.generative_model import GenerativeModel as GenerativeModel
from kerasgan.games.latent_model import LatentModel as LatentModel
