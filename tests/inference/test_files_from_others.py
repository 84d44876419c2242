"""SavedModels, cards and presets that someone has made to harm, or that time has harmed."""

import ast
import json
import os
import shutil
from pathlib import Path

import keras
import pytest

import kerasgan
from kerasgan import export_generator, export_onnx, load_generator
from kerasgan.engine.state.presets import save_preset
from kerasgan.model_files import ModelFileError
from tests.engine.games import mlp_gan

PACKAGE = Path(kerasgan.__file__).parent
once = pytest.mark.skipif(keras.backend.backend() != "tensorflow", reason="the same on all")


@pytest.fixture(scope="module")
def good(tmp_path_factory):
    """A SavedModel with a card."""
    return export_generator(mlp_gan(), tmp_path_factory.mktemp("good") / "points")


@pytest.fixture
def saved(good, tmp_path):
    return shutil.copytree(good, tmp_path / "changed")


@pytest.fixture(scope="module")
def preset(tmp_path_factory):
    return save_preset(kerasgan.models.DCGAN((16, 16, 1), 4), tmp_path_factory.mktemp("p") / "p")


def change(path, **changes):
    path.write_text(json.dumps({**json.loads(path.read_text()), **changes}))


def refused(path, match):
    with pytest.raises(ModelFileError, match=match) as caught:
        load_generator(path)
    assert "Received: " in str(caught.value)


def save(path, **endpoints):
    """A SavedModel of endpoints, without a card."""
    import tensorflow as tf

    module = tf.Module()
    module.weight = tf.Variable(tf.ones((3, 2)))
    for name, function in endpoints.items():
        functions = {name: tf.function(function, input_signature=[tf.TensorSpec((None, 3))])}
        setattr(module, name, functions[name])
    tf.saved_model.save(module, str(path), {n: getattr(module, n) for n in endpoints})
    return path


# SavedModels.


