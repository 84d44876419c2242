"""What the players of a game would do on a batch, found out beside the training."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import keras
import numpy as np
from keras import ops

from kerasgan.engine.adversarial_model import AdversarialModel
from kerasgan.engine.backends.dry_runs import dry_run
from kerasgan.engine.game import moves
from kerasgan.ops.gradients import losses_and_gradients
from kerasgan.types import Tensor

Judgement = tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]


class Observation(NamedTuple):
    """What a probe saw.

    Args:
        judgements: For each discriminator `(real, fake, real_scores, fake_scores)`, float32 arrays
            of as many samples each; empty for games without discriminators.
        gradient_norms: The Euclidean norm of the gradient of each player's loss with respect to all
            that the player moves, by player.
    """

    judgements: list[Judgement]
    gradient_norms: dict[str, float]


def make_probe(model: AdversarialModel, seed: int = 0) -> Callable[[Any], Observation]:
    """Makes a callable that observes a compiled game on a batch and leaves it as it was.

    The networks compute as in training, with the same latents in every call.

    Args:
        model: The game.
        seed: Int, the seed of the latents. Defaults to `0`.

    Returns:
        A callable from what Keras hands to a training step to an `Observation`.
    """
    stream = ops.convert_to_tensor(keras.random.SeedGenerator(seed).state)
    given = [(model.seed_generator.state, stream)]
    runs: dict[int | None, Callable[[Any], Any]] = {}  # By the stage, as some are compiled.

    def probe(data: Any) -> Observation:
        if model.stage not in runs:
            runs[model.stage] = dry_run(model, lambda data: _observe(model, data), given)
        judgements, norms = runs[model.stage](data)
        arrays = [tuple(ops.convert_to_numpy(part) for part in parts) for parts in judgements]
        return Observation(arrays, {name: float(norm) for name, norm in norms.items()})

    return probe


def _observe(model: AdversarialModel, data: Any) -> tuple[list[Any], dict[str, Tensor]]:
    players = model.game.players
    optimizers = [model.optimizer.players[player.name] for player in players]

    def evaluate() -> tuple[list[Tensor], list[Any]]:
        turn = model.turn(training=True)
        passes, terms = moves.look(model, players, model.unpack(data), turn)
        losses = [moves.total(moves.own(player, terms)) for player in players]
        # As in training: in float16 small gradients would vanish by rounding.
        scaled = [o.scale_loss(loss) for o, loss in zip(optimizers, losses, strict=True)]
        return scaled, list(getattr(passes, "judgements", ()))

    variables = [player.trainable_variables for player in players]
    judgements, gradients = losses_and_gradients(evaluate, variables)
    norms = {
        player.name: _norm(gradient) / ops.convert_to_tensor(optimizer.scale_loss(1.0))
        for player, gradient, optimizer in zip(players, gradients, optimizers, strict=True)
    }
    return judgements, norms


def _norm(gradients: Sequence[Tensor | None]) -> Tensor:
    squares = [ops.sum(ops.square(ops.cast(g, "float32"))) for g in gradients if g is not None]
    return ops.sqrt(sum(squares, ops.zeros(())))
