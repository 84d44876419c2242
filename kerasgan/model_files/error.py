"""What loading a saved model may raise."""

from __future__ import annotations


class ModelFileError(ValueError):
    """A saved model is damaged, malicious, of another architecture or too new to be read."""
