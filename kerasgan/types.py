"""Names for what the type checker cannot see: tensors differ from backend to backend."""

from typing import Any, Protocol, runtime_checkable

# A tensor of the active backend, a NumPy array, or a Keras variable: they share no base class.
Tensor = Any

# Scalar loss terms by name, already weighted, so that their sum is the loss.
Terms = dict[str, Tensor]


@runtime_checkable
class Game(Protocol):
    """A model whose players train networks against each other: no network itself."""

    def players(self) -> Any:
        """The players."""
