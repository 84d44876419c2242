"""`.keras` files that someone has made to harm, or that time has harmed."""

import copy
import json
import resource
import zipfile

import h5py
import keras
import numpy as np
import pytest
from keras import layers

import kerasgan
from kerasgan import load_generator
from kerasgan.model_files import ModelFileError, inspect_weights
from kerasgan.models import DCGAN, CycleGAN
from tests.engine.games import mlp_gan
from tests.model_files.strangers import layer, read, weights, write

once = pytest.mark.skipif(keras.backend.backend() != "tensorflow", reason="the same on all")


@pytest.fixture(scope="module")
def network():
    return mlp_gan().generator


@pytest.fixture(scope="module")
def good(network, tmp_path_factory):
    path = tmp_path_factory.mktemp("good") / "generator.keras"
    network.save(path)
    return path


@pytest.fixture
def refused(good, tmp_path):
    """Checks that a changed file is refused, and that nothing was written."""

    def check(match, change=None, **members):
        files = copy.deepcopy(read(good))
        if change is not None:
            change(files["config.json"])
        files.update({name.replace("__", "."): value for name, value in members.items()})
        path = tmp_path / "inside" / "changed.keras"
        path.parent.mkdir(exist_ok=True)
        if not path.exists():
            write(path, files)
        with pytest.raises(ModelFileError, match=match) as caught:
            load_generator(path)
        assert "Received: " in str(caught.value) and str(caught.value).endswith("changed.keras'")
        assert sorted(p.name for p in tmp_path.rglob("*")) == ["changed.keras", "inside"]

    return check


def test_what_keras_writes_is_loaded(good, network):
    latents = np.ones((2, 3), "float32")
    np.testing.assert_allclose(
        load_generator(good).from_latents(latents), network.predict(latents, verbose=0), atol=1e-6
    )


def test_networks_of_many_kinds_are_loaded(tmp_path):
    inputs = keras.Input((4,))
    x = layers.BatchNormalization()(layers.Dense(16, kernel_regularizer="l2")(inputs))
    x = layers.Dropout(0.5, seed=1)(x * np.ones(16, "float32") + 1.0)
    x = layers.Dense(6, dtype="mixed_bfloat16", kernel_initializer="orthogonal")(x)
    x = keras.Sequential([layers.Reshape((3, 2)), layers.GRU(5, return_sequences=True)])(x)
    network = keras.Model(inputs, keras.ops.tanh(keras.ops.mean(x, axis=1)))
    network.compile("adam", loss=lambda y, z: z)  # How it was trained is nothing to load.
    network.save(tmp_path / "network.keras")
    latents = np.ones((2, 4), "float32")
    loaded = load_generator(tmp_path / "network.keras").from_latents(latents)
    np.testing.assert_allclose(loaded, network.predict(latents, verbose=0), atol=1e-6)


def test_no_variable_of_the_measuring_is_left_behind(good):
    load_generator(good)
    with keras.StatelessScope():
        pass  # On leaving, Keras makes whatever variables wait.
    assert load_generator(good)(2).shape == (2, 2)


# Code.


def lambda_layer(config):
    layer(config, "Dense").update(
        class_name="Lambda", config={"function": {"class_name": "__lambda__", "config": {}}}
    )


@once
@pytest.mark.parametrize("unsafe", [False, True])
def test_lambda_layers_even_where_keras_was_told_to_allow_them(refused, unsafe):
    from keras.src.backend.common import global_state

    if unsafe:
        keras.config.enable_unsafe_deserialization()
    try:
        refused("can carry code", lambda_layer)
    finally:
        global_state.set_global_attribute("safe_mode_saving", None)


@once
@pytest.mark.parametrize(
    "name", ["TFSMLayer", "TorchModuleWrapper", "JaxLayer", "StringLookup", "TextVectorization"]
)
def test_layers_that_load_other_files(refused, name):
    def change(config):
        layer(config, "Dense").update(class_name=name, config={"vocabulary": "/etc/passwd"})

    refused(f"can carry code, reach other files.*{name}", change)


