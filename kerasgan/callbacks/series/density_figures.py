"""The drawings of `DensityPlot`, by matplotlib without its global state."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

REAL, FAKE, JUDGE = "#1f4e9c", "#c8102e", "#2a6fdb"
GENERATOR = "#1a8f3c"
# From generated, over undecided, to real: pale, so that points stand out.
LEVEL_COLORS = ["#f2a48f", "#fbe3da", "#f7f7f7", "#d6e4f5", "#92b7e4"]
DPI = 100


@dataclass(frozen=True)
class Scene:
    """What there is to draw.

    Args:
        title: String, such as `"epoch 3"`.
        ranges: For each axis its lowest and highest value.
        real: Array `(n, dimensions)`.
        fake: Array `(m, dimensions)`, generated.
        places: Array `(k, dimensions)`, where the discriminator was asked.
        scores: Array `(k,)`, what it said; `None` without a discriminator.
        are_probabilities: Bool, whether the scores lie in [0, 1].
    """

    title: str
    ranges: Sequence[tuple[float, float]]
    real: np.ndarray
    fake: np.ndarray
    places: np.ndarray
    scores: np.ndarray | None
    are_probabilities: bool


def draw_line(scene: Scene, latents: np.ndarray, images: np.ndarray) -> np.ndarray:
    """Densities and the discriminator's function, with arrows from latents to samples below.

    Args:
        scene: One of one dimension.
        latents: Array `(a,)`, where the arrows begin.
        images: Array `(a,)`, what the generator makes of them.

    Returns:
        A uint8 array `(height, width, 3)`.
    """
    figure = _figure(7.2, 5.2)
    above, below = figure.subplots(2, 1, height_ratios=[3.0, 1.2])
    (low, high), x = scene.ranges[0], scene.places[:, 0]
    width = _bandwidth(scene.real[:, 0], high - low)
    data, made = (_density(points[:, 0], x, width) for points in (scene.real, scene.fake))

    above.plot(x, data, ":", color="black", lw=2.2, label="data")
    above.plot(x, made, color=GENERATOR, lw=2.2, label=f"generator{_outside(scene)}")
    above.fill_between(x, made, color=GENERATOR, alpha=0.12, lw=0)
    above.set(xlim=(low, high), ylim=(0.0, 1.6 * max(data.max(), 1e-6)), ylabel="density")
    above.set_title(scene.title, loc="left")
    handles = above.get_legend_handles_labels()[0]
    if scene.scores is not None:
        handles += _draw_scores(above.twinx(), scene, data, made)
    figure.legend(handles=handles, loc="outside upper right", ncols=4, fontsize=9, frameon=False)
    _draw_arrows(below, (low, high), latents, images)
    return _pixels(figure)


def draw_plane(scene: Scene) -> np.ndarray:
    """Real and generated samples over the discriminator's level sets.

    Args:
        scene: One of two dimensions.

    Returns:
        A uint8 array `(height, width, 3)`.
    """
    figure = _figure(7.0, 6.0)
    axes = figure.subplots()
    if scene.scores is not None:
        _draw_levels(figure, axes, scene)
    axes.scatter(*scene.real.T, s=9, color=REAL, alpha=0.55, lw=0, label="real")
    axes.scatter(
        *scene.fake.T, s=9, color=FAKE, alpha=0.7, lw=0, label=f"generated{_outside(scene)}"
    )
    width, height = (high - low for low, high in scene.ranges)
    # Much longer than wide, it would be too flat to be seen.
    aspect = "equal" if 0.5 < width / height < 2.0 else "auto"
    axes.set(xlim=scene.ranges[0], ylim=scene.ranges[1], aspect=aspect)
    axes.set_title(scene.title, loc="left")
    figure.legend(loc="outside upper right", ncols=2, fontsize=9, frameon=False, markerscale=2)
    return _pixels(figure)


def _draw_scores(axes: Any, scene: Scene, data: np.ndarray, made: np.ndarray) -> list[Any]:
    """The discriminator's function on an axis of its own; what the legend names of it."""
    x, scores = scene.places[:, 0], np.asarray(scene.scores)
    handles = axes.plot(x, scores, "--", color=JUDGE, lw=1.8, label="discriminator")
    if scene.are_probabilities:
        # Where neither has samples, any discriminator is the best one.
        known = data + made > 1e-2 * data.max()
        best = np.where(known, data / np.maximum(data + made, 1e-12), np.nan)
        handles += axes.plot(x, best, color="0.6", lw=1.2, label="best discriminator")
        axes.set(ylim=(0.0, 1.6), yticks=[0.0, 0.5, 1.0], ylabel="probability of real")
        axes.axhline(0.5, color=JUDGE, lw=0.6, alpha=0.4)
    else:
        low, high = float(np.min(scores)), float(np.max(scores))
        margin = 0.05 * max(high - low, 1e-6)
        axes.set(ylim=(low - margin, high + 0.6 * (high - low) + margin), ylabel="score")
    axes.yaxis.label.set_color(JUDGE)
    axes.tick_params(axis="y", colors=JUDGE)
    return handles


