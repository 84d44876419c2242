"""The engine: everything about training a game that does not depend on which game it is."""

from kerasgan.engine.adversarial_model import AdversarialModel as AdversarialModel
from kerasgan.engine.game.average import Average as Average
from kerasgan.engine.game.player import Player as Player
from kerasgan.engine.game.recipe import Recipe as Recipe
from kerasgan.engine.health.nonfinite_error import NonFiniteError as NonFiniteError
from kerasgan.engine.optimizers.player_optimizers import PlayerOptimizers as PlayerOptimizers
