"""Thirty inputs that cannot be right, by number: the error, what was received, what to do."""

import shutil
import warnings
from contextlib import contextmanager
from pathlib import Path

import keras
import numpy as np
import pytest
from PIL import Image

import kerasgan
from kerasgan.callbacks import Checkpoint, ImageGrid
from kerasgan.data import image_folder, unpaired_arrays, unpaired_folders
from tests.conformance.catalogue import EAGER
from tests.containers import (
    CONTAINERS,
    IMAGES,
    Batches,
    as_array,
    as_py_dataset,
    as_tf_data,
    image_gan,
)
from tests.data.files import TENSORFLOW, epoch, folder_of, values
from tests.engine.games import POINTS, assert_equal, fit, mlp_gan, state, tiny_gan

containers = pytest.mark.parametrize("container", CONTAINERS)
BYTES = ((IMAGES + 1.0) * 127.5).clip(0, 255)


@contextmanager
def refusing(error, match):
    """What is done inside raises that error, which ends in what was received."""
    with pytest.raises(error, match=match) as caught:
        yield
    assert "Received: " in str(caught.value)
    assert type(caught.value).__module__ == "builtins"  # And no framework's own kind.


def refused(error, match, data, gan=None, **kwargs):
    gan = gan or image_gan()
    before = gan.get_weights()
    with refusing(error, match):
        gan.fit(data, verbose=0, **kwargs)
    assert_equal(before, gan.get_weights())


def trains(data, gan=None, **kwargs):
    history = (gan or image_gan()).fit(data, verbose=0, **kwargs).history
    assert np.isfinite(history["loss"]).all()
    return history


@containers
def test_01_bytes(container):
    match = {
        as_array: r"`x / 127.5 - 1.0`. Received: x of dtype uint8, with values .* to 25",
        as_tf_data: r"tf.float32\) / 127.5 - 1.0.*Received: a data set with images of dtype uint8",
        as_py_dataset: r"`batch / 127.5 - 1.0`. Received: batch of dtype uint8, with values",
    }
    refused(ValueError, match[container], container(BYTES.astype("uint8")))


@containers
def test_02_floats_from_0_to_255(container):
    data = container(BYTES.astype("float32"))
    if container is as_tf_data:  # Whose values are seen when they come.
        with refusing(ValueError, r"x / 127.5 - 1.0`.*Received: values up to 2"):
            image_gan().fit(data, verbose=0)
    else:
        refused(ValueError, r"/ 127.5 - 1.0`. Received: .* of dtype float32, with values", data)


@containers
@pytest.mark.parametrize("dtype", ["float64", "float16"])
def test_03_other_floats_train(container, dtype):
    trains(container(IMAGES.astype(dtype)))


@containers
def test_04_wrong_channels(container):
    match = r"Build it for 3 channels, or convert.*channels=1.*Received: .*shape \(.*, 4, 4, 3\)"
    refused(ValueError, match, container(np.repeat(IMAGES, 3, axis=-1)))
    match = r"`np.moveaxis\(x, 1, -1\)`. Received: a batch of shape \(.*, 1, 4, 4\)"
    refused(ValueError, match, container(np.moveaxis(IMAGES, -1, 1)))
    match = r"`x\[..., np.newaxis\]`. Received: a batch of shape \(.*, 4, 4\)"
    refused(ValueError, match, container(IMAGES[..., 0]))


@containers
def test_05_wrong_size(container):
    match = r"samples of shape \(4, 4, 1\).*image_size=.*Received: a batch of shape \(.*, 4, 2, 1\)"
    refused(ValueError, match, container(IMAGES[:, :, :2]))


def test_05_a_size_that_no_data_set_states():
    tf = pytest.importorskip("tensorflow")
    data = as_tf_data(IMAGES).map(lambda x: tf.reshape(x, tf.random.uniform([4], 1, 9, tf.int32)))
    refused(ValueError, "`tf.ensure_shape`.*Received: a batch of shape .None, None", data)


