"""What is known of a training when it begins: enough to repeat it."""

from __future__ import annotations

import os
import platform
import shlex
import subprocess
import sys
from datetime import datetime
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import keras
import numpy as np

from kerasgan.version import __version__

# What changes the results of the same program. No others, which may hold secrets.
ENVIRONMENT = (
    "KERAS_BACKEND",
    "XLA_FLAGS",
    "TF_DETERMINISTIC_OPS",
    "TF_ENABLE_ONEDNN_OPTS",
    "CUBLAS_WORKSPACE_CONFIG",
    "CUDA_VISIBLE_DEVICES",
    "OMP_NUM_THREADS",
    "PYTHONHASHSEED",
)


def describe_start(model: Any, plan: Any, params: dict[str, Any]) -> dict[str, Any]:
    """The circumstances of one call of `fit`, as JSON values.

    Args:
        model: The model.
        plan: The `EpochPlan` of its data, or `None` where they are not of `kerasgan.data`.
        params: The callbacks' `params`.
    """
    return {
        "time": datetime.now().astimezone().isoformat(timespec="seconds"),
        "command": shlex.join(sys.orig_argv),
        "working_directory": os.getcwd(),
        "git": git_state(),
        "epochs": params.get("epochs"),
        "evaluations": params.get("evaluations", []),
        "seeds": {
            "keras": _global_seed(),
            "model": model.seed,
            "data": None if plan is None else plan.seed,
        },
        "versions": versions(),
        "platform": platform.platform(),
        "devices": devices(),
        "deterministic_kernels": deterministic_kernels(),
        "environment": {name: os.environ[name] for name in ENVIRONMENT if name in os.environ},
    }


def describe_data(plan: Any, steps: int | None) -> dict[str, Any]:
    """What a training reads, as JSON values; of data that are not ours only the steps."""
    if plan is None:
        return {"steps": steps}
    # What version 0.1 did not write down is left out where it is at its default: records are
    # compared when a run goes on.
    drop = {} if plan.drop_remainder is None else {"drop_remainder": bool(plan.drop_remainder)}
    return {
        "steps": steps,
        **drop,
        "examples": plan.size,
        "batch_size": plan.batch_size,
        "shuffle": plan.shuffle,
        "seed": plan.seed,
        "seed_given": plan.seeded,
        "sources": [_describe_source(source) for source in plan.sources],
        "augment": [_describe_augment(augment) for augment in plan.augments],
    }


def learning_rates(model: Any) -> dict[str, float]:
    """The learning rate of each player, as `<player>_learning_rate`."""
    players = getattr(model.optimizer, "players", {})
    return {
        f"{name}_learning_rate": float(keras.ops.convert_to_numpy(optimizer.learning_rate))
        for name, optimizer in players.items()
    }


def versions() -> dict[str, str]:
    """The versions of what computes."""
    backend = keras.backend.backend()
    try:
        backend_version = version(backend)
    except PackageNotFoundError:  # Installed under another name, such as `tensorflow-cpu`.
        backend_version = str(getattr(sys.modules.get(backend), "__version__", "unknown"))
    return {
        "python": platform.python_version(),
        "kerasgan": __version__,
        "keras": keras.__version__,
        "backend": backend,
        backend: backend_version,
        "numpy": np.__version__,
    }


def devices() -> list[str]:
    """The accelerators, or the CPU."""
    if keras.backend.backend() != "torch":
        return list(keras.distribution.list_devices())
    import torch

    return [torch.cuda.get_device_name(i) for i in range(torch.cuda.device_count())] or ["cpu:0"]


def deterministic_kernels() -> bool | None:
    """Whether the backend was told to use deterministic kernels; `None` where it has no switch."""
    backend = keras.backend.backend()
    if backend == "torch":
        import torch

        return torch.are_deterministic_algorithms_enabled()
    if backend == "tensorflow":
        # TensorFlow has a public function to set it and none to ask.
        from tensorflow.python.framework import config

        return bool(config.is_op_determinism_enabled())
    return None


def git_state() -> dict[str, Any] | None:
    """The commit of the working directory and whether files were changed since; `None` if none."""
    commit = _git("rev-parse", "HEAD")
    if commit is None:
        return None
    return {"commit": commit, "changed": bool(_git("status", "--porcelain", "-uno"))}


def _git(*arguments: str) -> str | None:
    # A repository's configuration can name a program for git to run: not from here.
    command = ["git", "-c", "core.fsmonitor=false", *arguments]
    environment = {**os.environ, "GIT_OPTIONAL_LOCKS": "0"}
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=5, env=environment, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.strip()


def _global_seed() -> int | None:
    """What `keras.utils.set_random_seed` was given, for which Keras has no public function."""
    try:
        from keras.src.utils.rng_utils import get_random_seed
    except ImportError:
        return None
    return get_random_seed()


def _describe_source(source: Any) -> dict[str, Any]:
    files = getattr(source, "files", None)
    value_range = source.values.value_range if files else None
    return {
        "kind": type(source).__name__,
        **({"value_range": value_range} if value_range else {}),
        "images": len(source),
        "image_shape": [int(side) for side in source.image_shape],
        "crop": getattr(source, "crop", None),
        "flip": getattr(source, "flip", None),
        "folder": str(files[0].parent) if files else None,
    }


def _describe_augment(augment: Any) -> Any:
    if isinstance(augment, keras.layers.Layer):
        return keras.saving.serialize_keras_object(augment)
    name = getattr(augment, "__qualname__", type(augment).__name__)
    return None if augment is None else f"{getattr(augment, '__module__', '')}.{name}"
