"""The terms of both sides of an adversarial game, over all judges and scales."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from keras import ops

from kerasgan.engine.game.rules import Rules
from kerasgan.engine.game.turn import Turn
from kerasgan.games.judge import Judge, total
from kerasgan.types import Tensor, Terms

ADVERSARIAL = "adversarial"


def discriminator_names(rules: Rules) -> list[str]:
    """The names of what `discriminator_terms` returns."""
    return [ADVERSARIAL, *(penalty.name for penalty in rules.penalties_on("judge"))]


def generator_names(rules: Rules) -> list[str]:
    """The names of what `generator_terms` returns."""
    return [ADVERSARIAL, *(penalty.name for penalty in rules.penalties_on("maker"))]


def discriminator_terms(
    turn: Turn, judges: Sequence[Judge], player: str = "discriminator"
) -> Terms:
    """What discriminators minimise: the objective's part, and each penalty, added over all judges.

    Args:
        turn: What is known beside the batch.
        judges: The discriminators of the player, with what they are shown.
        player: String, the player's name, by whose moves lazy penalties count. Defaults to
            `"discriminator"`.
    """
    terms = {ADVERSARIAL: total([_discriminator_loss(turn, judge) for judge in judges])}
    for penalty in turn.rules.penalties_on("judge"):
        values = [
            penalty(judge.score, judge.real, judge.shown, turn.moves_of(player), turn.random)
            for judge in judges
        ]
        terms[penalty.name] = total(values)
    return terms


def generator_terms(
    turn: Turn, judges: Sequence[Judge], maker: Any = None, player: str = "generator"
) -> Terms:
    """What generators minimise: the objective's part, added over all judges, and each penalty.

    Args:
        turn: What is known beside the batch.
        judges: Those that judge what the player makes.
        maker: Passes with `make`, from latents to samples, `latents` and `fake`, where penalties on
            generators are read. Defaults to `None`.
        player: String, the player's name. Defaults to `"generator"`.
    """
    terms = {ADVERSARIAL: total([_generator_loss(turn, judge) for judge in judges])}
    for penalty in turn.rules.penalties_on("maker") if maker is not None else ():
        terms[penalty.name] = penalty(
            maker.make, maker.latents, maker.fake, turn.moves_of(player), turn.random
        )
    return terms


def feature_matching(judges: Sequence[Judge]) -> Tensor:
    """How far the features of generated samples lie from those of the real ones, in L1.

    The mean absolute difference of each inner feature map, added over maps and judges; real
    samples' features are a target, and no gradient goes back through them.

    Reference: [Wang et al., 2018](https://arxiv.org/abs/1711.11585), equation 4.
    """
    distances = []
    for judge in judges:
        real, fake = judge.comparison
        for target, features in zip(real.features, fake.features, strict=True):
            distance = ops.mean(ops.abs(features - ops.stop_gradient(target)))
            distances.append(_weighted(judge, distance))
    return total(distances)


def _discriminator_loss(turn: Turn, judge: Judge) -> Tensor:
    real, fake = judge.judgement
    losses = [
        turn.rules.loss.discriminator_loss(*scores)
        for scores in zip(real.scores, fake.scores, strict=True)
    ]
    return _weighted(judge, total(losses))


def _generator_loss(turn: Turn, judge: Judge) -> Tensor:
    loss = turn.rules.loss
    if not loss.compares:
        losses = [loss.generator_loss(scores) for scores in judge.fake_judgement.scores]
    else:
        real, fake = judge.comparison
        losses = [
            loss.generator_loss(of_fake, of_real)
            for of_real, of_fake in zip(real.scores, fake.scores, strict=True)
        ]
    return _weighted(judge, total(losses))


def _weighted(judge: Judge, value: Tensor) -> Tensor:
    return value if judge.weight == 1.0 else judge.weight * value