def test_06_without_batches():
    match = r"`x\[np.newaxis\]`, or `.batch\(64\)`.*Received: a batch of shape \(4, 4, 1\)"
    refused(ValueError, match, IMAGES[0])
    refused(ValueError, match, Batches([(image,) for image in IMAGES]))
    tf = pytest.importorskip("tensorflow")
    refused(ValueError, match, tf.data.Dataset.from_tensor_slices(IMAGES))


@containers
def test_07_nothing(container):
    match = "samples: check the filter.*0, 4|filter.*Received: a data set of 0 batches"
    refused(ValueError, match, container(IMAGES[:0]))


def test_07_emptied_by_a_filter():  # Which is not known before.
    data = as_tf_data(IMAGES).filter(lambda images: False)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Your input ran out of data")
        refused(ValueError, "emptied by a filter.*Received: a data set of 0 batches", data)


@pytest.mark.skipif(not TENSORFLOW, reason="lengths that nobody knows are those of tf.data")
def test_07_validation_emptied_by_a_filter():
    data = as_tf_data(IMAGES).filter(lambda images: False)
    with refusing(ValueError, "emptied by a filter.*Received: a data set of 0 batches"):
        image_gan().fit(IMAGES, validation_data=data, verbose=0)


@pytest.mark.parametrize("eager", [True, False])
def test_07_an_empty_batch_among_others(eager):
    gan = image_gan(run_eagerly=eager)
    batches = Batches([(IMAGES[:2],), (IMAGES[:0],)])
    with refusing(ValueError, "Leave empty batches out.*Received: .* batch of s.* no samples"):
        gan.fit(batches, shuffle=False, verbose=0)
    gan = image_gan()
    losses = gan.evaluate(batches, verbose=0)  # Where it counts as much as it holds.
    np.testing.assert_allclose(losses, image_gan().evaluate(IMAGES[:2], verbose=0), rtol=1e-5)


def test_07_a_generator_that_has_been_gone_through():
    match = "make a new one, or a `keras.utils.PyDataset`. Received: a generator of 0 batches"
    refused(ValueError, match, (batch for batch in []), steps_per_epoch=1)


def test_08_drop_remainder_leaves_nothing(tmp_path):
    tf = pytest.importorskip("tensorflow")
    data = tf.data.Dataset.from_tensor_slices(IMAGES).batch(8, drop_remainder=True)
    refused(ValueError, "`drop_remainder=True` with a batch size greater.* 0 batches", data)
    with refusing(ValueError, "at most the number of images, 1. Received: batch_size=8"):
        image_folder(folder_of(tmp_path, [1]), 4, batch_size=8, drop_remainder=True)


@pytest.mark.parametrize(
    ("size", "channels", "kwargs", "match"),
    [
        (4, 3, {}, r"Build it for 3 channels.*channels=1.*Received: .* \(None, 4, 4, 3\)"),
        (8, 1, {}, r"or resize the data.*image_size=.*Received: .* \(None, 8, 8, 1\)"),
        (4, 1, {"steps_per_epoch": 9}, "`steps_per_epoch=1`.*steps_per_epoch=9 for 1 batches"),
        (4, 1, {"y": np.arange(3)}, "leave `y` out.*Received: y of type ndarray beside x"),
    ],
)
def test_04_05_11_23_of_folders(size, channels, kwargs, match, tmp_path):
    folder = folder_of(tmp_path, [1, 2, 3])
    refused(ValueError, match, image_folder(folder, size, channels=channels), **kwargs)


@pytest.mark.parametrize(
    ("change", "match"),
    [
        (lambda x: (x + 1.0) * 127.5, "x / 127.5 - 1.0`.*Received: values up to 2"),
        (lambda x: x * np.nan, "finite.*Received: nan in the batch of step 1"),
    ],
)
def test_02_09_of_augmented_folders(change, match, tmp_path):
    folder = folder_of(tmp_path, [1, 2, 250])
    with refusing(ValueError, match):
        image_gan().fit(image_folder(folder, 4, channels=1, seed=0, augment=change), verbose=0)


