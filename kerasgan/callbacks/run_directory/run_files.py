"""The record of a run in its folder: what it was, and each start of it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import keras

from kerasgan.callbacks.run_directory.run_configuration import as_json, first_difference, serialized
from kerasgan.callbacks.run_directory.run_history import RunHistory
from kerasgan.callbacks.run_directory.run_record import describe_data, describe_start
from kerasgan.files import write_json

FORMAT = 1


class RunFiles:
    """`configuration.json`, written once, `run.json`, added to at each start, and the logs.

    Args:
        directory: Folder of the run; made when the first training begins.
    """

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.configuration = directory / "configuration.json"
        self.record = directory / "run.json"
        self.history = RunHistory(directory / "history.jsonl")

    def begin(self, model: Any, params: dict[str, Any]) -> None:
        """Writes down a start of the training.

        Args:
            model: A compiled kerasgan model, in `fit`.
            params: The callbacks' `params`.

        Raises:
            ValueError: If the folder holds another run, or files that cannot be read.
        """
        plan = model.training_data.plan
        new = as_json(
            {"model": serialized(model), "data": describe_data(plan, params.get("steps"))}
        )
        if self._holds_results():
            record = self._read_record()
            # Training itself may have changed the rates of a model that has been trained.
            untrained = int(keras.ops.convert_to_numpy(model.optimizer.iterations)) == 0
            old = {"model": _read(self.configuration), "data": record.get("data")}
            self._require_same(old, new, rates=untrained)
        else:
            record = {"format": FORMAT, "data": new["data"], "starts": []}
            self.directory.mkdir(parents=True, exist_ok=True)
            write_json(self.configuration, new["model"])
        record["starts"].append(describe_start(model, plan, params))
        write_json(self.record, record)

    def _read_record(self) -> dict[str, Any]:
        record = _read(self.record)
        if record.get("format") != FORMAT or not isinstance(record.get("starts"), list):
            raise _unreadable(self.record, f"its format is {record.get('format')!r}, not {FORMAT}")
        return record

    def _require_same(self, old: dict[str, Any], new: dict[str, Any], rates: bool) -> None:
        difference = first_difference(old, new, rates)
        if difference is not None:
            place, before, now = difference
            raise ValueError(
                "The directory holds a run of another configuration, which is not overwritten. To "
                "go on with it, give model, compile and data the values of that run; to start "
                f"anew, choose another directory. Received: {place}={_short(now)}, but "
                f"{_short(before)} in {str(self.directory)!r}"
            )

    def _holds_results(self) -> bool:
        """Whether there is a run to go on with; a start that failed at once is forgotten."""
        folders = (self.directory / name for name in ("checkpoints", "pictures"))
        files = [file for folder in folders if folder.is_dir() for file in folder.iterdir()]
        if not (files or self.history.read()):
            return False
        if not (self.configuration.exists() and self.record.exists()):
            raise ValueError(
                "The directory holds results, but configuration.json or run.json is missing, which "
                "would say of what. Put them back from a copy, or choose another directory. "
                f"Received: {str(self.directory)!r}"
            )
        return True


def _read(path: Path) -> dict[str, Any]:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise _unreadable(path, f"it is damaged: {error}") from error
    if not isinstance(content, dict):
        raise _unreadable(path, "it holds no JSON object")
    return content


def _unreadable(path: Path, reason: str) -> ValueError:
    return ValueError(
        f"The record of the run cannot be read: {reason}. Put it back from a copy, or choose "
        f"another directory to start anew. Received: {str(path)!r}"
    )


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 80 else f"{text[:77]}..."
