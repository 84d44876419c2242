"""Gives bad inputs to a GAN in bare Keras and to kerasgan, and prints what each says.

    python benchmarks/bad_inputs.py            # the table, as Markdown
    python benchmarks/bad_inputs.py --only 9   # one case

Bare Keras is a `keras.Model` with the training step of Keras's own DCGAN example, on TensorFlow.
Both get the same data; a training that does not end is stopped after 20 steps. Nothing is saved.
"""

import argparse
import io
import os
import re
import sys
import tempfile
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

os.environ["KERAS_BACKEND"] = "tensorflow"
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import kerasgan

import keras
import numpy as np
import tensorflow as tf
from PIL import Image

CAP = 20  # steps
IMAGES = np.random.default_rng(0).uniform(-1, 1, (8, 4, 4, 1)).astype("float32")
BYTES = ((IMAGES + 1.0) * 127.5).astype("uint8")
Run = Callable[[Any], Any]


def networks(units: int = 16) -> tuple[keras.Model, keras.Model]:
    hidden, dense = keras.layers.Dense(units), keras.layers.Dense(16, "tanh")
    norm = keras.layers.BatchNormalization()
    generator = keras.Sequential(
        [keras.Input((3,)), hidden, norm, dense, keras.layers.Reshape((4, 4, 1))]
    )
    flatten, judge = keras.layers.Flatten(), keras.layers.Dense(1)
    return generator, keras.Sequential([keras.Input((4, 4, 1)), flatten, judge])


class BareGAN(keras.Model):
    """The training step of https://keras.io/examples/generative/dcgan_overriding_train_step/."""

    def __init__(self, units: int = 16) -> None:
        super().__init__()
        self.generator, self.discriminator = networks(units)

    def compile(self, generator_optimizer: Any = "adam", discriminator_optimizer: Any = "adam"):
        super().compile()
        self.g_optimizer = keras.optimizers.get(generator_optimizer)
        self.d_optimizer = keras.optimizers.get(discriminator_optimizer)
        self.loss_fn = keras.losses.BinaryCrossentropy(from_logits=True)

    def call(self, latents: Any) -> Any:
        return self.generator(latents)

    def train_step(self, real: Any) -> dict[str, Any]:
        real = real[0] if isinstance(real, tuple) else real
        count = tf.shape(real)[0]
        fake = self.generator(tf.random.normal((count, 3)))
        both = tf.concat([tf.cast(real, "float32"), fake], axis=0)
        labels = tf.concat([tf.ones((count, 1)), tf.zeros((count, 1))], axis=0)
        with tf.GradientTape() as tape:
            d_loss = self.loss_fn(labels, self.discriminator(both))
        weights = self.discriminator.trainable_weights
        self.d_optimizer.apply_gradients(zip(tape.gradient(d_loss, weights), weights, strict=True))
        with tf.GradientTape() as tape:
            fake = self.generator(tf.random.normal((count, 3)))
            g_loss = self.loss_fn(tf.ones((count, 1)), self.discriminator(fake))
        weights = self.generator.trainable_weights
        self.g_optimizer.apply_gradients(zip(tape.gradient(g_loss, weights), weights, strict=True))
        return {"d_loss": d_loss, "g_loss": g_loss}


def bare(**arguments: Any) -> keras.Model:
    gan = BareGAN()
    gan(np.zeros((1, 3)))  # To be built, which saving asks for.
    gan.compile(**arguments)
    return gan


def ours(**arguments: Any) -> keras.Model:
    gan = kerasgan.models.GAN(*networks(), latent_dim=3)
    gan.compile(**arguments)
    return gan


class Stop(keras.callbacks.Callback):
    """Ends a training that would go on, and counts its steps."""

    steps = 0

    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
        self.steps += 1
        self.model.stop_training = self.steps >= CAP


def fits(make_data: Callable[[], Any], **kwargs: Any) -> tuple[Run, Run]:
    """Both fit the same data."""

    def run(make: Callable[..., keras.Model]) -> str:
        gan, stop = make(), Stop()
        callbacks = [stop, *kwargs.get("callbacks", [])]
        gan.fit(make_data(), verbose=0, **{**kwargs, "callbacks": callbacks})
        state = "" if np.isfinite(gan.generator.get_weights()[0]).all() else ", all weights NaN"
        end = "does not end" if stop.steps >= CAP else f"trains {stop.steps} steps"
        return f"{end}{state}"

    return lambda _: run(bare), lambda _: run(ours)


def tf_data(samples: Any = IMAGES, batch_size: int = 4) -> Any:
    return tf.data.Dataset.from_tensor_slices(samples).batch(batch_size)


def with_nan() -> np.ndarray:
    images = IMAGES.copy()
    images[3, 2, 1, 0] = np.nan
    return images


class Prepared(keras.utils.PyDataset):
    """Two batches that exist once an epoch has begun."""

    def on_epoch_begin(self) -> None:
        self.order = np.arange(8)

    def __len__(self) -> int:
        return 2

    def __getitem__(self, index: int) -> tuple[np.ndarray]:
        return (IMAGES[self.order[4 * index : 4 * index + 4]],)