@once
@pytest.mark.parametrize(
    "module, name",
    [
        ("os", "system"),
        ("subprocess", "Popen"),
        ("keras_cv.layers", "DropBlock2D"),
        ("keras.models", "load_model"),
        ("keras.utils", "get_file"),
        ("keras.callbacks", "ModelCheckpoint"),
        ("keras.src.legacy.backend", "Function"),
        (None, "Dense"),
        (["keras"], "Dense"),
        ("keras.layers", ["Dense"]),
    ],
)
@pytest.mark.parametrize("place", ["layer", "activation", "initializer"])
def test_any_class_but_keras_s(refused, module, name, place):
    stranger = {"module": module, "class_name": name, "config": {"name": "touch harmed"}}

    def change(config):
        dense = layer(config, "Dense")
        if place == "layer":
            dense.update(registered_name=None, **stranger)
        else:
            dense["config"]["activation" if place == "activation" else "kernel_initializer"] = (
                stranger
            )

    refused("neither Keras's nor registered.*import that before", change)


@once
@pytest.mark.parametrize("module, name", [("os", "system"), ("keras.utils", "get_file")])
def test_functions(refused, module, name):
    function = {"module": module, "class_name": "function", "config": name}

    def change(config):
        layer(config, "Dense")["config"]["activation"] = function

    refused("neither Keras's nor registered.*'function'", change)


@once
def test_names_in_words_are_looked_up_among_keras_s_only(refused):
    def change(config):
        layer(config, "Dense")["config"]["activation"] = "os.system"

    refused("cannot be built", change)


@once
def test_classes_of_one_s_own_must_be_imported(network, tmp_path):
    from keras.saving import get_custom_objects, register_keras_serializable

    @register_keras_serializable("strangers")
    class Own(layers.Layer):
        def __init__(self, **kwargs):
            super().__init__(**kwargs)
            self.value = keras.Variable(np.ones(2, "float32"))  # Cannot wait for its memory.

        def call(self, inputs):
            return inputs * self.value

    path = tmp_path / "own.keras"
    keras.Sequential([keras.Input((2,)), Own()]).save(path)
    assert load_generator(path)(3).shape == (3, 2)
    del get_custom_objects()["strangers>Own"]
    with pytest.raises(ModelFileError, match="import that before.*'strangers>Own'"):
        load_generator(path)


@once
def test_something_that_is_no_model(refused):
    def change(config):
        dense = copy.deepcopy(layer(config, "Dense"))
        config.clear()
        config.update(dense)

    refused("must hold a Keras model. Received: a Dense", change)
    with pytest.raises(ModelFileError):
        keras_file = {"module": "keras", "class_name": "DTypePolicy", "config": {"name": "int8"}}
        kerasgan.model_files.check_classes({"class_name": 3, "config": keras_file}, "p")


# Archives.


@once
def test_no_archive_and_a_part_of_one(refused, good, tmp_path):
    path = tmp_path / "inside" / "changed.keras"
    path.parent.mkdir()
    for data in (b"", b"not a zip", good.read_bytes()[:-200], good.read_bytes()[:500]):
        path.write_bytes(data)
        refused("zip archive, and this is none, or not the whole of one")


@once
def test_every_truncation_and_many_flipped_bytes(good, tmp_path):
    """Whatever is cut off or changed: the file works or the error is ours."""
    data, path = good.read_bytes(), tmp_path / "harmed.keras"
    for end in range(0, len(data), len(data) // 20):
        path.write_bytes(data[:end])
        with pytest.raises(ModelFileError, match="Received"):
            load_generator(path)
    for place in np.random.default_rng(0).integers(0, len(data), 40):
        path.write_bytes(data[:place] + bytes([data[place] ^ 255]) + data[place + 1 :])
        try:
            load_generator(path)
        except ModelFileError as error:
            assert "Received" in str(error)


@once
@pytest.mark.parametrize("name", ["../escaped", "/tmp/escaped", "assets/words.txt", "a\\b"])
def test_members_that_keras_does_not_write(refused, name):
    refused("each once and nothing else", **{name: b"harm"})


@once
def test_members_that_are_missing_or_there_twice(refused, good, tmp_path):
    for name in ("config__json", "model__weights.h5"):
        refused("holds config.json, metadata.json and model.weights.h5", **{name: None})
        (tmp_path / "inside" / "changed.keras").unlink()
    with pytest.warns(UserWarning, match="Duplicate"), zipfile.ZipFile(good) as archive:
        path = write(tmp_path / "twice.keras", read(good))
        with zipfile.ZipFile(path, "a") as twice:
            twice.writestr("config.json", archive.read("config.json"))
    with pytest.raises(ModelFileError, match="each once.*4 members"):
        load_generator(path)


@once
def test_archives_that_expand(good, tmp_path):
    path = tmp_path / "bomb.keras"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in read(good).items():
            data = content if isinstance(content, bytes) else json.dumps(content).encode()
            archive.writestr(name, data + b" " * (40 * 2**20) * (name == "config.json"))
    with pytest.raises(ModelFileError, match="expand to far more.*Received: 419"):
        load_generator(path)


@once
def test_encrypted_members_and_other_compressions(good, tmp_path):
    path = tmp_path / "odd.keras"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_LZMA) as archive:
        for name, content in read(good).items():
            archive.writestr(name, content if isinstance(content, bytes) else json.dumps(content))
    with pytest.raises(ModelFileError, match="encrypted, nor compressed.*Received: '"):
        load_generator(path)
    data = bytearray(good.read_bytes())
    data[data.index(b"PK\x01\x02") + 8] |= 1  # The flag of encryption in the table of contents.
    path.write_bytes(data)
    with pytest.raises(ModelFileError, match="encrypted.*Received: '"):
        load_generator(path)


