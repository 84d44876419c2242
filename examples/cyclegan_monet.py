"""Trains a CycleGAN that turns photographs into paintings, and paintings into photographs.

    python examples/cyclegan_monet.py                      # offline, minutes on a CPU
    python examples/cyclegan_monet.py --data monet2photo   # your folder: trainA trainB testA testB
    python examples/cyclegan_monet.py --download           # the authors' Monet paintings

First the CycleGAN in saved_models/monet, which was trained for 1.6 hours on paintings by Monet,
paints eight photographs. Then the training here goes on from its weights (`--from-scratch`: from
none). Without data of its own it trains on a stand-in: details of six photographs, and others of
them repainted with brush strokes by a program. On a GPU, with data, it is the authors' model at 256
pixels and their 200 epochs, from scratch; else it is made to learn in minutes, on details: narrower
networks, which draw edges and strokes anew on the blurred photograph, enlarge by resizing, are
judged by strokes, and have no identity loss (`--faithful` keeps the authors' choices). Domain x is
the paintings (A), domain y the photographs (B).
"""

import argparse
import os
import time
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import kerasgan
from kerasgan.machine.half_precision import mixed_policy, on_cpu
from kerasgan.machine.plain_errors import plain_errors
from kerasgan.ops.images import save_image

import keras
import numpy as np
from PIL import Image

ROOT = Path(__file__).resolve().parents[1]
SHIPPED = ROOT / "saved_models" / "monet"
PAIRS, MARGIN = 8, 32


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add = parser.add_argument
    add("--data", type=Path, help="folder with trainA, trainB, testA and testB")
    add("--download", action="store_true", help="download the authors' monet2photo (300 MB)")
    add("--faithful", action="store_true", help="the authors' networks and losses, on a CPU too")
    add("--from-scratch", action="store_true", help="do not start from saved_models/monet")
    add("--image-size", type=int, help="default: 256 on a GPU with data, else 96")
    add("--base-filters", type=int, help="the networks' width; default: 64 if faithful, else 24")
    add("--epochs", type=int, help="default: 200 with data on a GPU, else what takes minutes")
    add("--mixed-precision", action="store_true", help="half precision, where that is faster")
    add("--resume", action="store_true", help="go on where an interrupted run stopped")
    add("--tensorboard", action="store_true", help="write logs for TensorBoard")
    runs, saved = ROOT / "runs" / "cyclegan_monet", ROOT / "saved_models"
    add("--output", type=Path, default=runs, help="default: %(default)s")
    add("--export", type=Path, default=saved, help="default: %(default)s")
    add("--smoke", action="store_true", help="a few steps, to see that everything works")
    return parser.parse_args()


def choose_defaults(arguments: argparse.Namespace) -> None:
    """Fills in what the machine and the data decide."""
    long = not on_cpu() and bool(arguments.data or arguments.download)
    arguments.faithful = arguments.faithful or long
    chosen = arguments.image_size or arguments.base_filters  # Not those of the shipped networks.
    anew = arguments.from_scratch or arguments.faithful or arguments.smoke or chosen
    arguments.warm = not anew and SHIPPED.exists()
    if arguments.image_size is None:
        arguments.image_size = 32 if arguments.smoke else 256 if long else 96
    if arguments.base_filters is None:
        arguments.base_filters = 4 if arguments.smoke else 64 if arguments.faithful else 24
    if arguments.epochs is None:
        arguments.epochs = 2 if arguments.smoke else 200 if long else 2 if arguments.warm else 5
    if arguments.mixed_precision and mixed_policy() is None:
        print("This processor does not compute in half precision: training in float32.")
    elif arguments.mixed_precision:
        keras.config.set_dtype_policy(mixed_policy())


def load_data(arguments: argparse.Namespace):
    """The training pairs, and a few images of each domain that are not trained on."""
    size = arguments.image_size
    if arguments.download:
        arguments.data = kerasgan.data.monet2photo()
    if arguments.data:
        a, b = ((arguments.data / f"train{x}", arguments.data / f"test{x}") for x in "AB")
        pairs = kerasgan.data.unpaired_folders(a[0], b[0], size, seed=0)
        still = {"crop": "center", "flip": False, "seed": 0}
        return pairs, next(iter(kerasgan.data.unpaired_folders(a[1], b[1], size, 4, **still)))
    print("Painting the stand-in domains ...")
    count = 20 if arguments.smoke else 304
    paintings, photographs = kerasgan.data.painted_photographs(size, count=count)
    pairs = kerasgan.data.unpaired_arrays(paintings[4:], photographs[4:], flip=True, seed=0)
    return pairs, (paintings[:4], photographs[:4])


