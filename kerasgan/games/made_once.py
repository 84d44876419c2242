"""A value that is made when it is first asked for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, TypeVar

Value = TypeVar("Value")


class made_once(Generic[Value]):  # noqa: N801  Used as a decorator.
    """`functools.cached_property` without its lock.

    Before Python 3.12 that has one lock for all instances. The replicas of a `tf.distribute`
    strategy run in threads that wait for each other in the middle of a pass, and would wait for
    ever.

    Args:
        make: The method that makes the value.
    """

    def __init__(self, make: Callable[[Any], Value]) -> None:
        self.make = make
        self.__doc__ = make.__doc__

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    def __get__(self, instance: Any, owner: type | None = None) -> Value:
        # Python asks the instance first, and comes here only as long as it has none.
        value = instance.__dict__[self.name] = self.make(instance)
        return value
