"""Measures a translator from photographs to paintings: what it keeps, what it adds, how near it is.

    python benchmarks/translation.py saved_models/photograph_to_painting --features natural.keras
    python benchmarks/translation.py saved_models/monet --name y_to_x --data DIR --features FILE

- Edges: the correlation of edge strength (Sobel, blurred by a pixel) of photograph and translation.
- Checkerboard: the largest share of a picture's power at periods of two and four pixels, where two
  enlargements leave their marks; and how far it stands out: the largest ratio to the median of the
  frequencies around. Smooth pictures have little power there, of which little stands out far.
- Fréchet distance to real paintings, by the features named (`train_natural_classifier.py`), beside
  that of the untranslated photographs and of other paintings (the floor, equal numbers).

Without `--data` photographs and paintings are the stand-in's of the main example, drawn by a seed
that it does not use. Pictures of eight pairs are written, not selected.
"""

from __future__ import annotations

import argparse
import os
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import kerasgan
from kerasgan.ops.images import save_image, to_uint8

import keras
import numpy as np
from PIL import Image
from scipy import ndimage

PERIODS = (2, 4)


def edges(images: np.ndarray) -> np.ndarray:
    """Edge strength of images `(n, height, width, 3)`, `(n, height, width)`."""
    grey = images.mean(-1)
    dy, dx = (ndimage.sobel(grey, axis=axis) for axis in (1, 2))
    return ndimage.gaussian_filter(np.hypot(dy, dx), (0, 1, 1))


def edge_correlation(before: np.ndarray, after: np.ndarray) -> float:
    pairs = zip(edges(before), edges(after), strict=True)
    return float(np.mean([np.corrcoef(a.ravel(), b.ravel())[0, 1] for a, b in pairs]))


def checkerboard(images: np.ndarray) -> tuple[float, float]:
    """The largest share of the power at a checkerboard's frequencies, and the largest ratio."""
    grey = images.mean(-1)
    window = np.outer(*(np.hanning(size) for size in grey.shape[1:]))
    power = np.abs(np.fft.fft2((grey - grey.mean((1, 2), keepdims=True)) * window)) ** 2
    power = (power / power.sum((1, 2), keepdims=True)).mean(0)
    shares, ratios = [], []
    for axis in (0, 1):
        line = power.sum(1 - axis)
        for period in PERIODS:
            at = len(line) // period
            around = [line[(at + k) % len(line)] for k in (-5, -4, -3, 3, 4, 5)]
            shares.append(line[at])
            ratios.append(line[at] / np.median(around))
    return float(max(shares)), float(max(ratios))


def read(folder: Path, size: int) -> np.ndarray:
    files = sorted(path for path in folder.iterdir() if path.suffix.lower() in (".jpg", ".png"))
    opened = (Image.open(path).convert("RGB").resize((size, size)) for path in files)
    return np.stack([np.asarray(image, "float32") / 127.5 - 1.0 for image in opened])


def details(images: np.ndarray, size: int, count: int, seed: int) -> np.ndarray:
    """Random squares of images, `(count, size, size, 3)`."""
    rng = np.random.default_rng(seed)
    found = []
    for index in range(count):
        image = images[index % len(images)]
        top, left = (rng.integers(0, side - size + 1) for side in image.shape[:2])
        found.append(image[top : top + size, left : left + size])
    return np.stack(found)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add = parser.add_argument
    add("generator", type=Path, help="the saved translator")
    add("--name", help="which generator of a whole model, as y_to_x")
    add("--data", type=Path, help="folder with testA, paintings, and testB, photographs")
    add("--features", type=Path, required=True, help="the extractor's `.keras` file")
    add("--size", type=int, default=256, help="of whole pictures (default: %(default)s)")
    add("--detail", type=int, default=64, help="of what is compared (default: %(default)s)")
    add("--count", type=int, default=600, help="details of each (default: %(default)s)")
    add("--output", type=Path, default=Path("runs/translation.png"), help="default: %(default)s")
    arguments = parser.parse_args()
    generate = kerasgan.load_generator(arguments.generator, name=arguments.name)
    if arguments.data:
        paintings = read(arguments.data / "testA", arguments.size)
        photographs = read(arguments.data / "testB", arguments.size)
        half = len(paintings) // 2
        first, others = paintings[:half], paintings[half:]
    else:
        scenes = kerasgan.data.sample_photographs(arguments.size)
        photographs = np.stack([scene[:, : arguments.size] for scene in scenes])
        painted = [kerasgan.data.paint(scene, seed=100 + i) for i, scene in enumerate(photographs)]
        again = [kerasgan.data.paint(scene, seed=200 + i) for i, scene in enumerate(photographs)]
        first, others = np.stack(painted), np.stack(again)
    translated = generate.translate(photographs, margin=32)
    extractor = kerasgan.metrics.get_extractor(keras.saving.load_model(arguments.features))

    def features(images: np.ndarray, seed: int) -> np.ndarray:
        return extractor.features(details(images, arguments.detail, arguments.count, seed))

    real = features(first, 0)
    kinds = {"translated": translated, "photographs": photographs, "other paintings": others}
    print(f"{len(photographs)} photographs of {arguments.size} pixels by {arguments.generator}")
    print(f"edge correlation        {edge_correlation(photographs, translated):.3f}")
    for name, images in {**kinds, "paintings": first}.items():
        share, ratio = checkerboard(images)
        print(f"checkerboard            {share:8.1e}  stands out {ratio:.2f}  {name}")
    for index, (name, images) in enumerate(kinds.items()):
        distance = kerasgan.metrics.frechet_distance(real, features(images, index + 1))
        print(f"Fréchet to paintings    {distance:8.3f}  {name}")
    both = np.concatenate([photographs[:8], translated[:8]], axis=1)
    path = save_image(arguments.output, to_uint8(np.concatenate(list(both), axis=1)))
    print(f"eight pairs             {path}")


if __name__ == "__main__":
    main()