def whole_photographs(arguments: argparse.Namespace) -> list[np.ndarray]:
    """The first eight test photographs, or squares of the stand-in's; uint8."""
    if arguments.data:
        files = sorted((arguments.data / "testB").iterdir())[:PAIRS]
        return [np.asarray(Image.open(file).convert("RGB")) for file in files]
    scenes = kerasgan.data.sample_photographs(64 if arguments.smoke else 256)
    sides = [scene[:, : len(scene)] for scene in scenes] + [s[:, -len(s) :] for s in scenes]
    return [kerasgan.ops.images.to_uint8(side) for side in sides[:PAIRS]]


def show_pairs(generate, photographs: list[np.ndarray], path: Path) -> Path:
    """Photographs above their translations, side by side, at one height."""
    columns = []
    for photograph in photographs:
        both = np.concatenate([photograph, generate.translate(photograph[None], margin=MARGIN)[0]])
        height = photographs[0].shape[0] * 2
        width = round(both.shape[1] * height / both.shape[0])
        columns.append(np.asarray(Image.fromarray(both).resize((width, height))))
    return save_image(path, np.concatenate(columns, axis=1))


def make_model(arguments: argparse.Namespace, steps: int) -> kerasgan.models.CycleGAN:
    """The model, with the authors' schedule: half of the steps at a rate, half falling to zero."""
    short = {
        "residual_blocks": 6,
        "cycle_weight": 3.0,
        "identity_weight": 0.0,
        "upsampling": "resize",
        "long_skip": "blurred",
        "discriminator_layers": 2,
    }
    shape = (arguments.image_size, arguments.image_size, 3)
    choices = {} if arguments.faithful else short
    gan = kerasgan.models.CycleGAN(shape, arguments.base_filters, **choices, seed=0)
    if arguments.warm:
        gan.set_weights(kerasgan.models.CycleGAN.from_preset(SHIPPED).get_weights())
    rate = 2e-4 if arguments.faithful or arguments.warm else 4e-4
    schedule = kerasgan.schedules.LinearDecay(rate, steps // 2, steps - steps // 2)
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


def main() -> None:
    arguments = parse_arguments()
    choose_defaults(arguments)
    keras.utils.set_random_seed(0)
    start = time.time()
    pairs, inputs = load_data(arguments)
    photographs = whole_photographs(arguments)
    if SHIPPED.exists():
        trained = kerasgan.load_generator(SHIPPED, name="y_to_x")
        path = show_pairs(trained, photographs, arguments.output / "monet.png")
        print(f"Eight photographs, painted by saved_models/monet: {path}")
    gan = make_model(arguments, steps=arguments.epochs * len(pairs))
    print(
        f"Training {'from saved_models/monet' if arguments.warm else 'from scratch'} at "
        f"{arguments.image_size} pixels for {arguments.epochs} epochs of {len(pairs)} pairs; "
        f"pictures after each epoch in {arguments.output}"
    )
    gan.fit(pairs, epochs=arguments.epochs, callbacks=make_callbacks(arguments, inputs))

    to_painting = arguments.export / "photograph_to_painting"
    to_photograph = arguments.export / "painting_to_photograph"
    data = str(arguments.data or "stand-in: six sample photographs, painted by a program")
    kerasgan.export_generator(gan, to_painting, name="y_to_x", data=data)
    kerasgan.export_generator(gan, to_photograph, name="x_to_y", data=data)
    generate = kerasgan.load_generator(to_painting)
    path = show_pairs(generate, photographs, arguments.output / "before_and_after.png")

    print(f"\nDone in {(time.time() - start) / 60:.1f} minutes.")
    print(f"  pictures of each epoch      {arguments.output} (latest.png, progress.gif)")
    print(f"  eight photographs, painted  {path}")
    print(f"  saved generators            {to_painting}, {to_photograph}")


if __name__ == "__main__":
    with plain_errors():
        main()
