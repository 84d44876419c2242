import keras
import numpy as np
import pytest
from PIL import Image
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

from kerasgan.callbacks import ImageGrid
from kerasgan.models import DCGAN, CycleGAN, VanillaGAN
from kerasgan.ops.images import image_grid


def tiny_gan(**compile_arguments):
    keras.utils.set_random_seed(1)
    gan = DCGAN(image_shape=(16, 16, 1), latent_dim=4, base_filters=4, seed=1)
    # Kernels as large as those of a trained generator, for images of full contrast.
    gan.generator.set_weights([30 * w if w.ndim > 1 else w for w in gan.generator.get_weights()])
    gan.compile(generator_optimizer=keras.optimizers.Adam(0.05), **compile_arguments)
    return gan


def tiny_translator():
    keras.utils.set_random_seed(1)
    gan = CycleGAN(image_shape=(24, 24, 3), base_filters=2, residual_blocks=1, seed=1)
    gan.compile(generator_optimizer=keras.optimizers.Adam(0.05))
    return gan


def images(count=8, shape=(16, 16, 1), seed=0):
    return np.random.default_rng(seed).uniform(-1, 1, (count, *shape)).astype("float32")


def fit(gan, *callbacks, epochs=2, **arguments):
    data = images()
    gan.fit(data, batch_size=2, epochs=epochs, verbose=0, callbacks=callbacks, **arguments)


def names(directory):
    return sorted(path.name for path in directory.iterdir())


def read(path):
    with Image.open(path) as picture:
        return np.asarray(picture)


def frame_count(path):
    with Image.open(path) as animation:
        return animation.n_frames


def test_draws_every_epoch_and_the_gif_at_the_end(tmp_path):
    gan = tiny_gan()
    fit(gan, ImageGrid(tmp_path, rows=2, columns=3), epochs=3)
    assert names(tmp_path) == [
        "epoch_0001.png",
        "epoch_0002.png",
        "epoch_0003.png",
        "latest.png",
        "progress.gif",
    ]
    assert read(tmp_path / "epoch_0001.png").shape == (2 * 68 + 4, 3 * 68 + 4)
    np.testing.assert_array_equal(read(tmp_path / "latest.png"), read(tmp_path / "epoch_0003.png"))
    assert (read(tmp_path / "latest.png") != read(tmp_path / "epoch_0001.png")).any()
    assert frame_count(tmp_path / "progress.gif") == 3


def test_the_picture_is_that_of_the_current_weights_and_of_latents_fixed_by_the_seed(tmp_path):
    gan = tiny_gan()
    fit(gan, ImageGrid(tmp_path, rows=2, columns=3, seed=5), epochs=2)
    expected = image_grid(gan.generate(6, seed=5), 2, 3, padding=4, scale=4)[..., 0]
    drawn = read(tmp_path / "latest.png").astype(int)
    assert np.abs(drawn - expected).max() <= 1


def test_draws_by_steps_the_weights_of_that_step(tmp_path):
    gan = tiny_gan()
    start = image_grid(gan.generate(2, seed=0), 1, 2, padding=4, scale=4)[..., 0]
    by_steps = ImageGrid(tmp_path / "steps", every=2, unit="step", rows=1, columns=2)
    by_epochs = ImageGrid(tmp_path / "epochs", rows=1, columns=2)
    fit(gan, by_steps, by_epochs, epochs=2)  # of four steps each
    pictures = [read(tmp_path / "steps" / f"step_00000{step}.png") for step in (2, 4, 6, 8)]
    for one, other in zip([start, *pictures], pictures, strict=False):
        assert (one != other).any(), "in the middle of an epoch too the new weights are drawn"
    np.testing.assert_array_equal(pictures[1], read(tmp_path / "epochs" / "epoch_0001.png"))
    np.testing.assert_array_equal(pictures[3], read(tmp_path / "epochs" / "epoch_0002.png"))


@pytest.mark.skipif(
    keras.backend.backend() == "torch", reason="Keras has one step per execution with PyTorch"
)
def test_steps_per_execution_draws_when_a_multiple_was_passed(tmp_path):
    gan = tiny_gan(steps_per_execution=4)
    fit(gan, ImageGrid(tmp_path, every=3, unit="step", rows=1, columns=2, gif=False))
    assert names(tmp_path) == ["latest.png", "step_000004.png", "step_000008.png"]


@pytest.mark.parametrize(
    "unit, expected", [("epoch", "epoch_0003.png"), ("step", "step_000012.png")]
)
def test_a_resumed_training_goes_on_numbering(tmp_path, unit, expected):
    gan = tiny_gan()
    every = {"epoch": 1, "step": 4}[unit]
    fit(gan, ImageGrid(tmp_path, every, unit, rows=1, columns=2), epochs=2)
    fit(gan, ImageGrid(tmp_path, every, unit, rows=1, columns=2), epochs=3, initial_epoch=2)
    assert len(names(tmp_path)) == 5 and expected in names(tmp_path)
    assert frame_count(tmp_path / "progress.gif") == 3


