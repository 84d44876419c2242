"""What a test draws depends on no other test."""

import ast
from pathlib import Path

import keras
import pytest

pytestmark = pytest.mark.skipif(keras.backend.backend() != "tensorflow", reason="reads sources")
FILES = sorted(Path(__file__).parent.rglob("*.py"))
GENERATORS = {"default_rng", "RandomState", "Random", "SeedGenerator"}


def shared_generators(source: str) -> list[str]:
    """Names of generators of a module that its functions draw from."""
    tree = ast.parse(source)
    made = {
        target.id
        for node in tree.body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call)
        for target in node.targets
        if isinstance(target, ast.Name) and called(node.value) in GENERATORS
    }
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.Lambda)]
    inside = {
        name.id for node in functions for name in ast.walk(node) if isinstance(name, ast.Name)
    }
    return sorted(made & inside)


def called(call: ast.Call) -> str:
    return getattr(call.func, "attr", getattr(call.func, "id", ""))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_no_generator_is_shared(path):
    shared = shared_generators(path.read_text())
    assert not shared, "take the fixture `rng`: a generator that tests share depends on their order"


@pytest.mark.parametrize("draw", ["def f():\n    return {}.normal()", "f = lambda: {}.uniform()"])
@pytest.mark.parametrize("made", ["np.random.default_rng(0)", "random.Random(1)"])
def test_a_shared_generator_is_found(made, draw):
    assert shared_generators(f"RNG = {made}\n" + draw.format("RNG")) == ["RNG"]
    assert not shared_generators(f"RNG = {made}\nX = RNG.normal()\n" + draw.format("OTHER"))
    assert not shared_generators(f"RNG = {made}.normal()\n" + draw.format("RNG"))