@containers
@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_09_pixels_that_are_no_numbers(container, value):
    images = IMAGES.copy()
    images[1, 2, 3, 0] = value
    if container is as_tf_data:
        with refusing(ValueError, f"finite.*Received: .*{value}"):
            image_gan().fit(container(images), verbose=0)
    else:
        refused(ValueError, f"`np.nan_to_num`. Received: {value} in sample 1", container(images))


def test_10_endless():
    match = "Pass `steps_per_epoch`, or leave out `.repeat.*Received: steps_per_epoch=None"
    refused(ValueError, match, Batches([(IMAGES,)], length=None))
    refused(ValueError, match, ((IMAGES,) for _ in iter(int, 1)))
    trains(((IMAGES,) for _ in iter(int, 1)), steps_per_epoch=2, epochs=2)
    refused(ValueError, match, as_tf_data(IMAGES).repeat())


def test_10_endless_validation():
    match = "Pass `validation_steps`.*Received: validation_steps=None"
    refused(ValueError, match, IMAGES, validation_data=Batches([(IMAGES,)], length=None))


@containers
def test_11_fewer_batches_than_steps(container):
    match = "Pass `steps_per_epoch=2` or leave.*Received: steps_per_epoch=5 for 2 batches"
    kwargs = {"batch_size": 2} if container is as_array else {}
    refused(ValueError, match, container(IMAGES), steps_per_epoch=5, **kwargs)


def test_11_a_generator_that_ends_before_the_epochs_do():
    gan = image_gan()
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Your input ran out of data")
        # Keras would report losses of 0 and then train on the first batches again.
        with refusing(ValueError, "`epochs` times `steps_per_epoch`.*Received: 0 .* in epoch 2"):
            gan.fit(((IMAGES[i : i + 2],) for i in (0, 2)), steps_per_epoch=2, epochs=3, verbose=0)
    assert int(gan.optimizer.iterations) == 2


def test_12_unknown_length_trains_as_known():
    data = as_tf_data(IMAGES)
    known, unknown = image_gan(), image_gan()
    trains(data, known, epochs=2)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Your input ran out of data")
        trains(data.filter(lambda images: True), unknown, epochs=2)
    assert int(unknown.optimizer.iterations) == 4
    assert_equal(state(known), state(unknown))


def test_13_dictionaries():
    match = r"`x=data\['image'\]`; .*`.map\(lambda.*Received: a dictionary with the keys \['im'\]"
    refused(ValueError, match, {"im": IMAGES})
    refused(ValueError, match, Batches([({"im": IMAGES},)]))
    refused(ValueError, match, as_tf_data({"im": IMAGES}))


@pytest.mark.parametrize("labels", [np.arange(4), np.full(4, -7.5), np.eye(4)[:, :2]])
def test_14_labels_are_not_used(labels):
    plain, labelled = image_gan(), image_gan()
    trains(IMAGES, plain, batch_size=2, shuffle=False)
    trains(IMAGES, labelled, y=labels, batch_size=2, shuffle=False)
    assert_equal(state(plain), state(labelled))


def test_14_labels_of_data_sets_are_not_used():
    labels = np.arange(4)
    batches = [(IMAGES[i : i + 2], labels[i : i + 2]) for i in (0, 2)]
    trains(Batches(batches))
    trains(as_tf_data((IMAGES, labels)))


def test_15_none():
    refused(TypeError, r"kerasgan.data.image_folder\(path.*Received: x=None", None)


@pytest.mark.parametrize("path", ["photographs", Path("photographs")])
def test_16_paths(path):
    refused(TypeError, r"kerasgan.data.image_folder\(path.*Received: x=.*photographs", path)


def test_17_lists():
    match = r"`np.stack\(samples\)`. Received: a list of 4, of shapes \(4, 4, 1\), "
    refused(ValueError, match, list(IMAGES))
    refused(TypeError, r"`np.array\(...\)`.*Received: x of type float", IMAGES.tolist())
    refused(ValueError, r"holds no samples. Received: x=\[\]", [])
    match = r"`np.stack\(samples\)`. Received: a tuple of 4, of shapes"
    refused(ValueError, match, Batches([tuple(IMAGES)]))


