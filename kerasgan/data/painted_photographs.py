"""The embedded example of two unpaired domains: photographs, and brush strokes by code."""

from __future__ import annotations

import functools

import numpy as np
from PIL import Image

from kerasgan.data.painter import paint

# By scikit-learn, and in the wheel of scikit-image.
PHOTOGRAPHS = ("china", "flower", "astronaut", "chelsea", "coffee", "rocket")
# A scene's shorter side, as a multiple of the images': they are details of it.
SCENE = 4
# The side of the largest detail that an image is reduced from, as a multiple of it.
LARGEST_CROP = 1.5


def painted_photographs(
    image_size: int = 64, count: int = 200, seed: int = 0
) -> tuple[np.ndarray, np.ndarray]:
    """Returns two unpaired domains to try image translation on, without a download.

    They are details of six photographs that ship with scikit-learn and scikit-image: a temple, a
    flower, an astronaut, a cat, a cup of coffee, a rocket. Each photograph is quartered: the
    photographs' domain is cut from two opposite quarters, and the paintings' domain from the other
    two, so that no painting has its photograph among the others. Paintings are rendered by `paint`,
    a program that lays brush strokes along edges.

    The details are a quarter of their scene's height and more, so that strokes are some pixels
    wide: a translator that learns from them, and takes images of any size, paints whole scenes
    (`sample_photographs`).

    This is a stand-in for real paintings: good for seeing a translator learn within minutes, no
    measure of its quality. For real ones see `monet2photo` and `unpaired_folders`.

    Args:
        image_size: int. Height and width of the images; beyond about 100 they are enlarged.
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
    rng = np.random.default_rng(seed)
    painted, plain = [], []
    for scene in sample_photographs(SCENE * image_size):
        rising, falling = _quarters(scene)
        painted += [paint(part, seed=int(rng.integers(2**31)), scene=scene) for part in rising]
        plain += falling
    photographs = [_random_crop(plain, image_size, rng) for _ in range(count)]
    paintings = [_random_crop(painted, image_size, rng) for _ in range(count)]
    return np.stack(paintings), np.stack(photographs)


def sample_photographs(size: int = 256) -> list[np.ndarray]:
    """Returns the six whole photographs of which `painted_photographs` shows details.

    Args:
        size: int. Their shorter side, in pixels. Defaults to 256.

    Returns:
        A list of float32 arrays `(height, width, 3)` in [-1, 1].

    Raises:
        ValueError: If `size` is less than 1.
    """
    if size < 1:
        raise ValueError(f"`size` must be at least 1. Received: size={size}")
    scenes = []
    for name in PHOTOGRAPHS:
        photograph = Image.fromarray(_photograph(name))
        scale = size / min(photograph.size)
        sides = [max(size, round(side * scale)) for side in photograph.size]
        resized = photograph.resize(sides, Image.Resampling.BICUBIC)
        scenes.append(np.asarray(resized, dtype=np.float32) / 127.5 - 1.0)
    return scenes


@functools.cache
def _photograph(name: str) -> np.ndarray:
    if name in ("china", "flower"):
        from sklearn.datasets import load_sample_image

        return load_sample_image(f"{name}.jpg")
    import skimage.data

    return getattr(skimage.data, name)()


def _quarters(scene: np.ndarray) -> tuple[list[np.ndarray], list[np.ndarray]]:
    """Cuts a photograph in four: top right and bottom left, and the other two."""
    y, x = scene.shape[0] // 2, scene.shape[1] // 2
    return [scene[:y, x:], scene[y:, :x]], [scene[:y, :x], scene[y:, x:]]


def _random_crop(regions: list[np.ndarray], size: int, rng: np.random.Generator) -> np.ndarray:
    region = regions[rng.integers(len(regions))]
    largest = min(LARGEST_CROP * size, *region.shape[:2])
    side = rng.uniform(min(size, largest), largest)
    top, left = (rng.uniform(0, length - side) for length in region.shape[:2])
    box = (left, top, left + side, top + side)
    pixels = np.rint((region + 1.0) * 127.5).astype(np.uint8)
    crop = Image.fromarray(pixels).resize((size, size), Image.Resampling.BICUBIC, box=box)
    image = np.asarray(crop, dtype=np.float32) / 127.5 - 1.0
    return image[:, ::-1] if rng.random() < 0.5 else image