def loader(function: Callable[[Any], Any], collate: Any = None) -> Any:
    """PyTorch's, of what a function makes of each image."""
    import torch

    samples = [function(torch.from_numpy(image)) for image in IMAGES]
    return torch.utils.data.DataLoader(samples, batch_size=4, collate_fn=collate)


def endless() -> Iterator[tuple[np.ndarray]]:
    while True:
        yield (IMAGES,)


def nested(path: Path, **files: bytes) -> Path:
    """A folder with a folder of image files in it, as Keras reads them too."""
    (path / "images").mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (path / "images" / name.replace("_", ".")).write_bytes(content)
    return path


def picture(kind: str = "png") -> bytes:
    content = io.BytesIO()
    Image.effect_noise((64, 64), 90).save(content, kind)
    return content.getvalue()


def folders(make_folder: Callable[[Path], Path], **kwargs: Any) -> tuple[Run, Run]:
    """Both read a folder and train on it."""

    def bare_run(path: Path) -> str:
        data = keras.utils.image_dataset_from_directory(
            make_folder(path), label_mode=None, image_size=(4, 4), color_mode="grayscale", verbose=0
        )
        return fits(lambda: data.map(lambda x: x / 127.5 - 1.0))[0](None)

    def our_run(path: Path) -> str:
        folder = make_folder(path)
        data = kerasgan.data.image_folder(folder, 4, channels=1, recursive=True, **kwargs)
        return fits(lambda: data)[1](None)

    return bare_run, our_run


def cycle_gan(**data: Any) -> str:
    gan = kerasgan.models.CycleGAN((24, 24, 1), base_filters=2, residual_blocks=1)
    gan.compile()
    gan.fit(**data, batch_size=1, verbose=0)
    return "trains"


def compiles(**kinds: Any) -> tuple[Run, Run]:
    """Both compile and train two epochs."""

    def run(make: Callable[..., keras.Model]) -> str:
        arguments = {name: kind() for name, kind in kinds.items()}
        make(**arguments).fit(IMAGES, verbose=0)
        return "trains"

    return lambda _: run(bare), lambda _: run(ours)


def shared_adam() -> tuple[Run, Run]:
    def run(make: Callable[..., keras.Model]) -> str:
        adam = keras.optimizers.Adam()
        make(generator_optimizer=adam, discriminator_optimizer=adam).fit(IMAGES, verbose=0)
        return "trains"

    return lambda _: run(bare), lambda _: run(ours)


def in_the_way(path: Path, callback: Callable[[str], Any], make: Callable[[], keras.Model]) -> str:
    (path / "runs").write_text("a file")
    make().fit(IMAGES, verbose=0, callbacks=[callback(str(path / "runs" / "x"))])
    return "trains"


def bare_checkpoint(path: Path) -> str:
    """The weights of one model, read by a narrower one."""
    file = str(path / "model.weights.h5")
    bare().save_weights(file)
    other = BareGAN(units=8)
    other(np.zeros((1, 3)))
    other.load_weights(file)
    return "loads"


def our_checkpoint(path: Path) -> str:
    callbacks = [kerasgan.callbacks.Checkpoint(path)]
    ours().fit(IMAGES, verbose=0, callbacks=callbacks)
    other = kerasgan.models.GAN(*networks(units=8), latent_dim=3)
    other.compile()
    other.fit(IMAGES, verbose=0, callbacks=callbacks)
    return "loads"