def test_17_lists_of_one_array():
    whole = image_gan()
    trains(IMAGES, whole, batch_size=2, shuffle=False)
    for data in ([IMAGES], (IMAGES,), Batches([([IMAGES[:2]],), ([IMAGES[2:]],)])):
        gan = image_gan()
        trains(data, gan, batch_size=None if isinstance(data, Batches) else 2, shuffle=False)
        assert_equal(state(whole), state(gan))
    losses = [image_gan().evaluate(data, verbose=0) for data in (IMAGES, [IMAGES])]
    np.testing.assert_array_equal(*losses)
    trains([IMAGES], validation_data=([IMAGES],))
    match = r"`x\[np.newaxis\]`.*Received: a batch of shape \(4, 4, 1\)"
    refused(ValueError, match, [IMAGES[0]])


def test_17_images_of_different_sizes():
    sizes = [IMAGES[0], IMAGES[1, :3], IMAGES[2, :, :2]]
    match = "one shape: resize.*`kerasgan.data.image_folder.path.*Received: a list of 3, of shapes"
    refused(ValueError, match, sizes)
    several = np.empty(3, object)
    several[:] = sizes
    refused(TypeError, "one shape: resize.*Received: x with samples of shapes", several)
    match = r"`np.concatenate\(arrays\)`. Received: a list of 2, of shapes \(4, 4, 4, 1\), "
    refused(ValueError, match, [IMAGES, IMAGES[:3]])


@pytest.mark.parametrize("kind", [list, tuple, lambda labels: labels.tolist()])
@pytest.mark.parametrize("labels", [np.arange(4), np.arange(3), np.linspace(0, 1, 4)])
def test_17_lists_of_labels(labels, kind):
    match = r"`y` must be an array: pass `np.array\(y\)`. Received: a .* of [34] items of type"
    refused(TypeError, match, IMAGES, y=kind(labels))
    match = r"pass `np.array\(validation_data\[1\]\)`. Received: "
    refused(TypeError, match, IMAGES, validation_data=(IMAGES, kind(labels)))


@pytest.mark.parametrize("data", [iter([IMAGES]), {1, 2}, range(3), map(len, IMAGES)])
def test_18_iterators(data):
    match = f"a `keras.utils.PyDataset`. Received: x of type {type(data).__name__}"
    refused(TypeError, match, data)


def test_18_generators():
    match = r"`yield \(images,\)`.* a `keras.utils.PyDataset`.*Received: a batch of shape \(2, 4"
    refused(ValueError, match, (IMAGES[:2] for _ in range(2)), steps_per_epoch=1)
    gan = image_gan()
    trains(((IMAGES[i : i + 2],) for i in (0, 2)), gan, steps_per_epoch=2)
    whole = image_gan()
    trains(IMAGES, whole, batch_size=2, shuffle=False)
    assert_equal(state(gan), state(whole))  # The batch that was looked at is not lost.


