"""The embedded example of two unpaired domains: photographs, and brush strokes by code."""

from __future__ import annotations

import numpy as np
from PIL import Image

from kerasgan.data.painter import paint

PHOTOGRAPHS = ("china.jpg", "flower.jpg")
# The smallest crop's side, as a part of the region it is cut from.
SMALLEST_CROP = 0.5


def painted_photographs(
    image_size: int = 64, count: int = 200, seed: int = 0
) -> tuple[np.ndarray, np.ndarray]:
    """Returns two unpaired domains to try image translation on, without a download.

    They are crops, at several scales, of the two photographs that ship with scikit-learn, a
    Chinese temple and a flower. Each photograph is quartered: the photographs' domain is cut from
    two opposite quarters, and the paintings' domain from the other two, so that no painting has
    its photograph among the others. Paintings are rendered by `paint`, a program that lays brush
    strokes.

    This is a stand-in for real paintings: good for seeing a translator learn within minutes, no
    measure of its quality. For real ones see `monet2photo` and `unpaired_folders`.

    Args:
        image_size: int. Height and width of the images; beyond about 200 they are enlarged.
            Defaults to 64.
        count: int. Images in each domain. Defaults to 200.
        seed: int. Equal seeds give equal images. Defaults to 0.

    Returns:
        `(paintings, photographs)`, each float32 `(count, image_size, image_size, 3)` in [-1, 1].

    Raises:
        ValueError: If `image_size` or `count` is less than 1.

    Example:

    ```python
    paintings, photographs = kerasgan.data.painted_photographs(image_size=64)
    pairs = kerasgan.data.unpaired_arrays(paintings, photographs, seed=0)
    ```
    """
    if image_size < 1 or count < 1:
        raise ValueError(
            "`image_size` and `count` must be at least 1. "
            f"Received: image_size={image_size}, count={count}"
        )
    painted_quarters, plain_quarters = _quarters()
    rng = np.random.default_rng(seed)
    photographs = [_random_crop(plain_quarters, image_size, rng) for _ in range(count)]
    motifs = [_random_crop(painted_quarters, image_size, rng) for _ in range(count)]
    paintings = [paint(motif, seed=int(rng.integers(2**31))) for motif in motifs]
    return np.stack(paintings), np.stack(photographs)


def _quarters() -> tuple[list[Image.Image], list[Image.Image]]:
    """Cuts the photographs in four: top right and bottom left, and the other two."""
    from sklearn.datasets import load_sample_image

    rising, falling = [], []
    for name in PHOTOGRAPHS:
        photograph = Image.fromarray(load_sample_image(name))
        right, bottom = photograph.size
        x, y = right // 2, bottom // 2
        rising += [photograph.crop(box) for box in ((x, 0, right, y), (0, y, x, bottom))]
        falling += [photograph.crop(box) for box in ((0, 0, x, y), (x, y, right, bottom))]
    return rising, falling


def _random_crop(regions: list[Image.Image], size: int, rng: np.random.Generator) -> np.ndarray:
    region = regions[rng.integers(len(regions))]
    side = min(region.size) * rng.uniform(SMALLEST_CROP, 1.0)
    left, top = rng.uniform(0, region.width - side), rng.uniform(0, region.height - side)
    box = (left, top, left + side, top + side)
    crop = region.resize((size, size), Image.Resampling.BICUBIC, box=box)
    pixels = np.asarray(crop, dtype=np.float32)
    return (pixels[:, ::-1] if rng.random() < 0.5 else pixels) / 127.5 - 1.0
