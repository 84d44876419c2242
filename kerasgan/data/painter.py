"""A small painter: renders a photograph as brush strokes, without any learning."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

# Strokes are drawn at a multiple of the size and reduced, which softens their edges.
SUPERSAMPLING = 3
# Points along a stroke's path, and the brush's profile at them: round ends, a firm middle.
POINTS = 7
PROFILE = np.sqrt(np.sin(np.pi * np.linspace(0.06, 0.94, POINTS)))
GREY_WEIGHTS = np.array([0.299, 0.587, 0.114])


@dataclass(frozen=True)
class Brush:
    """One layer of strokes; lengths are fractions of the painting's shorter side."""

    width: float
    length: float
    spacing: float
    # Colour difference in [0, 1] below which a place is left as the layers before made it.
    threshold: float
    jitter: float


BRUSHES = (
    Brush(width=0.060, length=0.20, spacing=0.034, threshold=0.0, jitter=0.030),
    Brush(width=0.030, length=0.10, spacing=0.019, threshold=0.035, jitter=0.045),
    Brush(width=0.017, length=0.06, spacing=0.012, threshold=0.045, jitter=0.055),
)


def paint(image: np.ndarray, seed: int = 0, scene: np.ndarray | None = None) -> np.ndarray:
    """Repaints a photograph with brush strokes, in the manner of the Impressionists.

    Layers of strokes go from a broad brush to a fine one; a finer one only touches up where the
    painting still differs from the photograph (Hertzmann). A stroke takes its colour from its
    starting point, slightly off in hue and lightness, so that neighbouring strokes give broken
    colour; it runs at a right angle to the gradient of the blurred photograph, so along edges
    (Litwinowicz), and shows the brush's hairs as a lighter and a darker streak.

    Args:
        image: float array `(height, width, 3)` in [-1, 1].
        seed: int. Equal seeds give equal paintings. Defaults to 0.
        scene: array `(height, width, 3)`, the picture of which `image` is a part; its brushes are
            used, which go by its size. Defaults to None: the image is the scene.

    Returns:
        The painting, float32 of the same shape, in [-1, 1].

    Raises:
        ValueError: If `image` has another rank or number of channels.

    Example:

    ```python
    painting = kerasgan.data.paint(photograph, seed=1)
    ```

    References:
        - Litwinowicz, "Processing Images and Video for an Impressionist Effect", SIGGRAPH 1997
        - Hertzmann, "Painterly Rendering with Curved Brush Strokes of Multiple Sizes", SIGGRAPH
          1998
    """
    if image.ndim != 3 or image.shape[-1] != 3:
        raise ValueError(
            "`image` must have the shape (height, width, 3). "
            f"Received: an array of shape {image.shape}"
        )
    rng = np.random.default_rng(seed)
    side = min((image if scene is None else scene).shape[:2])
    photograph = _vivid((np.asarray(image, dtype=np.float64) + 1.0) / 2.0)
    height, width = image.shape[:2]
    ground = tuple(np.rint(255 * photograph.mean((0, 1))).astype(int).tolist())
    canvas = Image.new("RGB", (width * SUPERSAMPLING, height * SUPERSAMPLING), ground)
    for brush in BRUSHES:
        reference = _blur(photograph, 0.3 * brush.width * side)
        starts = _starts(reference, canvas, brush, side, rng)
        paths = _paths(starts, _stroke_angles(reference, brush.width * side), brush, side, rng)
        colors = _mixed_colors(_at(reference, starts), brush.jitter, rng)
        _draw(canvas, paths, colors, brush.width * side, rng)
    painting = canvas.resize((width, height), Image.Resampling.BOX)
    return np.asarray(painting, dtype=np.float32) / 127.5 - 1.0


def _vivid(image: np.ndarray) -> np.ndarray:
    """Raises saturation and turns shadows towards violet, lights towards yellow."""
    grey = (image @ GREY_WEIGHTS)[..., np.newaxis]
    image = grey + 1.35 * (image - grey)
    image = image + 0.07 * (1.0 - grey) ** 2 * [0.5, 0.2, 1.6] + 0.05 * grey**2 * [1.0, 0.6, -0.8]
    return np.clip(0.04 + 0.96 * image, 0.0, 1.0)


def _starts(
    reference: np.ndarray, canvas: Image.Image, brush: Brush, side: int, rng: np.random.Generator
) -> np.ndarray:
    """Where strokes begin: `(strokes, 2)` as (y, x), on a loose grid, in random order."""
    height, width = reference.shape[:2]
    step = brush.spacing * side
    grid = np.meshgrid(np.arange(0, height, step), np.arange(0, width, step), indexing="ij")
    starts = np.stack(grid, axis=-1).reshape(-1, 2) + rng.uniform(0, step, (grid[0].size, 2))
    starts = rng.permutation(starts)
    if brush.threshold == 0.0:
        return starts
    so_far = np.asarray(canvas.resize((width, height), Image.Resampling.BOX)) / 255.0
    difference = np.abs(_blur(so_far, 0.5 * step) - reference).mean(-1)
    return starts[_at(difference, starts) > brush.threshold]