def _draw_arrows(
    axes: Any, limits: tuple[float, float], latents: np.ndarray, images: np.ndarray
) -> None:
    """The line of x over that of z, whose range is as wide as the picture."""
    from matplotlib.patches import FancyArrowPatch

    low, high = limits
    reach = 1.04 * np.abs(latents).max()
    starts = low + (latents + reach) / (2.0 * reach) * (high - low)
    for start, end in zip(starts, images, strict=True):
        if not np.isfinite(end):
            continue
        arrow = FancyArrowPatch(
            (start, 0.0),
            (end, 1.0),
            arrowstyle="-|>",
            mutation_scale=10,
            shrinkA=0,
            shrinkB=0,
            color=GENERATOR,
            lw=0.9,
        )
        axes.add_patch(arrow)
    axes.axhline(0.0, color="black", lw=1.0)
    axes.axhline(1.0, color="black", lw=1.0)
    whole = [z for z in (-2, -1, 0, 1, 2) if abs(z) <= reach]
    axes.set(xlim=limits, ylim=(-0.05, 1.05), yticks=[0.0, 1.0], yticklabels=["z", "x = G(z)"])
    axes.set_xticks([low + (z + reach) / (2.0 * reach) * (high - low) for z in whole], whole)
    axes.tick_params(axis="y", length=0)
    for side in ("left", "right", "top", "bottom"):
        axes.spines[side].set_visible(False)


def _draw_levels(figure: Any, axes: Any, scene: Scene) -> None:
    from matplotlib.colors import LinearSegmentedColormap

    side = int(round(len(scene.places) ** 0.5))
    x, y = (scene.places[:, axis].reshape(side, side) for axis in (0, 1))
    scores = np.asarray(scene.scores).reshape(side, side)
    if scene.are_probabilities:
        levels, extend = np.linspace(0.0, 1.0, 21), "neither"
    else:
        low, high = np.nanquantile(scores, [0.01, 0.99])
        levels, extend = np.linspace(low, max(high, low + 1e-6), 21), "both"
    colors = LinearSegmentedColormap.from_list("levels", LEVEL_COLORS)
    drawn = axes.contourf(x, y, scores, levels, cmap=colors, extend=extend)
    axes.contour(x, y, scores, levels[::2], colors="0.55", linewidths=0.5, linestyles="solid")
    if scene.are_probabilities:
        axes.contour(x, y, scores, [0.5], colors="0.25", linewidths=1.4)
    label = f"discriminator: {'probability of real' if scene.are_probabilities else 'score'}"
    figure.colorbar(drawn, ax=axes, label=label, ticks=levels[::5], format="%.2g", shrink=0.9)


def _bandwidth(points: np.ndarray, width: float) -> float:
    """Half of Silverman's rule, which is too wide for several modes; at least two pixels."""
    low, high = np.quantile(points, [0.25, 0.75])
    spread = min(points.std(), (high - low) / 1.34) or points.std()
    return max(0.45 * spread * len(points) ** -0.2, width / 250.0)


def _density(points: np.ndarray, x: np.ndarray, width: float) -> np.ndarray:
    squares = ((x[:, None] - points[None]) / width) ** 2
    return np.exp(-0.5 * squares).mean(axis=1) / (width * np.sqrt(2.0 * np.pi))


def _outside(scene: Scene) -> str:
    """For the legend, how many generated samples are not in the picture, if any."""
    low, high = np.transpose(scene.ranges)
    inside = np.all((scene.fake >= low) & (scene.fake <= high), axis=1)
    return "" if inside.all() else f" ({1.0 - inside.mean():.0%} outside)"


def _figure(width: float, height: float) -> Any:
    from matplotlib.figure import Figure

    return Figure(figsize=(width, height), dpi=DPI, layout="constrained")


def _pixels(figure: Any) -> np.ndarray:
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    return np.array(canvas.buffer_rgba())[..., :3]