DAMAGE = {
    "truncated.png": lambda good: good[: len(good) // 2],
    "words.jpg": lambda good: b"not a picture",
}


def damaged_folder(path, damage=DAMAGE):
    folder_of(path, [10, 90, 200])
    noise = np.random.default_rng(0).integers(0, 255, (32, 32, 3), np.uint8)
    Image.fromarray(noise).save(path / "noise.png")
    good = (path / "noise.png").read_bytes()
    (path / "noise.png").unlink()
    for name, change in damage.items():
        (path / name).write_bytes(change(good))
    return path


@pytest.mark.parametrize("name", DAMAGE)
def test_19_damaged_images_are_named(name, tmp_path):
    folder = damaged_folder(tmp_path, {name: DAMAGE[name]})
    images = image_folder(folder, 4, batch_size=4, channels=1)
    # tf.data would make an error of its own kind of it, and Keras on JAX would lose the weights.
    refused(ValueError, f"Remove or replace it. Received: .*{name}", images)


def test_19_empty_files_are_named_at_once(tmp_path):
    folder = folder_of(tmp_path, [1, 2])
    (folder / "empty.png").touch()
    with refusing(ValueError, "`on_error='skip'`. Received: 1 of 3 files: .*empty.png"):
        image_folder(folder, 4)


def test_19_damaged_images_are_left_out(tmp_path):
    folder = damaged_folder(tmp_path, {**DAMAGE, "empty.webp": lambda good: b""})
    kwargs = {"batch_size": 2, "channels": 1, "seed": 3, "drop_remainder": False}
    match = "3 of 6 image files cannot be read and are left out: .*empty.*truncated.*words"
    with pytest.warns(UserWarning, match=match):
        images = image_folder(folder, 4, on_error="skip", **kwargs)
    clean = image_folder(folder_of(tmp_path / "clean", [10, 90, 200]), 4, **kwargs)
    assert len(images) == 2
    for _ in range(2):
        assert_equal([batch[0] for batch in epoch(images)], [batch[0] for batch in epoch(clean)])
    trains(images)


def test_19_nothing_is_left(tmp_path):
    (tmp_path / "words.jpg").write_bytes(b"not a picture")
    with refusing(ValueError, "No image is left: 1 of 1 .*`on_error='raise'`.*words.jpg"):
        image_folder(tmp_path, 4, on_error="skip")
    with refusing(ValueError, r"one of \('raise', 'skip'\). Received: on_error='ignore'"):
        image_folder(tmp_path, 4, on_error="ignore")


def test_19_unpaired_folders(tmp_path):
    a, b = damaged_folder(tmp_path / "a"), folder_of(tmp_path / "b", [1, 2])
    with pytest.warns(UserWarning, match="2 of 5 image files"):
        assert len(unpaired_folders(a, b, 4, on_error="skip")) == 3


def test_20_other_types(tmp_path):
    for name in ("a.webp", "b.tif"):  # Which tf.keras's own loader passes over.
        Image.new("L", (8, 8), 77).save(tmp_path / name)
    assert values(image_folder(tmp_path, 4)) == [77, 77]
    folder = tmp_path / "other"
    folder.mkdir()
    for name in ("a.heic", "b.heic", "c.svg"):
        (folder / name).write_bytes(b"?")
    with refusing(ValueError, "Accepted types: .jpg.*Received: .*2 .heic files, 1 .svg files"):
        image_folder(folder, 4)


def test_21_missing_and_empty_folders(tmp_path):
    with refusing(FileNotFoundError, "an existing folder. Received: .*nowhere', which is nothing"):
        image_folder(tmp_path / "nowhere", 4)
    with refusing(ValueError, "`recursive=True`. Received: .*which holds nothing"):
        image_folder(tmp_path, 4)


def test_22_unpaired_domains(tmp_path):
    folder = folder_of(tmp_path, [1, 2])
    with refusing(ValueError, "one folder.*Pass two. Received: a="):
        unpaired_folders(folder, tmp_path / ".", 4)
    gan = kerasgan.models.CycleGAN((24, 24, 1), base_filters=2, residual_blocks=1)
    gan.compile(run_eagerly=EAGER)
    x, y = np.zeros((3, 24, 24, 1), "float32"), np.zeros((2, 24, 24, 1), "float32")
    with refusing(ValueError, r"unpaired_arrays\(x, y\)`. Received: 3 in x, 2 in y"):
        gan.fit(x, y, batch_size=1)
    with refusing(ValueError, r"pairs \(x, y\).*unpaired_folders.*Received: x: .*; y: None"):
        gan.fit(x, batch_size=1)
    assert len(unpaired_arrays(x, y)) == 3


def test_23_labels():
    refused(ValueError, "equally many samples.*Received: 4 in x, 3 in y", IMAGES, y=np.arange(3))
    match = "encode them as integers.*Received: y of dtype str"
    refused(TypeError, match, IMAGES, y=np.array(list("abcd")))
    match = "encode them as integers.*Received: a data set of dtype string"
    refused(TypeError, match, as_tf_data((IMAGES, np.array(list("abcd")))))
    match = "leave `y` out.*Received: y of type ndarray beside x of type Batches"
    refused(ValueError, match, as_py_dataset(IMAGES), y=np.arange(4))
    match = "would be ignored. Leave it out.*Received: sample_weight of type ndarray"
    refused(ValueError, match, IMAGES, sample_weight=np.ones(4))
    with pytest.raises(ValueError, match=match):
        tiny_gan().evaluate(IMAGES, sample_weight=np.ones(4), verbose=0)
    match = "would be ignored. Leave it out.*Received: sample_weight of type"
    conditional = kerasgan.models.ConditionalGAN(5, (4, 4, 1), latent_dim=2)
    conditional.compile(run_eagerly=EAGER)
    three = (IMAGES, np.arange(4), np.ones(4, "float32"))
    refused(ValueError, match, (batch for batch in [three] * 2), conditional, steps_per_epoch=2)


@pytest.mark.parametrize("dtype", ["complex64", "object", "datetime64[s]"])
def test_23_samples_that_are_no_numbers(dtype):
    match = rf"`.astype\('float32'\)`. Received: x of dtype {dtype[:6]}"
    refused(TypeError, match, np.zeros(IMAGES.shape).astype(dtype))


@pytest.mark.skipif(np.longdouble == np.float64, reason="no type of its own here")
def test_23_numbers_that_no_backend_has():
    images = IMAGES.astype("longdouble")
    match = r"No backend.*`.astype\('float32'\)`. Received: .* of dtype float"
    refused(TypeError, match, images)
    refused(TypeError, match, as_py_dataset(images))
    refused(TypeError, match, IMAGES, validation_data=images)


def test_24_fit_before_compile():
    with refusing(ValueError, r"call `compile\(\)`.*Received: GAN not yet compiled"):
        mlp_gan().fit(POINTS)


@pytest.mark.parametrize("name", ["adm", 3])
def test_25_bad_optimizers(name):
    with refusing(ValueError, f"such as 'adam'. Received: generator_optimizer={name!r}"):
        mlp_gan().compile(generator_optimizer=name)


def test_26_one_optimizer_for_both():
    adam = keras.optimizers.Adam()
    with refusing(ValueError, "Pass each player its own. Received: the same object"):
        mlp_gan().compile(generator_optimizer=adam, discriminator_optimizer=adam)
    with refusing(ValueError, r"one optimizer for each player.*Received: \['optimizer'\]"):
        mlp_gan().compile(optimizer=adam)


def test_27_latents_of_another_length():
    gan = mlp_gan()
    with refusing(ValueError, r"\(batch, 3\): draw them by `sample_latents.*shape \(2, 5\)"):
        gan(np.zeros((2, 5), "float32"))
    with refusing(ValueError, r"latent_dim=4, .*generator.input_shape=\(None, 3\)"):
        kerasgan.models.GAN(gan.generator, gan.discriminator, latent_dim=4)


@pytest.mark.parametrize(
    ("model", "image_shape", "match"),
    [
        (kerasgan.models.DCGAN, (50, 50, 3), r"48.*56.*Received: image_shape=\(50, 50, 3\)"),
        (kerasgan.models.WGANGP, (32, 16, 3), r"Received: image_shape=\(32, 16, 3\)"),
        (kerasgan.models.CycleGAN, (30, 30, 3), r"multiples of 4.*image_shape=\(30, 30, 3\)"),
        (kerasgan.models.DCGAN, 64, "such as .64, 64, 3.. Received: image_shape=64"),
    ],
)
def test_28_sizes_that_cannot_be_reached(model, image_shape, match):
    with refusing(ValueError, match):
        model(image_shape, base_filters=2)


@pytest.mark.parametrize(
    "callback",
    [ImageGrid, Checkpoint, keras.callbacks.TensorBoard, keras.callbacks.BackupAndRestore],
)
def test_29_folders_that_cannot_be_made(callback, tmp_path):
    (tmp_path / "runs").write_text("a file")
    match = f"`{callback.__name__}`.*Choose another folder.*Received: .*runs"
    for path in (tmp_path / "runs", tmp_path / "runs" / "digits"):
        refused(OSError, match, IMAGES, callbacks=[callback(str(path))])


def test_29_a_folder_that_vanishes(tmp_path):
    class Removes(keras.callbacks.Callback):
        def on_epoch_begin(self, epoch, logs=None):
            shutil.rmtree(tmp_path / "runs")

    folder = tmp_path / "runs"
    trains(IMAGES, callbacks=[Removes(), ImageGrid(folder), Checkpoint(folder)])
    assert (folder / "latest.png").exists() and (folder / "manifest.json").exists()


def test_29_an_earlier_run(tmp_path):
    fit(tiny_gan(), callbacks=[Checkpoint(tmp_path)])
    with refusing(ValueError, "`resume=True` to go on.* another directory.*Received: "):
        fit(tiny_gan(), callbacks=[Checkpoint(tmp_path, resume=False)])


def test_30_a_checkpoint_of_another_architecture(tmp_path):
    fit(tiny_gan(), callbacks=[Checkpoint(tmp_path)])
    with refusing(ValueError, "does not fit this model.*another directory.*Received: "):
        image_gan().fit(IMAGES, callbacks=[Checkpoint(tmp_path)], verbose=0)


def test_30_a_truncated_file(tmp_path):
    gan = tiny_gan()
    fit(gan, callbacks=[Checkpoint(tmp_path)])
    (path,) = tmp_path.glob("step_*.keras")
    path.write_bytes(path.read_bytes()[:100])
    with pytest.warns(UserWarning, match="step_.* changed or damaged; no other is left"):
        fit(tiny_gan(), callbacks=[Checkpoint(tmp_path)])


@pytest.mark.parametrize(
    "arguments, match",
    [
        ({"batch_size": 0}, "`batch_size` must be a positive int.*Received: batch_size=0"),
        ({"batch_size": -4}, "Received: batch_size=-4"),
        ({"batch_size": 2.5}, "Received: batch_size=2.5"),
        ({"epochs": -1}, "`epochs` must be an int from 0 up. Received: epochs=-1"),
        ({"epochs": 1.5}, "Received: epochs=1.5"),
        ({"steps_per_epoch": 0}, "`steps_per_epoch` must be a positive.*steps_per_epoch=0"),
        ({"validation_split": 1.0}, "below 1. Received: validation_split=1.0"),
        ({"validation_data": IMAGES[:, :2]}, r"Received: a batch of shape \(4, 2, 4, 1\)"),
        ({"validation_data": BYTES}, r"`validation_data\[0\] / 127.5.*Received: validation_data"),
        ({"validation_data": (IMAGES,) * 3}, r"`\(x,\)` or `\(x, y\)`. Received: a tuple of 3"),
    ],
)
def test_arguments_of_fit(arguments, match):
    refused(ValueError, match, IMAGES, **arguments)


@pytest.mark.skipif(not TENSORFLOW, reason="an array is split alike on every backend")
def test_only_arrays_can_be_split():
    match = "a second data set as `validation_data`. Received: validation_split=0.5"
    refused(ValueError, match, as_py_dataset(IMAGES), validation_split=0.5)
    refused(ValueError, "at least one each. Received: ", IMAGES[:1], validation_split=0.5)
    trains(IMAGES, validation_split=0.5)


def test_model_arguments():
    for arguments, match in (
        ({"cycle_weight": -1.0}, "from 0 up.*Received: cycle_weight=-1.0"),
        ({"identity_weight": np.nan}, "Received: identity_weight=nan"),
        ({"pool_size": 2.5}, "0 for none. Received: pool_size=2.5"),
    ):
        with refusing(ValueError, match):
            kerasgan.models.CycleGAN((24, 24, 1), base_filters=2, residual_blocks=1, **arguments)
