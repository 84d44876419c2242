"""The game: players, their optimisers and the training step that every variant shares."""

from kerasgan.engine.adversarial_model import AdversarialModel as AdversarialModel
from kerasgan.engine.generative_model import GenerativeModel as GenerativeModel
from kerasgan.engine.latent_model import LatentModel as LatentModel
from kerasgan.engine.nonfinite_error import NonFiniteError as NonFiniteError
from kerasgan.engine.player import Player as Player
from kerasgan.engine.player_optimizers import PlayerOptimizers as PlayerOptimizers
from kerasgan.engine.recipe import Recipe as Recipe