def _stroke_angles(reference: np.ndarray, scale: float) -> np.ndarray:
    """Returns the direction along the edges at every pixel, `(height, width)` in radians.

    The blurred structure tensor carries directions from edges into plain areas, where the
    gradient itself has none.
    """
    dy, dx = np.gradient(reference @ GREY_WEIGHTS)
    tensor = _blur(np.stack([dx * dx - dy * dy, 2 * dx * dy, dx * dx + dy * dy], -1), scale)
    return 0.5 * np.arctan2(tensor[..., 1], tensor[..., 0]) + np.pi / 2


def _paths(
    starts: np.ndarray, angles: np.ndarray, brush: Brush, side: int, rng: np.random.Generator
) -> np.ndarray:
    """Follows the directions from every start: `(strokes, POINTS, 2)` as (y, x)."""
    count = len(starts)
    step = brush.length * side / (POINTS - 1) * rng.uniform(0.6, 1.2, (count, 1))
    wobble = rng.normal(0.0, 0.22, count)
    heading = np.zeros((count, 2))
    path = [starts]
    for _ in range(POINTS - 1):
        angle = _at(angles, path[-1]) + wobble
        direction = np.stack([np.sin(angle), np.cos(angle)], -1)
        # A direction has no sign: go on without turning back.
        direction *= np.where((direction * heading).sum(-1, keepdims=True) < 0, -1.0, 1.0)
        heading = direction
        path.append(path[-1] + step * direction)
    # The start lies in the middle of the stroke's length rather than at its end.
    return np.stack(path, axis=1) - 0.5 * (path[-1] - starts)[:, np.newaxis]


def _mixed_colors(colors: np.ndarray, jitter: float, rng: np.random.Generator) -> np.ndarray:
    """Shifts each colour a little in lightness and, more, in hue."""
    count = len(colors)
    lightness = rng.normal(0.0, 0.6 * jitter, (count, 1))
    hue = rng.normal(0.0, jitter, (count, 3))
    return np.clip(colors + lightness + hue - hue.mean(-1, keepdims=True), 0.0, 1.0)


def _draw(
    canvas: Image.Image,
    paths: np.ndarray,
    colors: np.ndarray,
    width: float,
    rng: np.random.Generator,
) -> None:
    """Draws every stroke: its body, then a streak of lighter and one of darker paint."""
    tangent = np.gradient(paths, axis=1)
    tangent /= np.maximum(np.linalg.norm(tangent, axis=-1, keepdims=True), 1e-6)
    normal = np.stack([tangent[..., 1], -tangent[..., 0]], -1)
    half = 0.5 * width * rng.uniform(0.7, 1.1, (len(paths), 1, 1)) * PROFILE[:, np.newaxis]
    streak = rng.uniform(0.1, 0.6, (len(paths), 1, 1)) * rng.choice([-1.0, 1.0], (len(paths), 1, 1))
    layers = [
        (_outlines(paths, normal, -half, half), colors),
        (_outlines(paths, normal, (streak - 0.2) * half, (streak + 0.2) * half), colors + 0.06),
        (_outlines(paths, normal, (-streak - 0.2) * half, (0.15 - streak) * half), colors - 0.05),
    ]
    shapes = [outlines.tolist() for outlines, _ in layers]
    fills = [np.rint(255 * np.clip(fill, 0.0, 1.0)).astype(int).tolist() for _, fill in layers]
    draw = ImageDraw.Draw(canvas)
    for stroke in range(len(paths)):
        for outlines, fill in zip(shapes, fills, strict=True):
            draw.polygon(outlines[stroke], fill=tuple(fill[stroke]))


def _outlines(
    paths: np.ndarray, normal: np.ndarray, left: np.ndarray, right: np.ndarray
) -> np.ndarray:
    """Returns polygons between two offsets from the paths, flat (x, y, x, y, …) for Pillow."""
    there, back = paths + left * normal, (paths + right * normal)[:, ::-1]
    outline = SUPERSAMPLING * np.concatenate([there, back], axis=1)[..., ::-1]
    return outline.reshape(len(paths), 4 * POINTS)


def _at(field: np.ndarray, points: np.ndarray) -> np.ndarray:
    """Returns a field's values at points (y, x), the border's beyond it."""
    y = np.clip(points[:, 0], 0, field.shape[0] - 1).astype(int)
    x = np.clip(points[:, 1], 0, field.shape[1] - 1).astype(int)
    return field[y, x]


def _blur(image: np.ndarray, radius: float) -> np.ndarray:
    """Gaussian blur of every channel, through Pillow, which blurs 8-bit images only."""
    low, high = image.min(), image.max()
    scaled = np.rint(255 * (image - low) / max(high - low, 1e-12)).astype(np.uint8)
    blurred = Image.fromarray(scaled).filter(ImageFilter.GaussianBlur(radius))
    return np.asarray(blurred) / 255.0 * (high - low) + low
