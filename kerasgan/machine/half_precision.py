"""Half precision: where a processor has to emulate it, and what to choose instead."""

from __future__ import annotations

import warnings
from collections.abc import Iterable

import keras

from kerasgan.machine import processor

_said: set[str] = set()


def on_cpu() -> bool:
    """Whether Keras computes on the processor, there being no accelerator."""
    if keras.backend.backend() == "torch":
        import torch

        return not (torch.cuda.is_available() or torch.backends.mps.is_available())
    return all("cpu" in device for device in keras.distribution.list_devices())


def mixed_policy() -> str | None:
    """The dtype policy that is fast on this machine: `"mixed_float16"` where there is an
    accelerator, `"mixed_bfloat16"` on processors that compute in it, else `None`.
    """
    if not on_cpu():
        return "mixed_float16"
    return "mixed_bfloat16" if processor.computes_in("bfloat16") else None


def warn_if_emulated(networks: Iterable[keras.Model]) -> None:
    """Warns, once for each type, of networks that compute in what the processor has to emulate."""
    found = {layer.compute_dtype for network in networks for layer in network._flatten_layers()}
    for dtype in sorted(found & {"bfloat16", "float16"} - _said):
        if on_cpu() and processor.computes_in(dtype) is False:
            _said.add(dtype)
            warnings.warn(
                f"This processor does not compute in {dtype}: it is emulated, and takes many times "
                "as long as float32 (measured: eight times for bfloat16). Build the model with "
                f'`dtype="float32"`, or use a GPU. {_other(dtype)}',
                UserWarning,
                stacklevel=3,
            )


def _other(dtype: str) -> str:
    if dtype == "float16" and processor.computes_in("bfloat16"):
        return 'It does compute in bfloat16: `dtype="mixed_bfloat16"`.'
    return "Processors with AVX-512 BF16 or AMX compute in bfloat16."