@once
def test_damaged_configurations(refused, tmp_path):
    path = tmp_path / "inside" / "changed.keras"
    for data, match in (
        (b"{", "not valid JSON"),
        (b"\xff\xfe", "not valid JSON"),
        (b"[]", "must hold a JSON object, but holds a list"),
        (b'{"a":' + b"[" * 200_000, "not valid JSON"),
        (b'{"a": ' + b"9" * 5000 + b"}", "not valid JSON"),
        (b" " * (33 * 2**20), "larger than 32 MiB"),
        (b'{"class_name": "Model"}', "neither Keras's nor registered|must hold a Keras model"),
        (b"{}", "must hold a Keras model. Received: a dict"),
        (b'{"class_name": "Functional", "module": "keras", "config": 3}', "cannot be built"),
    ):
        refused(match, config__json=data)
        path.unlink()


# Sizes.


def resized(config, **arguments):
    layer(config, "Dense")["config"].update(arguments)


@pytest.mark.parametrize("units", [10**5, 10**8, 10**9, 10**12, 10**18])
def test_layers_larger_than_their_weights_are_not_allocated(refused, units):
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    refused(
        "larger model than the file of weights can fill|cannot be built",
        lambda config: resized(config, units=units),
    )
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert grown < 200_000  # In kB; the second one alone has 1.2 GB.


@pytest.mark.parametrize(
    "change",
    [
        {"latent_dim": 10**12},
        {"image_shape": [2**20, 2**20, 3]},
        {"image_shape": [16, 16, 10**9]},
        {"base_filters": 10**9},
        {"kernel_size": 10**6},
    ],
)
def test_models_larger_than_their_weights(tmp_path, change):
    gan = DCGAN((16, 16, 1), 4, base_filters=2)
    gan.save(tmp_path / "gan.keras")
    files = read(tmp_path / "gan.keras")
    files["config.json"]["config"].update(change)
    with pytest.raises(ModelFileError, match="larger model than|cannot be built"):
        load_generator(write(tmp_path / "changed.keras", files))


@pytest.mark.parametrize("change", [{"residual_blocks": 10**9}, {"pool_size": 10**9}])
def test_models_of_endless_layers(tmp_path, change):
    gan = CycleGAN((24, 24, 3), base_filters=1, residual_blocks=1, pool_size=1)
    gan.compile()
    gan.save(tmp_path / "gan.keras")
    files = read(tmp_path / "gan.keras")
    files["config.json"]["config"].update(change)
    with pytest.raises(ModelFileError, match="^The configuration describes a larger"):
        load_generator(write(tmp_path / "changed.keras", files), name="x_to_y")


def test_tensors_of_absurd_size_without_weights(tmp_path):
    network = keras.Sequential(
        [keras.Input((4,)), layers.Reshape((2, 2, 1)), layers.UpSampling2D(2), layers.Flatten()]
    )
    network.save(tmp_path / "network.keras")
    files = read(tmp_path / "network.keras")
    layer(files["config.json"], "UpSampling2D")["config"]["size"] = [10**6, 10**6]
    with pytest.raises(ModelFileError, match=r"more than 2\*\*30 values.*2000000"):
        load_generator(write(tmp_path / "changed.keras", files))


