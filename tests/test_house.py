"""The plan of the house: imports go down, frameworks stay in their rooms."""

import ast
import re
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[1] / "kerasgan"
# From the ground up; a room of the engine is named after it.
FLOORS = [
    {"types", "version", "files", "export", "integers", "machine"},
    {"ops", "model_files"},
    {"samples"},
    {"layers", "features", "constraints", "data", "schedules"},
    {"losses", "networks"},
    {"penalties"},
    {"engine.game"},
    {"engine.optimizers", "engine.intake", "engine.network_checks"},
    {"engine.backends"},
    {"engine.state"},
    {"engine.health"},
    {"engine"},
    {"games"},
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

# Networks that no model has for its own are named after their architecture.
ARCHITECTURES = {"mlp", "mlp_discriminator", "patchgan", "resnet_discriminator"}
ARCHITECTURES |= {"resnet_generator", "resnet_translator", "residual_blocks", "initializers"}
# What tests of several models or networks are about.
SUBJECTS = {"parameter_counts", "backends_agree", "data_format"}

MODULES = {
    ".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts).removesuffix(".__init__"): path
    for path in FILES
}


def imported(tree: ast.AST) -> list[str]:
    """What a file imports: modules as far as they are ours, and the names of others."""
    names = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            found = [f"{node.module}.{alias.name}" for alias in node.names]
            names += [name if name in MODULES else str(node.module) for name in found]
    return names


def room(module: str) -> str:
    """The room of a module, such as `losses` or `engine.game`."""
    parts = module.split(".")[1:]
    inside = parts[0] == "engine" and len(parts) > 1 and ".".join(parts[:2]) in FLOOR
    return ".".join(parts[:2]) if inside else parts[0]


def imports_of(module: str) -> list[str]:
    names = imported(ast.parse(MODULES[module].read_text()))
    return [name for name in names if name in MODULES and name != "kerasgan"]


def circle(arrows: dict[str, list[str]]) -> list[str]:
    """A way along arrows that comes back to where it began; empty if there is none."""
    done: set[str] = set()

    def follow(name: str, way: list[str]) -> list[str]:
        if name in way:
            return [*way[way.index(name) :], name]
        if name in done:
            return []
        found = next(filter(None, (follow(n, [*way, name]) for n in arrows.get(name, []))), [])
        done.add(name)
        return found

    return next(filter(None, (follow(name, []) for name in arrows)), [])


@pytest.mark.parametrize("module", [name for name in MODULES if name != "kerasgan"])
def test_imports_go_down(module):
    own = room(module)
    for name in imports_of(module):
        if room(name) != own:
            assert FLOOR[room(name)] < FLOOR[own], f"{module} imports {name}"


def test_no_files_import_each_other():
    # A package's `__init__` gathers what its files offer: it is no file of its own here.
    files = [name for name, path in MODULES.items() if path.name != "__init__.py"]
    arrows = {name: [other for other in imports_of(name) if other in files] for name in files}
    assert not circle(arrows), "hand over what is needed, or let both import a third file"


@pytest.mark.parametrize(
    "arrows", [{"a": ["a"]}, {"a": ["b"], "b": ["c"], "c": ["b"]}, {"x": [], "a": ["x", "x", "a"]}]
)
def test_a_circle_is_found(arrows):
    assert circle(arrows)
    assert not circle({"a": ["b", "c"], "b": ["c"], "c": []})


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_files_are_short(path):
    assert len(path.read_text().splitlines()) <= 300, "make two files of it"


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


def stems(folder: Path, start: str = "") -> set[str]:
    names = {path.stem for path in folder.glob(f"{start}*.py")} - {"__init__"}
    return {name.removeprefix(start) for name in names}


def test_all_files_of_a_model_have_one_stem():
    models, networks = stems(PACKAGE / "models"), stems(PACKAGE / "networks")
    own = {name for name in networks if any(f"{name}_".startswith(f"{m}_") for m in models)}
    assert networks - own == ARCHITECTURES
    tests = Path(__file__).parent
    found = stems(tests / "models", "test_") | stems(tests / "networks", "test_")
    assert found - models - networks == SUBJECTS


@pytest.mark.parametrize("stem", sorted(stems(PACKAGE / "models")))
def test_a_model_has_the_name_of_its_file(stem):
    tree = ast.parse((PACKAGE / "models" / f"{stem}.py").read_text())
    classes = [node.name for node in tree.body if isinstance(node, ast.ClassDef)]
    public = [name.lower() for name in classes if not name.startswith("_")]
    assert public == [stem.replace("_", "")]


PLAN = (PACKAGE.parent / "docs" / "architecture.md").read_text(encoding="utf-8")


def test_the_plan_shows_the_floors():
    (drawn,) = re.findall(r"^```text\n(inference.*?)^```$", PLAN, re.M | re.S)
    names = [re.split(r"  +", line)[0].split(" · ") for line in drawn.splitlines()]
    assert [set(floor) for floor in names] == FLOORS[::-1]


def test_the_plan_names_files_that_are_there():
    rooms = "|".join(sorted({name.split(".")[0] for name in FLOOR}))
    paths = set(
        re.findall(rf"\b(?:{rooms})/[\w/]+(?:\.py)?", PLAN.replace("{tensorflow,jax,torch}", "jax"))
    )
    assert len(paths) > 20
    assert [path for path in sorted(paths) if not (PACKAGE / path).exists()] == []
