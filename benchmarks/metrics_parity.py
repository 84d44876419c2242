"""Gives the same features to the published implementations and to kerasgan, and compares.

    pip install --no-deps --target peers pytorch-fid clean-fid torch-fidelity prdc torchvision
    python benchmarks/metrics_parity.py --peers peers           # the table of figures
    python benchmarks/metrics_parity.py --peers peers --speed   # time and memory

Features are like Inception's: not negative, correlated, and of a spread that differs by two orders.
Of each peer its own functions of features are called; no network takes part. For `--speed` every
measurement is a process of its own, and implementations take turns; memory is the peak above what
the features themselves take.
"""

import argparse
import contextlib
import importlib.util
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import numpy as np

warnings.filterwarnings("ignore")

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
OPERATORS = ["nms", "qnms", "roi_align", "roi_pool", "ps_roi_align", "ps_roi_pool", "deform_conv2d"]


def features(samples: int, width: int) -> tuple[np.ndarray, np.ndarray]:
    """Real and generated features, float32."""
    rng = np.random.default_rng(0)
    mixing = rng.normal(size=(64, width)) / 8.0
    scale = np.exp(rng.uniform(-3.0, 2.0, width))

    def draw(shift: float, spread: float) -> np.ndarray:
        latents = shift + spread * rng.normal(size=(samples, 64))
        noise = rng.normal(size=(samples, width))
        return (np.maximum(latents @ mixing + noise, 0.0) * scale).astype("float32")

    return draw(0.0, 1.0), draw(0.1, 0.9)


def probabilities(samples: int, classes: int = 10) -> tuple[np.ndarray, np.ndarray]:
    """Logits, and what a softmax makes of them, both float64."""
    logits = 3.0 * np.random.default_rng(1).normal(size=(samples, classes))
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    return logits, powers / powers.sum(axis=1, keepdims=True)


def allow_a_torchvision_of_another_torch() -> None:
    """Declares its compiled operators, which no metric calls, so that the peers can be imported."""
    import torch

    folder = Path(importlib.util.find_spec("torchvision").origin).parent
    try:
        torch.ops.load_library(next(folder.glob("_C*.so")))
    except OSError:
        global library  # It takes its operators along when it goes.
        library = torch.library.Library("torchvision", "DEF")
        for name in OPERATORS:
            for operator in (name, f"_{name}_backward"):
                library.define(f"{operator}(Tensor input) -> Tensor")