@once
def test_numbers_and_dtypes_that_allocate_by_their_name(refused):
    refused("integer that no size", lambda config: resized(config, units=10**30))
    name = {"class_name": "__numpy__", "config": {"value": "a", "dtype": "S2000000000"}}
    with pytest.raises(ModelFileError, match="allocate any amount of memory"):
        kerasgan.model_files.check_classes(name, "path")


# Weights.


@once
@pytest.mark.parametrize(
    "change, match",
    [
        (
            lambda f: f.update(x=h5py.ExternalLink("/etc/passwd", "/x")),
            "points elsewhere.*External",
        ),
        (lambda f: f.update(x=h5py.SoftLink("/layers")), "points elsewhere.*SoftLink"),
        (
            lambda f: f.create_dataset("x", (2,), "u1", external=[("/etc/passwd", 0, 2)]),
            "hold them itself.*stored in other files",
        ),
        (lambda f: f.create_dataset("x", data=["text"]), "arrays of numbers.*'x' of object"),
        (lambda f: f.create_dataset("x", (10**6, 10**6), chunks=(9, 9)), "larger than the file"),
        (
            lambda f: f.create_dataset("x", data=np.zeros(10**7), compression="gzip"),
            "larger than the file",
        ),
        (lambda f: f.create_dataset("layers/x", data=np.ones((7, 5))), r"of shapes \[\(7, 5\)\]"),
    ],
)
def test_weights_that_point_elsewhere_or_lie(refused, good, change, match):
    data = weights(change, read(good)["model.weights.h5"])
    refused(match, **{"model__weights.h5": data})


@once
def test_groups_that_contain_themselves(good, tmp_path):
    def change(file):
        file["layers/again"] = file["layers"]

    files = read(good)
    files["model.weights.h5"] = weights(change, files["model.weights.h5"])
    load_generator(write(tmp_path / "cycle.keras", files))  # It ends.


@once
def test_weights_cut_off_and_empty(refused, good, tmp_path):
    data = read(good)["model.weights.h5"]
    for part in (b"", b"text", data[: len(data) // 2], data[:-1]):
        refused("file of weights cannot be read", **{"model__weights.h5": part})
        (tmp_path / "inside" / "changed.keras").unlink()


@pytest.mark.parametrize("units", [(3, 4), (4, 2, 2)])
def test_weights_of_another_architecture(refused, tmp_path, units):
    other = keras.Sequential([keras.Input((3,)), *map(layers.Dense, units)])
    other.save(tmp_path / "other.keras")
    data = read(tmp_path / "other.keras")["model.weights.h5"]
    (tmp_path / "other.keras").unlink()
    refused("of another architecture|larger model than", **{"model__weights.h5": data})


@once
def test_the_count_of_arrays(good, tmp_path):
    with open(tmp_path / "weights", "wb") as file:
        file.write(read(good)["model.weights.h5"])
    with open(tmp_path / "weights", "rb") as file:
        stored = inspect_weights(file, 10**6, tmp_path)
    assert stored.count == 4 and stored.elements == 3 * 4 + 4 + 4 * 2 + 2
    assert stored.shapes == {(3, 4): 1, (4, 2): 1}


# Versions.


@once
def test_a_newer_major_version(refused):
    refused(
        f"written by keras 99.1, and keras {keras.__version__} cannot read.*pip install",
        metadata__json={"keras_version": "99.1.0"},
    )


@once
def test_a_newer_minor_version_is_tried_and_named_where_it_fails(good, tmp_path):
    files = read(good)
    files["metadata.json"]["keras_version"] = "3.99.0"
    assert load_generator(write(tmp_path / "newer.keras", files))(2).shape == (2, 2)
    layer(files["config.json"], "Dense")["config"]["invented_later"] = 1
    named = f"written by keras 3.99, which is newer than the installed {keras.__version__}"
    with pytest.raises(ModelFileError, match=named):
        load_generator(write(tmp_path / "newer.keras", files))
    layer(files["config.json"], "Dense").update(module="kerasgan.layers", class_name="Invented")
    with pytest.raises(ModelFileError, match=f"import that before.*{named}"):
        load_generator(write(tmp_path / "newer.keras", files))


@once
@pytest.mark.parametrize("version", [None, 3, "dev", [], "9" * 5000])
def test_versions_that_are_none_are_not_checked(good, tmp_path, version):
    files = {**read(good), "metadata.json": {"keras_version": version}}
    assert load_generator(write(tmp_path / "odd.keras", files))(2).shape == (2, 2)
