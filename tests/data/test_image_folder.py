"""Batches from a folder of image files."""

import numpy as np
import pytest
from PIL import Image

import kerasgan
from kerasgan.data import image_folder
from tests.conformance.catalogue import EAGER
from tests.data.files import TENSORFLOW, epoch, folder_of, values


def test_batches_are_float_images_in_range(tmp_path):
    folder = folder_of(tmp_path, [0, 255, 127, 60, 200])
    dataset = image_folder(folder, 8, batch_size=2, shuffle=False)
    assert len(dataset) == 3
    batches = [batch[0] for batch in epoch(dataset)]
    assert [batch.shape for batch in batches] == [(2, 8, 8, 3), (2, 8, 8, 3), (1, 8, 8, 3)]
    assert batches[0].dtype == np.float32
    np.testing.assert_allclose(batches[0][:, 0, 0, 0], [-1.0, 1.0])
    assert values(dataset) == [0, 255, 127, 60, 200]


def test_drop_remainder_grey_and_oblong(tmp_path):
    folder = folder_of(tmp_path, [0, 50, 100])
    dataset = image_folder(folder, (6, 10), batch_size=2, channels=1, drop_remainder=True)
    assert [batch[0].shape for batch in epoch(dataset)] == [(2, 6, 10, 1)]


def test_the_order_of_an_epoch_is_a_function_of_seed_and_epoch(tmp_path):
    folder = folder_of(tmp_path, list(range(0, 240, 10)))
    first, second = (image_folder(folder, 4, batch_size=4, seed=3) for _ in range(2))
    epochs = [values(first) for _ in range(3)]
    assert epochs == [values(second) for _ in range(3)]
    assert sorted(epochs[0]) == sorted(epochs[1]) and epochs[0] != epochs[1] != epochs[2]
    assert epochs[0] != values(image_folder(folder, 4, batch_size=4, seed=4))


def half_white(path):
    """20 × 16 pixels, the left half white."""
    image = Image.new("RGB", (20, 16))
    image.paste((255, 255, 255), (0, 0, 10, 16))
    path.mkdir(exist_ok=True)
    image.save(path / "half.png")
    return path


def test_center_crop_and_no_crop(tmp_path):
    folder = half_white(tmp_path / "half")
    (((centre,),),) = [epoch(image_folder(folder, 8, batch_size=1))]
    assert centre[0, 4, 1].min() > 0.9 and centre[0, 4, -2].max() < -0.9
    (((squeezed,),),) = [epoch(image_folder(folder, 8, batch_size=1, crop=None))]
    assert squeezed[0, 4, 1].min() > 0.9 and squeezed[0, 4, -2].max() < -0.9


def test_random_crops_and_flips_vary_and_repeat(tmp_path):
    folder = half_white(tmp_path / "half")

    def run():
        dataset = image_folder(folder, 8, batch_size=1, crop="random", flip=True, seed=0)
        return np.stack([epoch(dataset)[0][0][0] for _ in range(12)])

    images = run()
    np.testing.assert_array_equal(images, run())
    flipped = images[:, 4, 0, 0] < images[:, 4, -1, 0]
    assert 0 < flipped.sum() < 12
    assert len({image.tobytes() for image in images}) > 4


def test_recursive(tmp_path):
    folder_of(tmp_path / "a", [10])
    folder_of(tmp_path / "b", [20])
    assert sorted(values(image_folder(tmp_path, 4, recursive=True))) == [10, 20]
    with pytest.raises(ValueError, match="holds no image.*recursive=True.*2 folders"):
        image_folder(tmp_path, 4)


def test_missing_empty_and_foreign_folders(tmp_path):
    with pytest.raises(FileNotFoundError, match="existing folder. Received: .*nowhere"):
        image_folder(tmp_path / "nowhere", 4)
    with pytest.raises(ValueError, match="holds no image. Accepted types: .jpg.*holds nothing"):
        image_folder(tmp_path, 4)
    (tmp_path / "notes.txt").write_text("words")
    with pytest.raises(ValueError, match="holds 1 .txt files"):
        image_folder(tmp_path, 4)


@pytest.mark.parametrize(
    "arguments, message",
    [
        ({"image_size": 0}, "positive int or a pair"),
        ({"image_size": 4, "crop": "left"}, "`crop` must be one of"),
        ({"image_size": 4, "batch_size": 0}, "`batch_size` must be an int of at least 1"),
        ({"image_size": 4, "seed": -1}, "`seed` must be None or an int from 0 up"),
        ({"image_size": 4, "channels": 2}, "`channels` must be 1"),
    ],
)
def test_wrong_arguments(arguments, message, tmp_path):
    with pytest.raises(ValueError, match=message):
        image_folder(folder_of(tmp_path, [1]), **arguments)


def test_a_damaged_file_is_named_when_its_turn_comes(tmp_path):
    folder = folder_of(tmp_path, [10, 20])
    (folder / "broken.jpg").write_bytes(b"not a picture")
    with pytest.raises(Exception, match="broken.jpg"):
        epoch(image_folder(folder, 4, batch_size=3))


def test_a_dcgan_trains_from_a_folder_with_several_discriminator_steps(tmp_path):
    folder = folder_of(tmp_path, [0, 40, 80, 120, 160, 200, 240])
    dataset = image_folder(folder, 16, batch_size=4, seed=0)
    gan = kerasgan.models.DCGAN((16, 16, 3), latent_dim=2, base_filters=2, seed=0)
    gan.compile(run_eagerly=EAGER, discriminator_steps=2)
    history = gan.fit(dataset, epochs=2, verbose=0).history
    assert np.isfinite(history["loss"]).all()
    # The check of the batch size has not used up an epoch.
    fresh = image_folder(folder, 16, batch_size=4, seed=0)
    [values(fresh) for _ in range(2)]
    assert values(dataset) == values(fresh)
    with pytest.raises(ValueError, match="discriminator_steps=3"):
        gan.compile(discriminator_steps=3)
        gan.fit(dataset, verbose=0)


@pytest.mark.skipif(not TENSORFLOW, reason="tf.data is the TensorFlow backend's")
def test_static_shapes_of_tf_data(tmp_path):
    dataset = image_folder(folder_of(tmp_path, [0, 1, 2]), 8, batch_size=2, drop_remainder=False)
    assert dataset.element_spec.shape.as_list() == [None, 8, 8, 3]
    full = image_folder(tmp_path, 8, batch_size=3)
    assert full.element_spec.shape.as_list() == [3, 8, 8, 3]
