"""Trains a CycleGAN that turns photographs into paintings, and paintings into photographs.

    python examples/cyclegan_monet.py                      # offline, a few minutes on a CPU
    python examples/cyclegan_monet.py --data monet2photo   # your folder: trainA trainB testA testB
    python examples/cyclegan_monet.py --download           # the authors' Monet paintings

Without data of its own it trains on a stand-in: crops of two photographs, and other crops of them
repainted with brush strokes by a program. On a GPU it trains at 256 pixels, on a CPU at 64 with
narrower networks. Domain x is the paintings (A), domain y the photographs (B).
"""

import argparse
import os
import time
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import numpy as np
from PIL import Image

import kerasgan
from kerasgan.ops.images import from_uint8, save_image

ROOT = Path(__file__).resolve().parents[1]


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add = parser.add_argument
    add("--data", type=Path, help="folder with trainA, trainB, testA and testB")
    add("--download", action="store_true", help="download the authors' monet2photo (300 MB)")
    add("--image-size", type=int, help="default: 256 on a GPU, 64 on a CPU")
    add("--base-filters", type=int, help="the networks' width; default: 64 on a GPU, 24 on a CPU")
    add("--epochs", type=int, help="default: 200 with data on a GPU, else what takes minutes")
    add("--mixed-precision", action="store_true", help="float16 on a GPU, bfloat16 on a CPU")
    add("--resume", action="store_true", help="go on where an interrupted run stopped")
    add("--tensorboard", action="store_true", help="write logs for TensorBoard")
    runs, saved = ROOT / "runs" / "cyclegan_monet", ROOT / "saved_models"
    add("--output", type=Path, default=runs, help="default: %(default)s")
    add("--export", type=Path, default=saved, help="default: %(default)s")
    add("--smoke", action="store_true", help="a few steps, to see that everything works")
    return parser.parse_args()


def has_gpu() -> bool:
    if keras.backend.backend() == "torch":
        import torch

        return torch.cuda.is_available()
    return any("cpu" not in device for device in keras.distribution.list_devices())


def choose_defaults(arguments: argparse.Namespace) -> None:
    """Fills in what the machine and the data decide."""
    gpu = has_gpu()
    own_data = arguments.data or arguments.download
    if arguments.image_size is None:
        arguments.image_size = 32 if arguments.smoke else 256 if gpu else 64
    if arguments.base_filters is None:
        arguments.base_filters = 4 if arguments.smoke else 64 if gpu else 24
    if arguments.epochs is None:
        arguments.epochs = 2 if arguments.smoke else 200 if gpu and own_data else 6
    if arguments.mixed_precision:
        keras.config.set_dtype_policy("mixed_float16" if gpu else "mixed_bfloat16")


def load_data(arguments: argparse.Namespace):
    """The training pairs, and a few images of each domain that are not trained on."""
    size = arguments.image_size
    if arguments.download:
        arguments.data = kerasgan.data.monet2photo()
    if arguments.data:
        folder = arguments.data
        pairs = kerasgan.data.unpaired_folders(folder / "trainA", folder / "trainB", size, seed=0)
        tests = kerasgan.data.unpaired_folders(
            folder / "testA",
            folder / "testB",
            size,
            batch_size=4,
            crop="center",
            flip=False,
            seed=0,
        )
        return pairs, next(iter(tests))
    print("Painting the stand-in domains ...")
    count = 20 if arguments.smoke else 200
    paintings, photographs = kerasgan.data.painted_photographs(size, count=count)
    pairs = kerasgan.data.unpaired_arrays(paintings[4:], photographs[4:], flip=True, seed=0)
    return pairs, (paintings[:4], photographs[:4])


def make_model(arguments: argparse.Namespace, steps: int) -> kerasgan.models.CycleGAN:
    """The model, with the authors' schedule: half of the steps at 2e-4, half falling to zero."""
    size = arguments.image_size
    gan = kerasgan.models.CycleGAN((size, size, 3), base_filters=arguments.base_filters, seed=0)
    schedule = kerasgan.schedules.LinearDecay(2e-4, steps // 2, steps - steps // 2)
    gan.compile(
        generator_optimizer=keras.optimizers.Adam(schedule, beta_1=0.5),
        discriminator_optimizer=keras.optimizers.Adam(schedule, beta_1=0.5),
    )
    return gan


def make_callbacks(arguments: argparse.Namespace, inputs) -> list[keras.callbacks.Callback]:
    output = arguments.output
    checkpoints = output / "checkpoints"
    if not arguments.resume and checkpoints.exists():
        aside = checkpoints.rename(output / time.strftime("checkpoints_until_%Y%m%d_%H%M%S"))
        print(f"Starting anew (without --resume); the run before is kept in {aside}")
    logs = output / "logs" if arguments.tensorboard else None
    callbacks: list[keras.callbacks.Callback] = [
        kerasgan.callbacks.ImageGrid(output, inputs=inputs, rows=4, log_dir=logs),
        kerasgan.callbacks.Checkpoint(checkpoints),
    ]
    if logs:
        callbacks.append(keras.callbacks.TensorBoard(logs))
        print(f"Watch with: tensorboard --logdir {logs}")
    return callbacks


def translate_photograph(generate, arguments: argparse.Namespace) -> Path:
    """A whole photograph as a painting, by the exported generator, beside the original."""
    if arguments.data:
        file = sorted((arguments.data / "testB").iterdir())[0]
        photograph = Image.open(file).convert("RGB")
    else:
        from sklearn.datasets import load_sample_image

        photograph = Image.fromarray(load_sample_image("china.jpg")).resize((320, 212))
    pixels = np.asarray(photograph)
    painting = generate.translate(pixels[None])[0]
    both = np.concatenate([pixels, painting], axis=1)
    return save_image(arguments.output / "translated.png", from_uint8(both))


def main() -> None:
    arguments = parse_arguments()
    choose_defaults(arguments)
    keras.utils.set_random_seed(0)
    start = time.time()
    pairs, inputs = load_data(arguments)
    gan = make_model(arguments, steps=arguments.epochs * len(pairs))
    print(
        f"Training at {arguments.image_size} pixels for {arguments.epochs} epochs of {len(pairs)} "
        f"pairs; pictures after each epoch in {arguments.output}"
    )
    gan.fit(pairs, epochs=arguments.epochs, callbacks=make_callbacks(arguments, inputs))

    to_painting = arguments.export / "photograph_to_painting"
    to_photograph = arguments.export / "painting_to_photograph"
    data = str(arguments.data or "stand-in: scikit-learn's photographs, painted by a program")
    kerasgan.export_generator(gan, to_painting, name="y_to_x", data=data)
    kerasgan.export_generator(gan, to_photograph, name="x_to_y", data=data)
    generate = kerasgan.load_generator(to_painting)
    translated = translate_photograph(generate, arguments)

    print(f"\nDone in {(time.time() - start) / 60:.1f} minutes.")
    print(f"  pictures of each epoch   {arguments.output} (latest.png, progress.gif)")
    print(f"  a translated photograph  {translated}")
    print(f"  saved generators         {to_painting}, {to_photograph}")


if __name__ == "__main__":
    main()
