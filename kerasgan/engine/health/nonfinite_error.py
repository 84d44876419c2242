"""The error of a training whose numbers are no numbers any more."""

from __future__ import annotations


class NonFiniteError(ArithmeticError):
    """A loss term or the weights of a player became NaN or infinite.

    Raised by `fit`, which looks every hundred steps and at the end of an epoch; the step is that of
    the first such value all the same.

    Attributes:
        player: String, the player whose value it was.
        term: String, the loss term; `None` where the terms were finite and the weights were not.
        step: Int, the training step, from 1, over all calls of `fit`.
        value: Float, what the value became.
    """

    def __init__(self, player: str, term: str | None, step: int, value: float) -> None:
        self.player = player
        self.term = term
        self.step = step
        self.value = value
        super().__init__(self._message())

    def __reduce__(self) -> tuple:
        """Errors are pickled by their message alone, unless they say how."""
        return type(self), (self.player, self.term, self.step, self.value)

    def _message(self) -> str:
        if self.term is None:
            what = (
                f"the weights of the {self.player} were not finite after the step, though its loss "
                "was: its gradients were not, or its optimizer divided by zero"
            )
            received = f"weights of the {self.player} that add up to {self.value}"
        else:
            what = f"the {self.player}'s loss term {self.term!r} became {self.value}"
            received = f"{self.player}_{self.term}={self.value}"
        return (
            f"In training step {self.step} {what}. It was the first of all to do so. The model "
            "holds no useful weights any more: load a checkpoint, or build it anew. Then lower the "
            f"learning rate of the {self.player}, or clip its gradients, as in "
            f"`{self.player}_optimizer=keras.optimizers.Adam(1e-4, clipnorm=1.0)`. With "
            "`fit(..., on_nonfinite='rollback')` and a `kerasgan.callbacks.Checkpoint`, training "
            f"goes back and lowers the rates by itself. Received: {received} in step {self.step}"
        )
