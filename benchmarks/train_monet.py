"""Trains the CycleGAN of saved_models/monet: photographs to paintings by Monet, and back.

    python benchmarks/train_monet.py --paintings monet2photo/trainA --photographs photographs

Paintings are pictures of 256 pixels, photographs of any size (their shorter side becomes 288). It
trains on details: two discriminator layers judge strokes and colours rather than what a picture
shows, and paintings are enlarged, for bold strokes. The translators start from the blurred picture,
whose layout and colours they keep. Photographs come at many scales, so that a detail and a whole
picture are normalised alike.

Checkpoints and pictures of whole test photographs come after each epoch of 1,000 pairs; a run that
was stopped goes on where it was. The result is a preset: weights, and how they were made.
"""

import argparse
import os
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import kerasgan
from kerasgan.machine.half_precision import mixed_policy
from kerasgan.ops.images import save_image

import keras
import numpy as np
from PIL import Image

PHOTOGRAPH_SIDE, EPOCH = 288, 1000


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add = parser.add_argument
    add("--paintings", type=Path, required=True, help="folder of paintings of 256 pixels")
    add("--photographs", type=Path, required=True, help="folder of photographs")
    add("--show", type=Path, help="folder of photographs to translate after each epoch")
    add("--size", type=int, default=96, help="side of the details (default: 96)")
    add("--base-filters", type=int, default=24, help="width of the networks (default: 24)")
    add("--strokes", type=float, default=1.6, help="how much to enlarge paintings (default: 1.6)")
    add("--epochs", type=int, default=24, help="of 1,000 pairs (default: 24)")
    add("--rate", type=float, default=3e-4, help="falling in the second half (default: 3e-4)")
    add("--cycle-weight", type=float, default=2.0, help="default: 2")
    add("--weights", type=Path, help="a checkpoint to begin with; default: none")
    add("--mixed-precision", action="store_true", help="half precision, where that is faster")
    add("--output", type=Path, default=Path("runs/monet"))
    return parser.parse_args()


def read(folder: Path, side: int) -> list[np.ndarray]:
    """The pictures of a folder, uint8, their shorter side `side` pixels long."""
    pictures = []
    for path in sorted(folder.iterdir()):
        picture = Image.open(path).convert("RGB")
        scale = side / min(picture.size)
        sides = [max(side, round(length * scale)) for length in picture.size]
        pictures.append(np.asarray(picture.resize(sides, Image.Resampling.LANCZOS)))
    return pictures


class Details(keras.utils.PyDataset):
    """Pairs of random details, a painting's and a photograph's; a seed of its own for each."""

    def __init__(self, paintings, photographs, size: int, strokes: float) -> None:
        super().__init__()
        self.paintings, self.photographs, self.size = paintings, photographs, size
        self.strokes, self.epoch = strokes, 0

    def __len__(self) -> int:
        return EPOCH

    def on_epoch_end(self) -> None:
        self.epoch += 1

    def __getitem__(self, index: int) -> tuple[np.ndarray, np.ndarray]:
        rng = np.random.default_rng([self.epoch, index])
        painting = self.detail(self.paintings, rng.uniform(1.0, 1.2) / self.strokes, rng)
        return painting, self.detail(self.photographs, rng.uniform(1.0, 2.5), rng)

    def detail(self, pictures, scale: float, rng: np.random.Generator) -> np.ndarray:
        """A square of a picture, `scale` times as large as what it becomes: (1, size, size, 3)."""
        picture = pictures[rng.integers(len(pictures))]
        side = min(scale * self.size, *picture.shape[:2])
        top, left = (rng.uniform(0, length - side) for length in picture.shape[:2])
        box = (left, top, left + side, top + side)
        crop = Image.fromarray(picture).resize((self.size,) * 2, Image.Resampling.BICUBIC, box=box)
        image = np.asarray(crop, "float32")[None, :, :: -1 if rng.random() < 0.5 else 1]
        return image / 127.5 - 1.0


class Translations(keras.callbacks.Callback):
    """Whole photographs above their translations, after each epoch."""

    def __init__(self, photographs: list[np.ndarray], folder: Path) -> None:
        super().__init__()
        self.photographs, self.folder = photographs, folder

    def on_epoch_end(self, epoch: int, logs=None) -> None:
        show(self.model, self.photographs, self.folder / f"epoch_{epoch + 1:03d}.png")


def show(gan: kerasgan.models.CycleGAN, photographs: list[np.ndarray], path: Path) -> None:
    shown = [photo[:256, :256] for photo in photographs]
    columns = [np.concatenate([p, gan.translate(p[None], to="x", margin=32)[0]]) for p in shown]
    save_image(path, np.concatenate(columns, axis=1))


def make_model(arguments: argparse.Namespace, policy: str) -> kerasgan.models.CycleGAN:
    return kerasgan.models.CycleGAN(
        (arguments.size, arguments.size, 3),
        arguments.base_filters,
        residual_blocks=6,
        cycle_weight=arguments.cycle_weight,
        identity_weight=0.0,
        upsampling="resize",
        long_skip="blurred",
        discriminator_layers=2,
        seed=0,
        dtype=policy,
    )


def main() -> None:
    arguments = parse_arguments()
    output = arguments.output
    output.mkdir(parents=True, exist_ok=True)
    keras.utils.set_random_seed(0)
    paintings = read(arguments.paintings, 256)
    photographs = read(arguments.photographs, PHOTOGRAPH_SIDE)
    shown = read(arguments.show, 256)[:8] if arguments.show else photographs[:8]
    half = mixed_policy() if arguments.mixed_precision else None
    gan = make_model(arguments, half or "float32")
    if arguments.weights:
        start = keras.saving.load_model(arguments.weights, compile=False)
        gan.set_weights(start.get_weights())
    steps = arguments.epochs * EPOCH
    rate = kerasgan.schedules.LinearDecay(arguments.rate, steps // 2, steps - steps // 2)
    gan.compile(
        generator_optimizer=keras.optimizers.Adam(rate, beta_1=0.5),
        discriminator_optimizer=keras.optimizers.Adam(rate, beta_1=0.5),
    )
    gan.fit(
        Details(paintings, photographs, arguments.size, arguments.strokes),
        epochs=arguments.epochs,
        callbacks=[
            Translations(shown, output),
            kerasgan.callbacks.Checkpoint(output / "checkpoints"),
        ],
        verbose=2,
    )
    full = make_model(arguments, "float32")  # Half precision is slow where processors lack it.
    full.set_weights(gan.get_weights())
    full.save_to_preset(output / "preset")
    print(f"The preset is at {output / 'preset'}, pictures in {output}")


if __name__ == "__main__":
    main()
