"""The snippets of the documentation: written in Python, of names that exist, and run."""

import ast
import functools
import inspect
import re
import struct
from pathlib import Path

import keras
import numpy as np
import pytest

import kerasgan
from tests.data.files import folder_of

ROOT = Path(__file__).resolve().parents[1]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
SOURCES = sorted((ROOT / "kerasgan").rglob("*.py"))
BACKEND = keras.backend.backend()
# Above a block may stand why it is not run, or on which backends it is.
BLOCK = re.compile(
    r"(?:<!-- (not run|run on): (.+?) -->\n+)?^( *)```python\n(.*?)^ *```", re.M | re.S
)

# What is run is what is written, but for how large and how long.
SMALLER = {
    r"\b(base_filters|generator_filters)=\d+": r"\1=2",
    r"\b(epochs|every|walks|n_keys)=\d+": r"\1=1",
    r"\binitial_epoch=\d+": "initial_epoch=0",
    r"\bimage_size=(64|128|256)": "image_size=32",
    r"\((64, 64|128, 128), 3\)": "(32, 32, 3)",
    r"\b(10_000|8192|4096|2500|2048|2000|1000)\b": "128",
    r"\bdiscriminator_steps=5": "discriminator_steps=2",
    r"\bkernel_distance\(real, fake\)": "kernel_distance(real, fake, subset_size=32)",
}
IMAGES = {"load_digits": 64, "painted_photographs": 2}  # As many are there.
GIVEN = {  # What a page takes for granted.
    "README.md": """
import keras
generator = kerasgan.networks.dcgan_generator((32, 32, 1), latent_dim=128, base_filters=2)
discriminator = kerasgan.networks.dcgan_discriminator((32, 32, 1), 2, normalization=None)
""",
}


def blocks(path):
    """Each block of Python in a file, and whether it is run on this backend."""
    found = BLOCK.findall(path.read_text(encoding="utf-8"))
    runs = {"": lambda _: True, "not run": lambda _: False, "run on": lambda b: BACKEND in b}
    return [(inspect.cleandoc("\n" + code), runs[mark](told)) for mark, told, _, code in found]


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


@pytest.fixture
def of_a_reader(tmp_path, monkeypatch):
    """The folder in which a page is run, with what its readers have, and few images."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "saved_models").mkdir()
    shipped = "saved_models/digits_dcgan"
    (tmp_path / shipped).symlink_to(ROOT / shipped)
    for folder in (
        "my_photographs",
        *(f"data/{part}{x}" for part in ("train", "test") for x in "AB"),
    ):
        folder_of(tmp_path / folder, [50, 200])
    (tmp_path / "data/mnist").mkdir()
    for kind, array in (
        ("images-idx3", np.zeros((2, 28, 28), "u1")),
        ("labels-idx1", np.arange(2, dtype="u1")),
    ):
        header = struct.pack(f">HBB{array.ndim}I", 0, 8, array.ndim, *array.shape)
        (tmp_path / f"data/mnist/train-{kind}-ubyte").write_bytes(header + array.tobytes())
    for name, count in IMAGES.items():
        monkeypatch.setattr(kerasgan.data, name, few(getattr(kerasgan.data, name), count))


def few(load, count):
    @functools.wraps(load)
    def loaded(*arguments, **named):
        found = load(*arguments, **named)
        return tuple(x[:count] for x in found) if isinstance(found, tuple) else found[:count]

    return loaded


@pytest.fixture
def eagerly():
    """TensorFlow traces no graphs: with one step in each, that takes nearly all of the time."""
    if BACKEND != "tensorflow":
        yield
        return
    import tensorflow as tf

    # keras-cv's layers draw from it, and may not make it where operations are deterministic.
    tf.random.set_global_generator(tf.random.Generator.from_seed(0))
    tf.config.run_functions_eagerly(True)
    yield
    tf.config.run_functions_eagerly(False)


@pytest.mark.filterwarnings("ignore:Even though the `tf.config.experimental_run_functions")
@pytest.mark.filterwarnings("ignore:Precision and recall of", "ignore:.* samples is biased")
@pytest.mark.parametrize("path", [p for p in PAGES if blocks(p)], ids=lambda path: path.name)
def test_a_page_runs_from_top_to_bottom(path, of_a_reader, eagerly):
    names = {"__name__": "__main__", "kerasgan": kerasgan}
    exec(GIVEN.get(path.name, ""), names)
    for number, (code, run) in enumerate(blocks(path)):
        for written, smaller in SMALLER.items():
            code = re.sub(written, smaller, code)
        if run:
            exec(compile(code, f"{path.name}, block {number}", "exec"), names)
    if BACKEND == "jax":
        keras.distribution.set_distribution(None)


def test_what_is_not_run_says_why():
    marks = re.findall(r"<!-- not run:(.*?)-->", "".join(p.read_text() for p in PAGES), re.S)
    assert all(len(reason.split()) > 3 for reason in marks)
