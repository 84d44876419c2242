"""SavedModels from strangers: what can be told before TensorFlow loads them."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from kerasgan.model_files import ModelFileError, check_links, reported

# TensorFlow operations that reach files, Python or other machines; an endpoint needs none.
REFUSED = re.compile(
    r".*(File|PyFunc|Dataset|Iterator|Reader|Save|Restore|MergeV2Checkpoints|Print|Summary|Lookup"
    r"|HashTable|Rpc|Send|Recv|Outfeed|Infeed|Collective|Shell|Abort|Debug|Dump).*"
)
# Tables and files run operations while they are loaded; a generator has neither.
KINDS = {"user_object", "variable", "function", "bare_concrete_function", "captured_tensor"}
KINDS |= {"constant"}
LARGEST_CONSTANT = 2**28


def check_saved_model(directory: Path) -> None:
    """Refuses a SavedModel that is damaged, reaches for files, or declares absurd sizes.

    It is no proof that the program in it is harmless: see `SECURITY.md`.
    """
    from tensorflow.core.protobuf import saved_model_pb2

    check_links(directory)
    weights = directory / "variables" / "variables"
    if not weights.with_suffix(".index").is_file():
        raise ModelFileError(
            "The SavedModel is incomplete: it lacks variables/variables.index. Copy the whole "
            f"folder. Received: {str(directory)!r}"
        )
    with reported("The SavedModel cannot be read", directory):
        model = saved_model_pb2.SavedModel.FromString((directory / "saved_model.pb").read_bytes())
        graph = model.meta_graphs[0]
        _check_programme(graph, directory)
        _check_constants(graph, directory)
        _check_variables(graph, weights, directory)


def _check_programme(graph: Any, directory: Path) -> None:
    kinds = {node.WhichOneof("kind") for node in graph.object_graph_def.nodes} - KINDS
    functions = {item.signature.name: item.node_def for item in graph.graph_def.library.function}
    waiting, reached = list(graph.object_graph_def.concrete_functions), set()
    while waiting:
        name = waiting.pop()
        if name in functions and name not in reached:
            reached.add(name)
            waiting += _called(functions[name])
    operations = {node.op for name in reached for node in functions[name]}
    refused = sorted(kinds) + sorted(name for name in operations if REFUSED.fullmatch(name))
    if refused:
        raise ModelFileError(
            "The SavedModel uses what reaches files, tables, Python or other machines, which no "
            "generator needs. It is not loaded; look into it with `saved_model_cli show --all`. "
            f"Received: {refused[:5]} in {str(directory)!r}"
        )


def _called(nodes: Iterable[Any]) -> list[str]:
    names = []
    for node in nodes:
        names.append(node.op)  # A function may be called as if it were an operation.
        for attribute in node.attr.values():
            names += [attribute.func.name, *(item.name for item in attribute.list.func)]
    return names


def _check_constants(graph: Any, directory: Path) -> None:
    groups = [graph.graph_def.node, *(f.node_def for f in graph.graph_def.library.function)]
    for node in (node for nodes in groups for node in nodes if node.op == "Const"):
        shape = [side.size for side in node.attr["value"].tensor.tensor_shape.dim]
        if math.prod(shape) > LARGEST_CONSTANT:
            raise ModelFileError(
                "The SavedModel holds a constant of absurd size, and is not loaded. "
                f"Received: shape {shape} in {str(directory)!r}"
            )


def _check_variables(graph: Any, weights: Path, directory: Path) -> None:
    import tensorflow as tf

    variables = [n.variable for n in graph.object_graph_def.nodes if n.HasField("variable")]
    shapes = [([side.size for side in v.shape.dim], v.dtype) for v in variables]
    reader = tf.train.load_checkpoint(str(weights))
    types = reader.get_variable_to_dtype_map()
    stored = reader.get_variable_to_shape_map()
    saved = [(shape, types[name]) for name, shape in stored.items()]
    size = sum(path.stat().st_size for path in weights.parent.glob("variables.data-*"))
    for found in (shapes, saved):
        declared = sum(math.prod(shape) * tf.as_dtype(dtype).size for shape, dtype in found)
        if declared > size + 2**16:  # The checkpoint's own string counts as a few bytes.
            raise ModelFileError(
                "The variables that the SavedModel declares are larger than its files: they are "
                "cut off, or made to exhaust memory. "
                f"Received: {declared} bytes in {size} bytes of {str(weights.parent)!r}"
            )
