"""What of a game can be shown, and what its generators take."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from kerasgan.engine.intake.first_samples import first_samples
from kerasgan.engine.state.filed_model import FiledModel
from kerasgan.samples.entry import Entry


class ShowingModel(FiledModel):
    """Abstract: a game that says what may be drawn, measured and exported of it.

    Callbacks and exports ask here, and go by the kinds of entries; `AdversarialModel` is the game
    itself. A game that makes no samples leaves all of it as it is.
    """

    signature: Any  # Given by `AdversarialModel`.
    # The column of `showcase` that is measured where nobody names one; `None` where none is meant.
    measured: str | None = None
    # What the sides of images that the generators take must be multiples of.
    size_multiple: int = 1

    @property
    def shown(self) -> tuple[Entry, ...]:
        """The columns of `showcase`, in the order in which they are drawn; none by default."""
        return ()

    def showcase_inputs(
        self, given: Any = None, n: int = 16, seed: int = 0, columns: int | None = None
    ) -> Any:
        """What `showcase` shows each time, so that its samples compare while training goes on.

        By default it is the first of `given`, in the structure of the `signature`; without one
        what is given.

        Args:
            given: What the user gives, such as arrays or data sets; `None` for nothing. Defaults to
                `None`.
            n: Int, how many at most. Defaults to `16`.
            seed: Int, the seed of what is drawn. Defaults to `0`.
            columns: Int, how many stand in a row, so that a game by class can give each column its
                own; `None` for a single row. Defaults to `None`.

        Raises:
            ValueError: If it is something else than the game needs.
        """
        if self.signature is None:
            return given
        return first_samples(type(self).__name__, self.signature, given, n)

    def showcase(
        self, inputs: Any = None, n: int = 16, seed: int = 0, batch_size: int | None = None
    ) -> Mapping[str, np.ndarray]:
        """What can be shown of the game, by the names of `shown`; nothing by default.

        The moving averages of the networks make it where there are any. No weight and no random
        stream moves.

        Args:
            inputs: See `showcase_inputs`. Defaults to `None`.
            n: Int, how many at most. Defaults to `16`.
            seed: Int, the seed of what is drawn. Defaults to `0`.
            batch_size: Int, samples made at a time. Defaults to `None`: as suits the game.

        Returns:
            A mapping of arrays `(n, ...)`, in which a column may be made when it is asked for.
        """
        return {}

    def generator_inputs(self, name: str) -> tuple[Entry, ...] | None:
        """What a generator takes, an entry for each of its inputs, in their order.

        Exports go by it. Latents that may be drawn are the entry `"latents"`.

        Args:
            name: A key of `generators`.

        Returns:
            The entries; `None` leaves them to be told from the shapes of the network.
        """
        return None
