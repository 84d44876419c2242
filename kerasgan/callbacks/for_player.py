"""Lets a callback of Keras drive one player of the game."""

from __future__ import annotations

import functools
from typing import Any

import keras

from kerasgan.engine.intake.monitoring import names_added

HOOKS = tuple(name for name in dir(keras.callbacks.Callback) if name.startswith("on_"))


class ForPlayer(keras.callbacks.Callback):
    """Gives a callback one player's optimiser in place of all of them.

    A learning-rate callback given to `fit` acts on all players. Wrapped, it acts on the named one:
    what it sees is the model with that player's optimiser as `model.optimizer`. Values that it adds
    to the logs bear the player's
    name: `learning_rate` becomes `discriminator_learning_rate`.

    Args:
        player: String, the player as in the logs: `"discriminator"` for `discriminator_loss`.
        callback: `keras.callbacks.Callback` to wrap.

    Example:

    ```python
    plateau = keras.callbacks.ReduceLROnPlateau(monitor="discriminator_loss", mode="min")
    gan.fit(images, callbacks=[ForPlayer("discriminator", plateau)])
    ```
    """

    def __init__(self, player: str, callback: keras.callbacks.Callback) -> None:
        super().__init__()
        self.player = player
        self.callback = callback
        self.parts = [callback]
        for hook in HOOKS:
            # Only what the callback does itself: Keras runs ahead of the device when no callback
            # looks at batches.
            if _overrides(callback, hook):
                setattr(self, hook, functools.partial(self._forward, hook))

    def set_params(self, params: dict) -> None:
        """Hands on the parameters of `fit`."""
        super().set_params(params)
        self.callback.set_params(params)

    def set_model(self, model: Any) -> None:
        """Hands on the model, as the player sees it."""
        super().set_model(model)
        players = getattr(model.optimizer, "players", None)
        if players is None or self.player not in players:
            raise ValueError(
                f"`ForPlayer` needs one of the model's players: {sorted(players or ())}. "
                f"Received: player={self.player!r}"
            )
        self.callback.set_model(_PlayerView(model, self.player))

    def log_names(self, model: Any) -> set[str] | None:
        """The names that it adds to the logs; `None` where that is not known."""
        names = names_added(model, self.callback)
        return None if names is None else {f"{self.player}_{name}" for name in names}

    def _forward(self, hook: str, *args: Any, logs: dict | None = None, **kwargs: Any) -> None:
        if args and isinstance(args[-1], dict):
            args, logs = args[:-1], args[-1]
        own = dict(logs or {})
        getattr(self.callback, hook)(*args, logs=own, **kwargs)
        if logs is not None:
            for key in own.keys() - logs.keys():
                logs[f"{self.player}_{key}"] = own[key]


class _PlayerView:
    """A model, but for its optimiser."""

    def __init__(self, model: Any, player: str) -> None:
        # Past __setattr__, which writes to the model.
        object.__setattr__(self, "_viewed_model", model)
        object.__setattr__(self, "_viewed_player", player)

    @property
    def optimizer(self) -> keras.optimizers.Optimizer:
        """The player's own."""
        return self._viewed_model.optimizer.players[self._viewed_player]

    def __getattr__(self, name: str) -> Any:
        return getattr(self._viewed_model, name)

    def __setattr__(self, name: str, value: Any) -> None:
        setattr(self._viewed_model, name, value)


def _overrides(callback: keras.callbacks.Callback, hook: str) -> bool:
    own = getattr(getattr(callback, hook), "__func__", None)
    return own is not getattr(keras.callbacks.Callback, hook)
