"""Times a training step against peers' own code: equal networks, in one run, taking turns.

    python -m venv peers && peers/bin/pip install torch
    peers/bin/pip install --no-deps torchgan torch-mimicry
    python benchmarks/peers.py --peers peers/bin/python
    python benchmarks/peers.py --peers peers/bin/python --cyclegan pytorch-CycleGAN-and-pix2pix

DCGAN at 64 pixels, batch 64, against torchgan; SNGAN at 32 pixels, batch 16, five steps of the
discriminator to one, against mimicry; CycleGAN at 64 pixels with nine blocks, batch 1, against its
authors' networks, from a checkout of their repository named by its path. Each side runs in a
process of its own and waits while the other has its turn. What counts is the ratio of processor
seconds; the peak of memory is told with and without what the imports take.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import time
from pathlib import Path

import numpy as np

WORKERS = Path(__file__).parent / "peer_workers"
FEATURES = ("avx2", "avx512f", "avx512_vnni", "avx512_bf16", "amx_bf16")
# Enough that what `fit` does once does not count.
STEPS = {"dcgan": 6, "sngan": 3, "cyclegan": 10}


class Side:
    """One side of a comparison: a process that takes turns."""

    def __init__(self, python: str, script: str, *arguments: str) -> None:
        self.process = subprocess.Popen(
            [python, WORKERS / script, *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.facts = self._read()
        self.wall: list[float] = []
        self.processor: list[float] = []
        self.peak = 0.0

    def _read(self) -> dict:
        for line in self.process.stdout:
            if line.startswith("{"):
                return json.loads(line)
        raise RuntimeError(f"A worker ended with status {self.process.wait()}: see above.")

    def take_turn(self, steps: int) -> None:
        self.process.stdin.write(f"{steps}\n")
        self.process.stdin.flush()
        told = self._read()
        wall, processor = told["seconds"]
        self.wall.append(wall)
        self.processor.append(processor)
        self.peak = told["peak_mb"]

    def close(self) -> None:
        self.process.stdin.close()
        self.process.wait()

    def medians(self) -> tuple[float, float]:
        return statistics.median(self.wall), statistics.median(self.processor)


def machine() -> str:
    """The processor, its features, and how fast it multiplies matrices."""
    text = Path("/proc/cpuinfo").read_text()
    fields = dict(line.split(":", 1) for line in text.split("\n\n")[0].splitlines() if ":" in line)
    fields = {name.strip(): value.strip() for name, value in fields.items()}
    flags = set(fields.get("flags", "").split())
    named = [name for name in FEATURES if name in flags]
    a = np.random.default_rng(0).normal(size=(2048, 2048)).astype("float32")
    speeds = []
    for _ in range(5):
        start = time.perf_counter()
        a @ a
        speeds.append(2 * 2048**3 / (time.perf_counter() - start) / 1e9)
    chosen = {name: os.environ[name] for name in sorted(os.environ) if "ONEDNN" in name}
    return (
        f"{fields.get('model name', platform.processor())}, {os.cpu_count()} cores, "
        f"{' '.join(named)}; NumPy's matrix products {max(speeds):.0f} GFLOP/s {chosen or ''}"
    )


def compare(name: str, arguments: argparse.Namespace, *extra: str) -> None:
    ours = Side(sys.executable, "ours.py", name, *extra)
    named = [str(arguments.cyclegan)] if name == "cyclegan" else []
    peer = Side(arguments.peers, "peers.py", name, *named)
    for _ in range(arguments.rounds):
        for side in (ours, peer):
            side.take_turn(STEPS[name])
    (wall, processor), (peer_wall, peer_processor) = ours.medians(), peer.medians()
    beyond = [side.peak - side.facts["imports_mb"] for side in (ours, peer)]
    print(f"\n{' '.join([name, *extra])}: parameters {ours.facts['parameters']} and theirs")
    print(f"  {'':14}{'processor s':>12}{'wall s':>9}{'peak MB':>9}{'beyond imports':>16}")
    for label, side, seconds, more in zip(
        ("kerasgan", "peer"), (ours, peer), (processor, peer_processor), beyond, strict=True
    ):
        wall_s = side.medians()[0]
        print(f"  {label:14}{seconds:12.3f}{wall_s:9.3f}{side.peak:9.0f}{more:16.0f}")
    print(
        f"  ratio         {processor / peer_processor:12.3f}{wall / peer_wall:9.3f}"
        f"{ours.peak / peer.peak:9.2f}{beyond[0] / beyond[1]:16.2f}"
    )
    print(f"  {ours.facts['versions']} {peer.facts['versions']} {peer.facts['parameters']}")
    for side in (ours, peer):
        side.close()


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add = parser.add_argument
    add("--peers", default=sys.executable, help="the Python of the peers' environment")
    add("--cyclegan", type=Path, help="a checkout of the CycleGAN authors' repository")
    add("--only", choices=list(STEPS), help="one of them")
    add("--rounds", type=int, default=7, help="turns of each side (default: 7)")
    arguments = parser.parse_args()
    print(machine())
    for name in STEPS:
        if arguments.only not in (None, name):
            continue
        if name == "cyclegan" and arguments.cyclegan is None:
            print("\ncyclegan: left out; name a checkout by --cyclegan")
            continue
        compare(name, arguments)
        if name == "dcgan":
            compare(name, arguments, "simultaneous")


if __name__ == "__main__":
    main()
