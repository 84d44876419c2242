"""What the processor computes in."""

from __future__ import annotations

import functools
from pathlib import Path

CPUINFO = Path("/proc/cpuinfo")
# Any of which lets TensorFlow switch oneDNN on by itself: instructions meant for networks.
ONEDNN_BY_DEFAULT = frozenset(
    {"avx512_vnni", "avx512_bf16", "avx_vnni", "amx_tile", "amx_int8", "amx_bf16"}
)
# Any of which computes in a type, by the names of x86 and of ARM.
COMPUTING = {
    "bfloat16": frozenset({"avx512_bf16", "amx_bf16", "avx_ne_convert", "bf16"}),
    "float16": frozenset({"avx512_fp16", "amx_fp16", "asimdhp"}),
}


@functools.cache
def features(path: Path = CPUINFO) -> frozenset[str]:
    """The processor's features by Linux's names; empty where the system does not tell."""
    try:
        lines = path.read_text(errors="replace").splitlines()
    except OSError:
        return frozenset()
    for line in lines:
        name, _, value = line.partition(":")
        if name.strip() in ("flags", "Features"):
            return frozenset(value.split())
    return frozenset()


def computes_in(dtype: str, found: frozenset[str] | None = None) -> bool | None:
    """Whether the processor has instructions for a half type, or has to emulate it.

    Args:
        dtype: `"bfloat16"` or `"float16"`.
        found: The processor's features. Defaults to `features()`.

    Returns:
        A bool, or `None` where the system does not tell.
    """
    found = features() if found is None else found
    return bool(found & COMPUTING[dtype]) if found else None


def switches_onednn_on(found: frozenset[str] | None = None) -> bool:
    """Whether TensorFlow uses oneDNN on this processor without being told to."""
    found = features() if found is None else found
    # On ARM and where nothing is known there is nothing to be told either.
    return not found or "avx2" not in found or bool(found & ONEDNN_BY_DEFAULT)
