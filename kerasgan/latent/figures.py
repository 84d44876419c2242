"""What the argument `plot` of this package's functions needs: checks, and charts by matplotlib."""

from __future__ import annotations

import importlib.util
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from kerasgan.files import new_file, user_path

PICTURES = (".png", ".jpg", ".jpeg", ".webp", ".bmp")
ANIMATIONS = (".gif", ".mp4")
CHARTS = (".png", ".pdf", ".svg", ".jpg", ".jpeg")
BLUE, RED = "#1f4e9c", "#c8102e"
# How pairs of measures trade variety, on the first axis, for fidelity.
_TRADES = (("recall", "precision"), ("coverage", "density"))


def check_plot(plot: str | os.PathLike | None, suffixes: Sequence[str]) -> None:
    """Refuses a path that nothing can be written to, before any work is done.

    Args:
        plot: Where the figure is to be written, or `None`.
        suffixes: What it may end in: `PICTURES`, `ANIMATIONS` or `CHARTS`.

    Raises:
        ValueError: If the path has another suffix.
        ImportError: If what draws such a figure is not installed.
    """
    if plot is None:
        return
    suffix = Path(plot).suffix.lower()
    if suffix not in suffixes:
        raise ValueError(
            f"The path `plot` must end in one of {', '.join(suffixes)}. Received: plot={plot!r}"
        )
    if suffixes is CHARTS:
        require("matplotlib", "plot", "matplotlib draws these figures")
    if suffix == ".mp4":
        require_video()


def check_images(plot: str | os.PathLike | None, shape: Sequence[int]) -> None:
    """Refuses to draw samples that are no images: of another shape than three axes.

    Raises:
        ValueError: If there is something to draw, and it is no image.
    """
    if plot is not None and (len(shape) != 3 or shape[-1] not in (1, 3, 4)):
        raise ValueError(
            "`plot` draws images (height, width, channels), and the generator makes something "
            f"else: leave `plot` out. Received: samples of shape {tuple(shape)}"
        )


def require_video() -> None:
    """Raises `ImportError` where PyAV, which encodes videos, is not installed."""
    require("av", "video", "PyAV encodes videos")


def require(module: str, extra: str, what: str) -> None:
    """Raises an `ImportError` that names the extra, where a module is not installed."""
    if importlib.util.find_spec(module) is None:
        raise ImportError(
            f'{what}. Install it: pip install "kerasgan[{extra}]". '
            f"Received: an environment without {module}"
        )


def draw_shares(path: str | os.PathLike, shares: np.ndarray, title: str) -> Path:
    """Bars of the share of each direction, and a line of their sum so far."""
    figure, (ax,) = _figure([max(4.0, 0.3 * len(shares) + 2.0)], 3.2)
    places = np.arange(1, len(shares) + 1)
    ax.bar(places, shares, color=BLUE, label="each")
    ax.plot(places, np.cumsum(shares), color=RED, marker=".", label="sum")
    ax.set(xlabel="direction", ylim=(0.0, 1.05), title=title)
    ax.xaxis.get_major_locator().set_params(integer=True)
    ax.legend(frameon=False)
    return _save(figure, path)


def draw_kinds(path: str | os.PathLike, places: Mapping[str, np.ndarray], title: str) -> Path:
    """Histograms of how far latents of two kinds lie along a direction."""
    figure, (ax,) = _figure([4.6], 3.2)
    bins = np.histogram_bin_edges(np.concatenate(list(places.values())), 40)
    for (name, values), color in zip(places.items(), (BLUE, RED), strict=True):
        ax.hist(values, bins, color=color, alpha=0.5, label=name)
    ax.set(xlabel="along the direction", ylabel="latents", title=title)
    ax.legend(frameon=False)
    return _save(figure, path)


def draw_matrix(
    path: str | os.PathLike,
    shares: np.ndarray,
    rows: Sequence[str],
    columns: Sequence[str],
    title: str,
) -> Path:
    """A table of shares in [0, 1], `(rows, columns)`, shown in colour and in per cent."""
    width = max(4.6, 1.1 * shares.shape[1] + 1.6)
    figure, (ax,) = _figure([width], 0.45 * shares.shape[0] + 1.7)
    ax.imshow(shares, cmap="Blues", vmin=0.0, vmax=1.0, aspect="auto")
    for (row, column), share in np.ndenumerate(shares):
        color = "white" if share > 0.6 else "black"
        ax.text(column, row, f"{share:.0%}", ha="center", va="center", color=color)
    ax.set_xticks(range(len(columns)), columns)
    ax.set_yticks(range(len(rows)), rows)
    ax.set_title(title, fontsize=10)
    ax.spines[:].set_visible(False)
    return _save(figure, path)


def draw_curve(path: str | os.PathLike, curve: Mapping[str, np.ndarray]) -> Path:
    """What was measured over ψ: pairs that trade against each other as one way, others alone."""
    trades = [pair for pair in _TRADES if all(name in curve for name in pair)]
    others = [name for name in curve if name != "psi" and name not in sum(trades, ())]
    figure, axes = _figure([3.8] * (len(trades) + len(others)), 3.5)
    for ax, (variety, fidelity) in zip(axes, trades, strict=False):
        draw_trade(ax, curve["psi"], curve[variety], curve[fidelity])
        ax.set(xlabel=f"{variety} (variety)", ylabel=f"{fidelity} (fidelity)")
    for ax, name in zip(axes[len(trades) :], others, strict=True):
        ax.plot(curve["psi"], curve[name], color=BLUE, marker="o")
        ax.set(xlabel="ψ", title=name)
    return _save(figure, path)


def draw_trade(ax: Any, psis: np.ndarray, x: np.ndarray, y: np.ndarray, **style: Any) -> None:
    """A way over the axes of matplotlib whose places are marked by their ψ."""
    ax.plot(x, y, **{"color": BLUE, "marker": "o", **style})
    ax.margins(0.12)
    for psi, *place in zip(psis, x, y, strict=True):
        ax.annotate(f"ψ {psi:g}", place, xytext=(4, 4), textcoords="offset points", fontsize=8)


def _figure(widths: Sequence[float], height: float) -> tuple[Any, list[Any]]:
    from matplotlib.figure import Figure

    figure = Figure(figsize=(sum(widths), height), dpi=100, layout="constrained")
    axes = figure.subplots(1, len(widths), squeeze=False, width_ratios=widths)[0]
    for ax in axes:
        ax.spines[["top", "right"]].set_visible(False)
    return figure, list(axes)


def _save(figure: Any, path: str | os.PathLike) -> Path:
    with new_file(path) as temporary:
        figure.savefig(temporary)
    return user_path(path)
