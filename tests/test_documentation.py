"""The snippets of the documentation: written in Python, of names that exist, and run."""

import ast
import inspect
import re
from pathlib import Path

import keras
import pytest

import kerasgan

ROOT = Path(__file__).resolve().parents[1]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
SOURCES = sorted((ROOT / "kerasgan").rglob("*.py"))
BLOCK = re.compile(r"(<!-- not run: .+? -->\n+)?^( *)```python\n(.*?)^ *```", re.M | re.S)

# What is run is what is written, but for how large and how long.
SMALLER = {"base_filters=32": "base_filters=2", "epochs=30": "epochs=1"}
RUN = {"inference.md": "tensorflow"}  # The pages that are run, and on which backend.


def blocks(path):
    """Each block of Python in a file, and whether it is to be run."""
    found = BLOCK.findall(path.read_text(encoding="utf-8"))
    return [(inspect.cleandoc("\n" + code), not mark) for mark, _, code in found]


SHOWN = [path for path in [*PAGES, *SOURCES] if blocks(path)]


def name_of(node):
    """`kerasgan.models.DCGAN` and its like, or nothing."""
    try:
        name = ast.unparse(node)
    except AttributeError:
        return ""
    return name if re.fullmatch(r"kerasgan(\.\w+)+", name) else ""


def resolve(name):
    thing = kerasgan
    for part in name.split(".")[1:]:
        thing = getattr(thing, part)
    return thing


@pytest.mark.parametrize("path", SHOWN, ids=lambda path: path.name)
def test_snippets_name_what_exists(path):
    for code, _ in blocks(path):
        tree = ast.parse(code)
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute) and name_of(node):
                resolve(name_of(node))
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("kerasgan"):
                module = __import__(node.module, fromlist=["x"])
                assert all(hasattr(module, alias.name) for alias in node.names), code
            if isinstance(node, ast.Call) and name_of(node.func):
                known = inspect.signature(resolve(name_of(node.func))).parameters
                takes_any = any(p.kind is p.VAR_KEYWORD for p in known.values())
                keywords = {k.arg for k in node.keywords} - {None}
                assert takes_any or keywords <= set(known), (name_of(node.func), keywords)


@pytest.mark.parametrize("page", RUN)
def test_a_page_runs_from_top_to_bottom(page, tmp_path, monkeypatch):
    if keras.backend.backend() != RUN[page]:
        pytest.skip(f"the page is of {RUN[page]}")
    monkeypatch.chdir(tmp_path)
    names = {"__name__": "__main__"}
    for number, (code, run) in enumerate(blocks(ROOT / "docs" / page)):
        for written, smaller in SMALLER.items():
            code = code.replace(written, smaller)
        if run:
            exec(compile(code, f"{page}, block {number}", "exec"), names)


def test_what_is_not_run_says_why():
    marks = re.findall(r"<!-- not run:(.*?)-->", "".join(p.read_text() for p in PAGES), re.S)
    assert all(len(reason.split()) > 3 for reason in marks)
