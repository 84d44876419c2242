"""Pictures for TensorBoard, written without TensorFlow."""

from __future__ import annotations

import io
import os
import time
from typing import Any

import numpy as np

from kerasgan.callbacks.unwritten import warn_if_unwritten


class ImageEvents:
    """Writes pictures into an event file that TensorBoard shows.

    TensorBoard's own writer is used, which needs no TensorFlow, so that it works alike on all
    backends. The file stands beside those of `keras.callbacks.TensorBoard` when both are given the
    same folder.

    Args:
        log_dir: Folder of the event file; made if missing.
    """

    def __init__(self, log_dir: str | os.PathLike) -> None:
        self.log_dir = str(log_dir)
        self._writer: Any = None

    def write(self, tag: str, picture: np.ndarray, step: int) -> None:
        """Adds one picture, uint8 of shape `(height, width, channels)`."""
        failed = warn_if_unwritten(
            f"The picture in {self.log_dir}", lambda: self._add(_event(tag, picture, step))
        )
        if failed:
            self._writer = None  # It would fail forever: the next picture begins a new file.

    def close(self) -> None:
        """Closes the file."""
        if self._writer is not None:
            warn_if_unwritten(f"The pictures in {self.log_dir}", self._writer.close)

    def _add(self, event: Any) -> None:
        from tensorboard.summary.writer.event_file_writer import EventFileWriter

        if self._writer is None:
            self._writer = EventFileWriter(self.log_dir, filename_suffix=".images")
        self._writer.add_event(event)
        self._writer.flush()


def _event(tag: str, picture: np.ndarray, step: int) -> Any:
    from PIL import Image
    from tensorboard.compat.proto.event_pb2 import Event
    from tensorboard.compat.proto.summary_pb2 import Summary

    height, width, channels = picture.shape
    encoded = io.BytesIO()
    Image.fromarray(picture[..., 0] if channels == 1 else picture).save(encoded, format="PNG")
    image = Summary.Image(
        height=height, width=width, colorspace=channels, encoded_image_string=encoded.getvalue()
    )
    summary = Summary(value=[Summary.Value(tag=tag, image=image)])
    return Event(wall_time=time.time(), step=step, summary=summary)
