"""The plan of the house: imports go down, frameworks stay in their rooms."""

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[1] / "kerasgan"
FLOORS = [
    {"types", "version", "files", "integers", "machine"},
    {"ops"},
    {"layers", "losses", "constraints", "data", "schedules"},
    {"penalties", "networks"},
    {"engine"},
    {"metrics"},
    {"callbacks", "latent"},
    {"models"},
    {"inference"},
]
FLOOR = {name: level for level, names in enumerate(FLOORS) for name in names}
FRAMEWORKS = {"tensorflow", "jax", "torch"}
# Where a framework may be imported when the file is: files for one backend, chosen by it.
BACKEND_FILES = {f"{name}.py" for name in FRAMEWORKS}
FILES = sorted(PACKAGE.rglob("*.py"))


def imported(tree: ast.AST) -> list[str]:
    names = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            module = node.module or ""
            from_root = [f"kerasgan.{alias.name}" for alias in node.names]
            names += from_root if module == "kerasgan" else [module]
    return names


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports_go_down(path):
    relative = path.relative_to(PACKAGE)
    own = relative.parts[0].removesuffix(".py")
    if own == "__init__":
        return
    tree = ast.parse(path.read_text())
    for name in imported(tree):
        parts = name.split(".")
        if parts[0] == "kerasgan" and len(parts) > 1 and parts[1] != own:
            assert FLOOR[parts[1]] < FLOOR[own], f"{relative} imports {name}"


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_frameworks_are_imported_when_used(path):
    if path.name in BACKEND_FILES:
        return
    at_import = ast.Module(
        body=[node for node in ast.parse(path.read_text()).body], type_ignores=[]
    )
    for node in at_import.body:
        if isinstance(node, ast.Import | ast.ImportFrom):
            assert not FRAMEWORKS & {name.split(".")[0] for name in imported(node)}