@pytest.mark.parametrize("unit", ["epoch", "step"])
def test_does_not_disturb_the_training(tmp_path, unit):
    plain, drawn = tiny_gan(generator_ema=0.9), tiny_gan(generator_ema=0.9)
    drawn.set_weights(plain.get_weights())
    keras.utils.set_random_seed(3)
    fit(plain, shuffle=False)
    keras.utils.set_random_seed(3)
    fit(drawn, ImageGrid(tmp_path, unit=unit, rows=2, columns=2), shuffle=False)
    for one, other in zip(plain.variables, drawn.variables, strict=True):
        one, other = (keras.ops.convert_to_numpy(variable) for variable in (one, other))
        np.testing.assert_array_equal(one, other)


def test_draws_the_moving_average(tmp_path):
    gan = tiny_gan(generator_ema=0.99)
    fit(gan, ImageGrid(tmp_path, rows=1, columns=2))
    expected = image_grid(gan.generate(2, seed=0), 1, 2, padding=4, scale=4)[..., 0]
    assert np.abs(read(tmp_path / "latest.png").astype(int) - expected).max() <= 1


def test_tensorboard_shows_the_same_pictures(tmp_path):
    grid = ImageGrid(tmp_path / "grids", rows=1, columns=2, log_dir=tmp_path / "logs")
    fit(tiny_gan(), grid)
    events = EventAccumulator(str(tmp_path / "logs"), size_guidance={"images": 0, "tensors": 0})
    events.Reload()
    pictures = events.Images("image_grid")
    assert [picture.step for picture in pictures] == [1, 2]
    (tmp_path / "from_log.png").write_bytes(pictures[-1].encoded_image_string)
    np.testing.assert_array_equal(
        read(tmp_path / "from_log.png"), read(tmp_path / "grids" / "epoch_0002.png")
    )


def test_a_translator_draws_input_translation_and_reconstruction_of_both_domains(tmp_path):
    gan = tiny_translator()
    x, y = images(3, (24, 24, 3), seed=1), images(4, (24, 24, 3), seed=2)
    grid = ImageGrid(tmp_path, rows=2, inputs=(x, y))
    gan.fit(x[:2], y[:2], batch_size=1, epochs=2, verbose=0, callbacks=[grid])
    assert frame_count(tmp_path / "progress.gif") == 2
    as_y, as_x = gan.translate(x[:2], to="y"), gan.translate(y[:2], to="x")
    columns = [x[:2], as_y, gan.translate(as_y, "x"), y[:2], as_x, gan.translate(as_x, "y")]
    in_rows = [column[row] for row in range(2) for column in columns]
    expected = image_grid(np.stack(in_rows), 2, 6, padding=4, scale=2)
    assert np.abs(read(tmp_path / "latest.png").astype(int) - expected).max() <= 1


def test_other_pictures_in_the_folder_are_not_part_of_the_gif(tmp_path):
    Image.new("RGB", (9, 9)).save(tmp_path / "epoch_0000.png")  # of another size
    Image.new("RGB", (9, 9)).save(tmp_path / "epoch_cover.png")
    fit(tiny_gan(), ImageGrid(tmp_path, rows=1, columns=2))
    assert frame_count(tmp_path / "progress.gif") == 2


def test_points_are_not_images(tmp_path):
    gan = VanillaGAN(data_shape=(2,), latent_dim=2, generator_units=4, discriminator_units=4)
    gan.compile()
    with pytest.raises(ValueError, match="scatter plot.*Received: .*None, 2"):
        gan.fit(np.zeros((4, 2)), verbose=0, callbacks=[ImageGrid(tmp_path)])


def test_a_translator_needs_inputs(tmp_path):
    gan, x = tiny_translator(), images(1, (24, 24, 3))
    with pytest.raises(ValueError, match="inputs=.x, y.*Received: inputs=None"):
        gan.fit(x, x, verbose=0, callbacks=[ImageGrid(tmp_path)])
    other = images(1, (24, 28, 3))
    with pytest.raises(ValueError, match="same shape.*Received: shapes"):
        gan.fit(x, x, verbose=0, callbacks=[ImageGrid(tmp_path, inputs=(x, other))])


def test_other_models_are_refused(tmp_path):
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    model.compile(loss="mse")
    with pytest.raises(TypeError, match="from latents or translate.*Received: Sequential"):
        model.fit(np.zeros((2, 2)), np.zeros(2), verbose=0, callbacks=[ImageGrid(tmp_path)])


@pytest.mark.parametrize(
    "arguments, message",
    [
        ({"unit": "batch"}, "`unit` must be one of"),
        ({"every": 0}, "`every` must be a positive int"),
    ],
)
def test_wrong_arguments(tmp_path, arguments, message):
    with pytest.raises(ValueError, match=f"{message}.*Received"):
        ImageGrid(tmp_path, **arguments)