def moments(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    values = values.astype("float64")
    return values.mean(axis=0), np.cov(values, rowvar=False)


def pytorch_fid(real: np.ndarray, fake: np.ndarray) -> dict[str, float]:
    from pytorch_fid.fid_score import calculate_frechet_distance

    return {"Fréchet": float(calculate_frechet_distance(*moments(real), *moments(fake)))}


def clean_fid(real: np.ndarray, fake: np.ndarray) -> dict[str, float]:
    from cleanfid.fid import frechet_distance

    return {"Fréchet": float(frechet_distance(*moments(real), *moments(fake)))}


def fidelity_fid(real: np.ndarray, fake: np.ndarray) -> dict[str, float]:
    from torch_fidelity.metric_fid import fid_statistics_to_metric

    statistics = [dict(zip(("mu", "sigma"), moments(x), strict=True)) for x in (fake, real)]
    found = fid_statistics_to_metric(*statistics, verbose=False)
    return {"Fréchet": found["frechet_inception_distance"]}


def fidelity_kid(real: np.ndarray, fake: np.ndarray) -> dict[str, float]:
    import torch
    from torch_fidelity.metric_kid import kid_features_to_metric

    found = kid_features_to_metric(torch.from_numpy(fake), torch.from_numpy(real), verbose=False)
    names = {"mean": "kernel mean", "std": "kernel std"}
    return {names[k.rsplit("_", 1)[1]]: v for k, v in found.items()}


def fidelity_pr(real: np.ndarray, fake: np.ndarray) -> dict[str, float]:
    import torch
    from torch_fidelity.metric_prc import prc_features_to_metric

    found = prc_features_to_metric(torch.from_numpy(fake), torch.from_numpy(real), verbose=False)
    return {name: found[name] for name in ("precision", "recall")}


def fidelity_is(samples: int) -> dict[str, float]:
    import torch
    from torch_fidelity.metric_isc import isc_features_to_metric

    found = isc_features_to_metric(torch.from_numpy(probabilities(samples)[0]))
    return {f"score {k.rsplit('_', 1)[1]}": v for k, v in found.items()}


def prdc(real: np.ndarray, fake: np.ndarray, k: int) -> dict[str, float]:
    from prdc import compute_prdc

    with contextlib.redirect_stdout(None):
        found = compute_prdc(real, fake, k)
    return {name: float(value) for name, value in found.items()}


def our_fid(real: np.ndarray, fake: np.ndarray) -> dict[str, float]:
    from kerasgan.metrics import frechet_distance

    return {"Fréchet": frechet_distance(real, fake)}


def our_kid(real: np.ndarray, fake: np.ndarray) -> dict[str, float]:
    from kerasgan.metrics import kernel_distance

    found = kernel_distance(real, fake)
    return {"kernel mean": found.mean, "kernel std": found.std}


def our_pr(real: np.ndarray, fake: np.ndarray, k: int = 3) -> dict[str, float]:
    from kerasgan.metrics import precision_recall

    return dict(list(precision_recall(real, fake, k)._asdict().items())[:2])


def our_prdc(real: np.ndarray, fake: np.ndarray, k: int) -> dict[str, float]:
    from kerasgan.metrics import density_coverage

    return our_pr(real, fake, k) | dict(list(density_coverage(real, fake, k)._asdict().items())[:2])


def our_is(samples: int) -> dict[str, float]:
    from kerasgan.metrics import inception_score

    found = inception_score(probabilities(samples)[1])
    return {"score mean": found.mean, "score std": found.std}


RACES: dict[str, list[Callable[..., Any]]] = {
    "Fréchet": [our_fid, pytorch_fid, fidelity_fid],
    "kernel": [our_kid, fidelity_kid],
    "precision and recall": [our_pr, fidelity_pr],
}


def figures(samples: int, width: int) -> None:
    real, fake = (x.astype("float64") for x in features(samples, width))
    few = {
        "fewer than features": [x[: width // 2] for x in (real, fake)],
        "": [real, fake],
    }
    print(f"{samples:,} × {width:,} features, float64\n")
    print(
        "| Implementation | Metric | Theirs | Ours | Relative difference |\n|---|---|---|---|---|"
    )
    for note, pair in few.items():
        for peer in (pytorch_fid, clean_fid, fidelity_fid):
            rows(f"{peer.__name__} {note}", peer(*pair), our_fid(*pair))
    rows("torch-fidelity", fidelity_kid(real, fake), our_kid(real, fake))
    rows("torch-fidelity", fidelity_is(samples), our_is(samples))
    rows("torch-fidelity, k=3", fidelity_pr(real, fake), our_pr(real, fake))
    for k in (3, 5):
        rows(f"prdc, k={k}", prdc(real, fake, k), our_prdc(real, fake, k))


def rows(peer: str, theirs: dict[str, float], ours: dict[str, float]) -> None:
    for metric, value in theirs.items():
        apart = abs(value - ours[metric]) / max(abs(value), 1e-300)
        line = f"| {peer.strip()} | {metric} | {value:.10g} | {ours[metric]:.10g} |"
        print(line, "equal |" if value == ours[metric] else f"{apart:.1e} |", flush=True)


def measure(name: str, file: str) -> None:
    (function,) = [f for race in RACES.values() for f in race if f.__name__ == name]
    pair = np.load(file)  # Making them would take more memory than measuring.
    function(*(x[:1100, :8] for x in pair))  # Imports.
    before, start = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.perf_counter()
    processor = time.process_time()
    found = function(*pair)
    seconds, busy = time.perf_counter() - start, time.process_time() - processor
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    print(json.dumps({"seconds": seconds, "processor": busy, "MB": peak / 1e3, "found": found}))


def race(arguments: argparse.Namespace) -> None:
    command = [sys.executable, __file__, "--samples", str(arguments.samples)]
    command += ["--features", str(arguments.features), "--peers", *arguments.peers]
    file = Path(tempfile.mkdtemp()) / "features.npy"
    np.save(file, features(arguments.samples, arguments.features))
    command += ["--file", str(file), "--measure"]
    print(f"{arguments.samples:,} × {arguments.features:,} features, float32\n")
    print("| Metric | Implementation | Seconds | Processor seconds | Ratio | Peak MB | Figures |")
    print("|---|---|---|---|---|---|---|", flush=True)
    for metric, functions in RACES.items():
        if arguments.only not in ("", metric):
            continue
        runs: dict[str, list[dict]] = {function.__name__: [] for function in functions}
        for _ in range(arguments.rounds):
            for name in runs:
                output = subprocess.run([*command, name], capture_output=True, text=True)
                if output.returncode:
                    raise SystemExit(output.stderr)
                runs[name].append(json.loads(output.stdout.splitlines()[-1]))
        first = None
        for name, of in runs.items():
            wall, busy, peak = (
                float(np.median([run[key] for run in of])) for key in ("seconds", "processor", "MB")
            )
            first = first or busy
            found = ", ".join(f"{value:.8g}" for value in of[0]["found"].values())
            line = f"{wall:.1f} | {busy:.1f} | {busy / first:.2f} | {peak:.0f} | {found} |"
            print(f"| {metric} | {name} | {line}", flush=True)
    shutil.rmtree(file.parent)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--peers", nargs="+", default=["peers"], help="folders of packages")
    parser.add_argument("--samples", type=int, help="2,500, or 10,000 with --speed")
    parser.add_argument("--features", type=int, help="512, or 2,048 with --speed")
    parser.add_argument("--speed", action="store_true")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", choices=["", *RACES], default="", help="one metric")
    parser.add_argument("--measure", help=argparse.SUPPRESS)
    parser.add_argument("--file", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    arguments.samples = arguments.samples or (10_000 if arguments.speed else 2500)
    arguments.features = arguments.features or (2048 if arguments.speed else 512)
    sys.path += [str(Path(folder).resolve()) for folder in arguments.peers]
    if arguments.speed:
        race(arguments)
        return
    allow_a_torchvision_of_another_torch()
    if arguments.measure:
        measure(arguments.measure, arguments.file)
    else:
        figures(arguments.samples, arguments.features)


if __name__ == "__main__":
    main()