X24 = np.zeros((3, 24, 24, 1), "float32")
CASES: list[tuple[str, tuple[Run, Run]]] = [
    ("1 uint8 images, 0 to 255", fits(lambda: BYTES)),
    ("1 the same in `tf.data`", fits(lambda: tf_data(BYTES))),
    ("2 float images, 0 to 255", fits(lambda: BYTES.astype("float32"))),
    ("2 the same in `tf.data`", fits(lambda: tf_data(BYTES.astype("float32")))),
    ("2 images in [0, 1]", fits(lambda: (IMAGES + 1.0) / 2.0)),
    ("2 the same in `tf.data`", fits(lambda: tf_data((IMAGES + 1.0) / 2.0))),
    ("2 images of bools", fits(lambda: IMAGES > 0.0)),
    ("3 float64", fits(lambda: IMAGES.astype("float64"))),
    ("3 longdouble", fits(lambda: IMAGES.astype("longdouble"))),
    ("4 wrong channels", fits(lambda: np.repeat(IMAGES, 3, -1))),
    ("5 wrong size", fits(lambda: IMAGES[:, :2])),
    ("6 not in batches", fits(lambda: tf.data.Dataset.from_tensor_slices(IMAGES))),
    ("7 empty data set", fits(lambda: tf_data(IMAGES[:0]))),
    ("8 `drop_remainder` drops all", fits(lambda: tf_data(IMAGES[:2]).unbatch().batch(4, True))),
    ("8 one sample in the last batch", fits(lambda: IMAGES[:5], batch_size=4)),
    ("9 a NaN pixel", fits(with_nan)),
    ("9 the same in `tf.data`", fits(lambda: tf_data(with_nan()), epochs=2)),
    ("10 endless without `steps_per_epoch`", fits(lambda: tf_data().repeat())),
    ("11 ends before `steps_per_epoch`", fits(tf_data, steps_per_epoch=5, epochs=2)),
    ("12 unknown length", fits(lambda: tf_data().filter(lambda x: True), epochs=2)),
    ("13 batches are dictionaries", fits(lambda: tf_data({"image": IMAGES}))),
    ("13 a loader of dictionaries", fits(lambda: loader(lambda image: {"image": image}))),
    ("13 a loader of bare tensors", fits(lambda: loader(lambda image: image))),
    (
        "13 a loader whose `collate_fn` makes arrays",
        fits(lambda: loader(lambda image: image.numpy(), lambda samples: (np.stack(samples),))),
    ),
    ("14 (image, label)", fits(lambda: tf_data((IMAGES, np.arange(8))))),
    ("15 `None`", fits(lambda: None)),
    ("16 a path", fits(lambda: "photographs")),
    ("17 a list of arrays", fits(lambda: list(IMAGES))),
    ("17 the same of different sizes", fits(lambda: [IMAGES[0], IMAGES[1, :3], IMAGES[2]])),
    ("17 a list of one array", fits(lambda: [IMAGES])),
    ("17 a list of labels", fits(lambda: IMAGES, y=list(range(8)))),
    ("18 a `PyDataset` that prepares itself in `on_epoch_begin`", fits(Prepared)),
    ("18 a generator of arrays", fits(lambda: (x for (x,) in endless()), steps_per_epoch=2)),
    ("18 an endless generator", fits(endless)),
    (
        "19 truncated image",
        folders(lambda p: nested(p, good_png=picture(), half_png=picture()[:900])),
    ),
    (
        '19 the same, `on_error="skip"`',
        folders(lambda p: nested(p, good_png=picture(), half_png=picture()[:900]), on_error="skip"),
    ),
    ("19 empty image file", folders(lambda p: nested(p, good_png=picture(), empty_png=b""))),
    ("20 a folder of webp", folders(lambda p: nested(p, a_webp=picture("webp")))),
    ("20 a folder of heic", folders(lambda p: nested(p, a_heic=picture()))),
    ("21 missing folder", folders(lambda p: p / "nowhere")),
    ("21 empty folder", folders(nested)),
    (
        "22 domains of different length",
        (lambda _: fits(lambda: X24, y=X24[:2])[0](None), lambda _: cycle_gan(x=X24, y=X24[:2])),
    ),
    ("22 one domain for a CycleGAN", (lambda _: "no such model", lambda _: cycle_gan(x=X24))),
    ("23 fewer labels than images", fits(lambda: IMAGES, y=np.arange(3))),
    ("23 labels are strings", fits(lambda: IMAGES, y=np.array(list("abcdefgh")))),
    (
        "24 `fit` before `compile`",
        (
            lambda _: BareGAN().fit(IMAGES, verbose=0),
            lambda _: kerasgan.models.GAN(*networks(), latent_dim=3).fit(IMAGES, verbose=0),
        ),
    ),
    ("25 bad optimizer name", compiles(generator_optimizer=lambda: "adm")),
    ("26 one optimizer for both", shared_adam()),
    (
        "27 latents of another length",
        (lambda _: bare()(np.zeros((2, 5))), lambda _: ours()(np.zeros((2, 5)))),
    ),
    (
        "28 a size that cannot be halved",
        (lambda _: "depends on the network", lambda _: kerasgan.models.DCGAN((50, 50, 3))),
    ),
    (
        "29 a file where the folder should be",
        (
            lambda p: in_the_way(p, keras.callbacks.BackupAndRestore, bare),
            lambda p: in_the_way(p, kerasgan.callbacks.Checkpoint, ours),
        ),
    ),
    (
        "30 checkpoint of another architecture",
        (bare_checkpoint, our_checkpoint),
    ),
]


def outcome(run: Run, length: int) -> str:
    """What came of it, in one line."""
    keras.utils.set_random_seed(0)
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            result = f"{run(Path(folder))}"
        except Exception as error:  # Whatever it is: that is what the table is about.
            result = f"{type(error).__name__}: {error}"
        result = result.replace(folder, "…")
        told = [str(w.message) for w in caught if issubclass(w.category, UserWarning)]
        told = [message for message in told if "`shuffle=True`" not in message]
        if told:
            result += f"; warns: {told[0].replace(folder, '…')}"
    result = re.sub(r"\x1b\[\d+m", "", result)
    result = " ".join(result.split()).replace("|", "\\|")
    return result if len(result) <= length else result[: length - 1] + "…"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", type=str, help="the number of a case")
    parser.add_argument("--length", type=int, default=400, help="characters of a message")
    arguments = parser.parse_args()
    print("| Case | Bare Keras | kerasgan |\n|---|---|---|", flush=True)
    for name, (bare_run, our_run) in CASES:
        if arguments.only in (None, name.split()[0]):
            cells = (outcome(run, arguments.length) for run in (bare_run, our_run))
            print(f"| {name} | {' | '.join(cells)} |", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
