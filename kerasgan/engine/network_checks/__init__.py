"""What is looked at in the networks of a game when it is compiled, and told before training."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from kerasgan.engine.game.player import Player
from kerasgan.engine.network_checks.augmentations import check_augmentations
from kerasgan.engine.network_checks.overwriting import check_overwriting
from kerasgan.engine.network_checks.scores import check_scores
from kerasgan.engine.network_checks.second_order import check_second_order
from kerasgan.engine.network_checks.shared import check_ownership


def check_networks(model: Any, players: Sequence[Player]) -> None:
    """Refuses, or warns of, networks that would train otherwise than they seem to.

    Nothing is computed for networks of layers that are known to train well; of others a few samples
    are sent through what is in question. Weights, statistics and random streams stay as they are.

    Args:
        model: The `AdversarialModel`, its rules chosen.
        players: Its players.

    Raises:
        ValueError: If two players own one variable, a layer changes its input in place, no gradient
            comes through a discriminator, or a penalty's gradient would be wrong.
    """
    rules = model.rules
    check_ownership(players)
    check_augmentations(players)
    check_overwriting(model, players)
    check_second_order(players, rules.penalties)
    check_scores(players, rules.loss)
