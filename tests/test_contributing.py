"""The guide for contributors, carried out to the letter in a copy of the package."""

import ast
import os
import re
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import keras
import pytest

import kerasgan

ROOT = Path(__file__).resolve().parents[1]
GUIDE = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
# "New file `path`:", "A line in `path`:" or "In `NAME` of `path`, with a remark:", then the code.
STEP = re.compile(
    r"^(?P<what>New file|A line in|Lines in|In `(?P<inside>\w+)` of) `(?P<path>[^`]+)`"
    r"(?:(?!\n\n)[^:])*:\n\n```python\n(?P<code>.*?)^```$",
    re.M | re.S,
)
STEPS = [step.groupdict() for step in STEP.finditer(GUIDE)]
TESTS = [line for line in re.findall(r"^pytest (.*)$", GUIDE, re.M) if "xample" in line]
MODELS = ["ExampleHingeGAN", "ExamplePairGAN", "ExampleVAEGAN"]


def after_imports(text: str, code: str) -> str:
    lines = text.splitlines(keepends=True)
    last = [n for n in ast.parse(text).body if isinstance(n, ast.Import | ast.ImportFrom)][-1]
    return "".join([*lines[: last.end_lineno], code, *lines[last.end_lineno :]])


def at_the_end_of(name: str, text: str, code: str) -> str:
    """Within the brackets of what is assigned to a name, or after the lines of a function."""
    lines = text.splitlines(keepends=True)
    for node in ast.parse(text).body:
        targets = [getattr(node, "target", None), *getattr(node, "targets", [])]
        assigned = name in [getattr(target, "id", None) for target in targets]
        if assigned or getattr(node, "name", None) == name:
            end = node.end_lineno - assigned
            return "".join([*lines[:end], code, *lines[end:]])
    raise LookupError(name)


def follow(step: dict, copy: Path) -> None:
    path = copy / step["path"]
    if step["what"] == "New file":
        assert not path.exists(), path
        path.write_text(step["code"])
        return
    text = path.read_text()
    inside = step["inside"]
    changed = at_the_end_of(inside, text, step["code"]) if inside else None
    path.write_text(changed or after_imports(text, step["code"]))


@pytest.fixture(scope="module")
def copy(tmp_path_factory):
    """A copy of the package and its tests in which all that the guide tells is done."""
    copy = tmp_path_factory.mktemp("contributor")
    without = shutil.ignore_patterns("__pycache__", "golden")
    for folder in ("kerasgan", "tests"):
        shutil.copytree(ROOT / folder, copy / folder, ignore=without)
    for file in ("pyproject.toml", "CONTRIBUTING.md"):
        shutil.copy(ROOT / file, copy / file)
    for step in STEPS:
        follow(step, copy)
    return copy


@pytest.fixture(scope="module")
def outcomes(copy):
    """The names of the tests that the guide has one run there, and what is amiss with each."""
    folders, names = set(), set()
    for line in TESTS:
        where, _, of = line.partition(" -k ")
        folders.add(where)
        names |= set(of.strip('"').split(" or ")) - {""}
    paths = [*folders, "tests/models/test_example_hinge_gan.py"]
    environment = {**os.environ, "PYTHONPATH": str(copy)}
    chosen = " or ".join(sorted(names | {"test_example"}))
    command = [*("-n0", "-q", "-p", "no:cacheprovider", "--junitxml=found.xml"), "-k", chosen]
    command = [sys.executable, "-m", "pytest", *sorted(paths), *command]
    run = subprocess.run(command, env=environment, cwd=copy, capture_output=True, text=True)
    assert (copy / "found.xml").exists(), run.stdout[-5000:] + run.stderr[-5000:]
    cases = ElementTree.parse(copy / "found.xml").iter("testcase")
    return {
        f"{case.get('classname')}.{case.get('name')}": [(part.tag, part.text) for part in case]
        for case in cases
    }


def test_names_that_are_kept_for_the_guide():
    named = [name for name in vars(kerasgan.models) if name.startswith("Example")]
    assert named == [] and not list((ROOT / "kerasgan").rglob("*example_*"))


def test_what_needs_no_class():
    shown, *_ = re.findall(r"^```python\n(.*?)^```$", GUIDE, re.M | re.S)
    names = {"kerasgan": kerasgan}
    exec(shown.replace("DCGAN()", "DCGAN((16, 16, 1), base_filters=2)"), names)
    assert {"discriminator_r1", "discriminator_r2"} <= set(names["gan"].get_metrics_result())
    assert len(STEPS) == GUIDE.count("```python") - 1  # Every other block is a step.


@pytest.mark.parametrize("model", MODELS)
def test_a_new_model_passes_the_conformance_suite(model, outcomes):
    of_model = {name: troubles for name, troubles in outcomes.items() if f"{model}]" in name}
    # On JAX and PyTorch most tests run for exemplary models, unless all are asked for.
    every = keras.backend.backend() == "tensorflow" or os.environ.get("CONFORMANCE") == "full"
    assert len(of_model) >= (16 if every else 2)
    assert {name: troubles for name, troubles in of_model.items() if troubles} == {}


@pytest.mark.parametrize(
    "part", ["ExampleSquares", "example_squares", "drift", "mean_gap", "weight_norm", "hinge_gan"]
)
def test_other_new_parts_pass_theirs(part, outcomes):
    of_part = [troubles for name, troubles in outcomes.items() if part in name]
    assert of_part and not any(of_part), of_part


def test_the_guides_code_is_in_the_style(copy):
    if shutil.which("ruff") is None:
        pytest.skip("ruff is not installed")
    new = [step["path"] for step in STEPS if step["what"] == "New file"]
    for command in (["check"], ["format", "--check"]):
        run = subprocess.run(["ruff", *command, *new], cwd=copy, capture_output=True, text=True)
        assert run.returncode == 0, run.stdout


@pytest.mark.parametrize("inside", ["NAMES", "TABLE", "games"])
def test_where_a_line_is_put(inside):
    text = "NAMES = [\n    1,\n]\nTABLE: dict = {\n}\n\n\ndef games():\n    yield 1\n\n\nX = 2\n"
    found = at_the_end_of(inside, text, "    new\n")
    before = {"NAMES": "    1,\n", "TABLE": "TABLE: dict = {\n", "games": "    yield 1\n"}[inside]
    assert found.replace(f"{before}    new\n", before) == text != found
