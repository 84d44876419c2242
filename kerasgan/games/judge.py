"""A discriminator and what it is shown."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import reduce
from operator import add
from typing import Any

import keras
from keras import ops

from kerasgan.engine.game.turn import Turn
from kerasgan.engine.network_checks.independence import treats_samples_independently
from kerasgan.games.conditions import beside
from kerasgan.games.judgement import Judgement, as_judgement
from kerasgan.games.made_once import made_once
from kerasgan.types import Tensor


class Judge:
    """A discriminator with the real and the generated samples of a batch.

    Each pass is made when it is first asked for, and then kept: the generator's loss needs no pass
    of real samples, where its objective does not compare.

    Args:
        network: Keras model from samples, or from samples and their condition, to what
            `as_judgement` reads.
        turn: What is known beside the batch.
        real: Callable to real samples, `(batch, ...)`.
        fake: Callable to generated samples, as many.
        condition: What the network is told beside the samples, see `beside`. Defaults to `None`.
        shown: Callable to the generated samples that the discriminator learns from, such as those
            of a history; `None` for those of `fake`. Defaults to `None`.
        told: The names of the network's outputs after the scores. Defaults to none.
        one_pass: Bool, whether real and generated samples may be judged in one pass, where the
            network treats samples independently. `None` says no where the players move together:
            the generator's gradient would go back through the real half as well. Defaults to
            `None`.
        weight: Float, the factor of its part in both players' losses. Defaults to `1.0`.
        inputs_of: Callable from samples to the network's inputs, for samples of a form of their
            own. `None` puts the condition beside them. Defaults to `None`.
    """

    def __init__(
        self,
        network: keras.Model,
        turn: Turn,
        real: Callable[[], Tensor],
        fake: Callable[[], Tensor],
        condition: Any = None,
        shown: Callable[[], Tensor] | None = None,
        told: Sequence[str] = (),
        one_pass: bool | None = None,
        weight: float = 1.0,
        inputs_of: Callable[[Tensor], Any] | None = None,
    ) -> None:
        self.network, self.turn, self.condition = network, turn, condition
        self.told, self.weight = told, weight
        self._real, self._fake, self._shown = real, fake, shown
        self._inputs_of = inputs_of
        if one_pass is None:
            one_pass = turn.rules.update == "alternating"
        self.one_pass = one_pass and treats_samples_independently(network)

    @made_once
    def real(self) -> Tensor:
        """Real samples."""
        return self._real()

    @made_once
    def fake(self) -> Tensor:
        """Generated samples, which the generator is judged by."""
        return self._fake()

    @made_once
    def shown(self) -> Tensor:
        """Generated samples, which the discriminator learns from."""
        return self.fake if self._shown is None else self._shown()

    def __call__(self, samples: Tensor, copies: int = 1) -> Judgement:
        """What the network says of samples.

        Args:
            samples: `(copies · batch, ...)`, each copy with the batch's condition.
            copies: Int. Defaults to `1`.
        """
        if self._inputs_of is None:
            inputs = beside(samples, self.condition, copies)
        else:
            inputs = self._inputs_of(samples)
        return as_judgement(self.network(inputs, training=self.turn.training), self.told)

    @made_once
    def fake_judgement(self) -> Judgement:
        """What it says of the generated samples."""
        return self(self.fake)

    @made_once
    def real_judgement(self) -> Judgement:
        """What it says of the real samples."""
        return self(self.real)

    @made_once
    def judgement(self) -> tuple[Judgement, Judgement]:
        """What it says of what it learns from, real and generated: in one pass where it may."""
        if self.one_pass:
            both = self(ops.concatenate([self.real, self.shown]), copies=2)
            return _halves(both, ops.shape(self.real)[0])
        real = self.real_judgement
        return real, self.fake_judgement if self._shown is None else self(self.shown)

    @made_once
    def comparison(self) -> tuple[Judgement, Judgement]:
        """What it says of real samples and of those that the generator is judged by."""
        if self._shown is None:
            return self.judgement
        return self.real_judgement, self.fake_judgement

    def score(self, samples: Tensor) -> Tensor:
        """The scores of samples as penalties see them: of all scales, `(batch, ...)`.

        Where the objective reads features it is the function that samples are told apart by.
        """
        scores = self(samples).scores
        loss = self.turn.rules.loss
        if loss is not None and loss.takes_features:
            real, fake = self.judgement
            return loss.witness(scores[0], real.scores[0], fake.scores[0])
        return flat(scores)

    def seen(self) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """Real and generated samples, and the scores of both."""
        real, fake = self.comparison
        return self.real, self.fake, flat(real.scores), flat(fake.scores)


def flat(scores: Sequence[Tensor]) -> Tensor:
    """The scores of several scales as one tensor `(batch, values)`; those of one as they are."""
    if len(scores) == 1:
        return scores[0]
    rows = [ops.reshape(part, (ops.shape(part)[0], -1)) for part in scores]
    return ops.concatenate(rows, axis=1)


def total(values: Sequence[Tensor]) -> Tensor:
    """The sum."""
    return reduce(add, values)


def _halves(both: Judgement, count: Any) -> tuple[Judgement, Judgement]:
    first = keras.tree.map_structure(lambda t: t[:count], both._asdict())
    second = keras.tree.map_structure(lambda t: t[count:], both._asdict())
    return Judgement(**first), Judgement(**second)