@once
def test_a_saved_model_that_is_cut_off(saved):
    for name in ("saved_model.pb", "variables/variables.data-00000-of-00001"):
        data = (saved / name).read_bytes()
        for end in (0, len(data) // 2, len(data) - 20):
            (saved / name).write_bytes(data[:end])
            refused(saved, "cannot be (read|loaded): it is damaged|larger than its files")
        (saved / name).write_bytes(data)
    assert load_generator(saved)(2).shape == (2, 2)


@once
def test_a_saved_model_without_its_variables(saved):
    (saved / "variables" / "variables.data-00000-of-00001").unlink()
    refused(saved, "cannot be|larger than its files")
    shutil.rmtree(saved / "variables")
    refused(saved, "lacks variables/variables.index. Copy the whole folder")


@once
def test_a_saved_model_without_the_endpoint(tmp_path):
    refused(save(tmp_path / "other", run=lambda x: x), "an endpoint `serve` with one output")
    refused(save(tmp_path / "two", serve=lambda x: {"a": x, "b": x}), "with 1 inputs and 2 outputs")


@once
def test_a_saved_model_that_reaches_for_files(tmp_path):
    import tensorflow as tf

    def write(x):
        tf.io.write_file(str(tmp_path / "harmed"), "harm")
        return x

    def save_weights(x):
        tf.raw_ops.SaveV2(
            prefix=str(tmp_path / "harmed"), tensor_names=["x"], shape_and_slices=[""], tensors=[x]
        )
        return x

    def inner(x):
        return tf.cond(tf.reduce_sum(x) > 0.0, lambda: write(x), lambda: x)

    def python(x):
        return tf.reshape(tf.py_function(lambda x: x, [x], tf.float32), (-1, 3))

    for index, function in enumerate((write, save_weights, inner, python)):
        path = save(tmp_path / f"model{index}", serve=function)
        refused(path, "reaches files.*Received: .*(WriteFile|SaveV2|EagerPyFunc)")
    assert not (tmp_path / "harmed").exists()


@once
def test_a_saved_model_that_brings_files(tmp_path):
    import tensorflow as tf

    (tmp_path / "words.txt").write_text("word")
    module = tf.Module()
    module.asset = tf.saved_model.Asset(str(tmp_path / "words.txt"))
    module.serve = tf.function(lambda x: x, input_signature=[tf.TensorSpec((None, 3))])
    tf.saved_model.save(module, str(tmp_path / "model"))
    refused(tmp_path / "model", "reaches files.*'asset'")


@once
def test_a_saved_model_of_absurd_sizes(saved):
    from tensorflow.core.protobuf import saved_model_pb2

    pb = saved / "saved_model.pb"
    original = saved_model_pb2.SavedModel.FromString(pb.read_bytes())
    changed = saved_model_pb2.SavedModel.FromString(pb.read_bytes())
    nodes = changed.meta_graphs[0].object_graph_def.nodes
    next(n for n in nodes if n.variable.shape.dim).variable.shape.dim[0].size = 10**12
    pb.write_bytes(changed.SerializeToString())
    refused(saved, "larger than its files.*cut off, or made to exhaust memory")
    for function in original.meta_graphs[0].graph_def.library.function:
        for node in function.node_def:
            if node.op == "Const":
                node.attr["value"].tensor.tensor_shape.dim.add(size=10**10)
    pb.write_bytes(original.SerializeToString())
    refused(saved, "a constant of absurd size")


@once
def test_links_out_of_the_folder(saved, preset, tmp_path):
    (tmp_path / "secret").write_text("{}")
    (saved / "assets" / "inside").symlink_to(saved / "card.json")
    load_generator(saved)
    (saved / "assets" / "outside").symlink_to(tmp_path / "secret")
    refused(saved, "no links that lead out.*cp -rL.*'assets/outside'")
    copy = shutil.copytree(preset, tmp_path / "preset")
    shutil.move(copy / "model.weights.h5", tmp_path / "elsewhere.h5")
    (copy / "model.weights.h5").symlink_to(tmp_path / "elsewhere.h5")
    refused(copy, "no links that lead out.*'model.weights.h5'")
    (tmp_path / "latest").symlink_to(preset)  # One's own link to a whole folder is no harm.
    load_generator(tmp_path / "latest")
    os.mkfifo(saved / "assets" / "pipe")
    (saved / "assets" / "outside").unlink()
    refused(saved, "files and folders.*'assets/pipe'")


# Cards.


@once
@pytest.mark.parametrize(
    "key, value",
    [
        ("latent_dim", -3),
        ("latent_dim", 10**12),
        ("latent_dim", "3"),
        ("latent_dim", None),
        ("data_shape", [3]),
        ("data_shape", [10**9, 2]),
        ("data_shape", [True]),
        ("data_shape", "2"),
        ("data_shape", None),
        ("kind", "translator"),
        ("kind", {}),
        ("latent_distribution", "gamma"),
        ("latent_distribution", None),
        ("name", ["x"] * 10_000),
    ],
)
def test_a_card_that_contradicts_its_network(saved, key, value):
    change(saved / "card.json", **{key: value})
    refused(saved, f"does not fit the network.*Expected {key}=.*Received: {key}=")
    (saved / "card.json").unlink()
    assert load_generator(saved)(2).shape == (2, 2)


@once
def test_a_card_that_is_none(saved):
    card = saved / "card.json"
    for text, match in (
        ("[]", "must hold a JSON object, but holds a list"),
        ("{", "The card is not valid JSON"),
        ("[" * 100_000, "The card is not valid JSON"),
        (" " * (2**20 + 1), "larger than 1 MiB"),
    ):
        card.write_text(text)
        refused(saved, match)
    card.write_text('{"data": "little else"}')
    assert load_generator(saved).card["data_shape"] == [2]


@once
def test_a_card_of_a_newer_version(saved):
    change(saved / "card.json", kerasgan_version="0.999.0")
    assert load_generator(saved)(2).shape == (2, 2)
    change(saved / "card.json", kerasgan_version="99.0.0")
    version = kerasgan.__version__
    refused(saved, f"written by kerasgan 99.0, and kerasgan {version} cannot read.*pip install")


# Presets.


@once
def test_a_preset_of_a_newer_version(preset, tmp_path):
    copy = shutil.copytree(preset, tmp_path / "preset")
    change(copy / "metadata.json", kerasgan_version="99.0.0")
    refused(copy, f"written by kerasgan 99.0, and kerasgan {kerasgan.__version__} cannot read")
    change(copy / "metadata.json", kerasgan_version="0.999.0")
    load_generator(copy)
    change(copy / "config.json", class_name="Later", registered_name="kerasgan>Later")
    refused(copy, "registered kerasgan model.*written by kerasgan 0.999, which is newer than")
    (copy / "metadata.json").write_text("[]")
    refused(copy, "metadata.json must hold a JSON object")


@once
def test_a_preset_with_code_within_and_of_absurd_size(preset, tmp_path):
    copy = shutil.copytree(preset, tmp_path / "preset")
    config = json.loads((copy / "config.json").read_text())["config"]
    change(copy / "config.json", config={**config, "latent_dim": 10**12})
    refused(copy, "larger model than the file of weights can fill")
    harm = {"class_name": "Lambda", "module": "keras.layers", "config": {}}
    change(copy / "config.json", config={**config, "dtype": harm})
    refused(copy, "can carry code.*'Lambda'")


@once
@pytest.mark.parametrize("keep", [0, 100, 5000])
def test_a_preset_that_is_cut_off(preset, tmp_path, keep):
    copy = shutil.copytree(preset, tmp_path / "preset")
    weights = copy / "model.weights.h5"
    weights.write_bytes(weights.read_bytes()[:keep])
    with pytest.raises(ModelFileError, match="file of weights cannot be read.*Received"):
        kerasgan.AdversarialModel.from_preset(copy)


@once
def test_how_it_is_to_be_compiled_is_checked_too(tmp_path):
    gan = mlp_gan()
    gan.compile()
    path = save_preset(gan, tmp_path / "preset")
    config = json.loads((path / "config.json").read_text())
    config["compile_config"]["loss"] = {"module": "os", "class_name": "system", "config": {}}
    (path / "config.json").write_text(json.dumps(config))
    refused(path, "neither Keras's nor registered.*'system'")


# Calls and writing.


def test_absurd_numbers_of_samples(tmp_path):
    mlp_gan().generator.save(tmp_path / "points.keras")
    generate = load_generator(tmp_path / "points.keras")
    with pytest.raises(ValueError, match="GiB, and this machine has.*Received: n=10000000000000"):
        generate(10**13)
    assert generate(5).shape == (5, 2)


@once
def test_a_name_that_leads_elsewhere_writes_nothing_there(tmp_path):
    (tmp_path / "a" / "b").mkdir(parents=True)
    gan = mlp_gan()
    with pytest.raises(ValueError, match="one of the generators.*Received: name='../../harmed'"):
        export_generator(gan, tmp_path / "a" / "b" / "model", name="../../harmed")
    with pytest.raises(ValueError, match="one of the generators.*Received: name='../harmed'"):
        export_onnx(gan, tmp_path / "a" / "b" / "model.onnx", name="../harmed")
    export_generator(gan, tmp_path / "a" / "b" / "model")
    gan.save_to_preset(tmp_path / "a" / "b" / "preset")
    assert sorted(p.name for p in tmp_path.glob("*")) == ["a"]
    assert [p.name for p in (tmp_path / "a").iterdir()] == ["b"]
    assert load_generator(tmp_path / "a" / "b" / "model")(1).shape == (1, 2)


# The package's own source.

FORBIDDEN_IMPORTS = {"pickle", "cPickle", "dill", "joblib", "cloudpickle", "shelve", "marshal"}
FORBIDDEN_NAMES = {"eval", "exec", "compile", "__import__"}
FORBIDDEN_ATTRIBUTES = {"Lambda", "func_load", "enable_unsafe_deserialization", "system", "popen"}


def dangers(tree):
    """What of a source file could run or build what a file says."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            names = [alias.name for alias in node.names] + [getattr(node, "module", None) or ""]
            yield from (n for n in names if n.split(".")[0] in FORBIDDEN_IMPORTS | {"Lambda"})
        elif isinstance(node, ast.Attribute) and node.attr in FORBIDDEN_ATTRIBUTES:
            yield node.attr
        elif isinstance(node, ast.Call):
            keywords = {k.arg: getattr(k.value, "value", None) for k in node.keywords}
            if isinstance(node.func, ast.Name) and node.func.id in FORBIDDEN_NAMES:
                yield node.func.id
            if keywords.get("safe_mode", True) is not True or keywords.get("shell"):
                yield f"safe_mode or shell: {keywords}"
            name = ast.unparse(node.func)
            pickles = (
                name in ("np.load", "numpy.load") and keywords.get("allow_pickle") is not False
            ) or (name == "torch.load" and keywords.get("weights_only") is not True)
            if pickles or name in ("yaml.load", "keras.models.load_model"):
                yield name


@once
def test_the_package_has_no_way_to_run_what_a_file_says():
    found = {
        str(path.relative_to(PACKAGE)): list(dangers(ast.parse(path.read_text())))
        for path in PACKAGE.rglob("*.py")
    }
    assert {path: names for path, names in found.items() if names} == {}


@once
@pytest.mark.parametrize(
    "source",
    [
        "import pickle",
        "from pickle import loads",
        "np.load(path)",
        "np.load(path, allow_pickle=True)",
        "keras.layers.Lambda(f)",
        "from keras.layers import Lambda",
        "load_model(path, safe_mode=False)",
        "eval(text)",
        "torch.load(path)",
        "subprocess.run(line, shell=True)",
    ],
)
def test_that_search_finds_them(source):
    assert list(dangers(ast.parse(source)))
