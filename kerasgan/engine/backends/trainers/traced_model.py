"""Compiled steps, which know from the time of their making what moves in them."""

from __future__ import annotations

from typing import Any

import keras


class TracedModel(keras.Model):
    """Abstract: its steps are compiled anew where layers were frozen or thawed since.

    Without that TensorFlow would go on moving what is frozen, and JAX, which is given lists of what
    moves and of what does not, would take one variable for another of the same shape.
    """

    def make_train_function(self, force: bool = False) -> Any:
        """Prepares what a training step runs on."""
        self._forget_old_steps()
        return super().make_train_function(force)

    def make_test_function(self, force: bool = False) -> Any:
        """Prepares what a step of an evaluation runs on."""
        self._forget_old_steps()
        return super().make_test_function(force)

    def make_predict_function(self, force: bool = False) -> Any:
        """Prepares what a step of a prediction runs on."""
        self._forget_old_steps()
        return super().make_predict_function(force)

    def _forget_old_steps(self) -> None:
        moving = tuple(id(variable) for variable in self.trainable_variables)
        if moving != getattr(self, "_moving", None):
            self.train_function = self.test_function = self.predict_function = None
        self._moving = moving
