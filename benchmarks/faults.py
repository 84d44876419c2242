"""Kills trainings and fills disks, and looks whether anything is lost.

A small training runs in a process of its own, with `kerasgan.callbacks.Checkpoint`. It is killed
(SIGKILL) at random moments, every second time while a checkpoint is being written, and started
again, until it is done. Another is asked to end (Ctrl-C and SIGTERM in turn), and stopped by a
callback within an epoch, and must lose no step. Then it runs into a full disk (a limit on the size
of files, as large as a part of a checkpoint) at random steps. In the end its weights must equal
those of a run that nothing happened to, to the bit.

    python benchmarks/faults.py
    KERAS_BACKEND=jax python benchmarks/faults.py --kills 20 --requests 9 --full-disks 5

The exit status is the number of verdicts that failed.
"""

import argparse
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

EVERY = 5  # steps between checkpoints
EPOCHS, BATCHES = 20, 15
# How a training is asked to end, and the exit status that shows that it was.
WAYS = (("Ctrl-C", -signal.SIGINT), ("stop_training", 0), ("SIGTERM", 128 + signal.SIGTERM))


def train(directory: Path, arguments: argparse.Namespace) -> None:
    """The training: a CycleGAN, with its image pools, on shuffled and flipped images."""
    import kerasgan

    import keras
    import numpy as np

    limit, limit_from = arguments.limit, arguments.limit_from

    class Watch(keras.callbacks.Callback):
        """Notes the steps done, fills the disk, and stops."""

        def on_train_begin(self, logs=None) -> None:
            self.step = int(keras.ops.convert_to_numpy(self.model.optimizer.iterations))
            self.stop_at = self.step + arguments.stop_after
            print(f"begins at {self.step}", flush=True)

        def on_train_batch_end(self, batch, logs=None) -> None:
            if not logs:  # A batch that passes by, as it was seen before the interruption.
                return
            self.step += 1
            (directory / "done.txt").write_text(str(self.step))
            if self.step == self.stop_at:
                self.model.stop_training = True
            if limit is not None and self.step == limit_from:
                import resource

                resource.setrlimit(resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))

    keras.utils.set_random_seed(0)
    if keras.backend.backend() == "tensorflow":
        import tensorflow as tf

        tf.config.experimental.enable_op_determinism()
    gan = kerasgan.models.CycleGAN(
        (24, 24, 1), base_filters=2, residual_blocks=1, pool_size=4, seed=0
    )
    gan.compile(generator_ema=0.9)
    images = np.random.default_rng(0).uniform(-1, 1, (2, BATCHES, 24, 24, 1)).astype("float32")
    data = kerasgan.data.unpaired_arrays(images[0], images[1], flip=True, seed=0)
    checkpoint = kerasgan.callbacks.Checkpoint(directory, every=arguments.every, unit="step")
    gan.fit(data, epochs=EPOCHS, verbose=0, callbacks=[checkpoint, Watch()])
    if limit is not None:  # The disk has space again: what follows is not under test.
        import resource

        resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY,) * 2)
    state = [*gan.variables, *gan.optimizer.variables]
    np.savez(directory / "end.npz", *[keras.ops.convert_to_numpy(v) for v in state])


def start(directory: Path, *arguments: str) -> subprocess.Popen:
    directory.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, __file__, "--train", str(directory), *arguments]
    # A shell's background jobs ignore Ctrl-C, and what they start inherits it.
    return subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )


def begun_at(process: subprocess.Popen) -> int:
    """Waits for a training to begin, and returns the step that it goes on from."""
    for line in process.stdout:
        if line.startswith("begins at"):
            return int(line.split()[-1])
    raise RuntimeError(f"The training did not begin; its exit status is {process.wait()}.")


def steps_done(directory: Path) -> int:
    file = directory / "done.txt"
    return int(file.read_text() or 0) if file.exists() else 0


def kill_at_random(directory: Path, kills: int, rng: random.Random) -> bool:
    """Whether every killed training was resumed, with no more lost than since a checkpoint."""
    worst = 0
    process = start(directory)
    begun = begun_at(process)
    for number in range(1, kills + 1):
        wait_for_step(directory, process, begun + rng.randrange(13))
        time.sleep(rng.uniform(0.0, 0.1))
        writing = number % 2 == 0 and wait_for_writing(directory, process)
        process.kill()
        finished = process.wait() == 0
        done = steps_done(directory)
        process = start(directory)
        begun = begun_at(process)
        lost = done - begun
        worst = max(worst, lost)
        when = "finished before" if finished else "while writing" if writing else "at random"
        print(f"  kill {number:2}, {when:15} after step {done:3}: resumed, {lost} lost", flush=True)
    ended = process.wait() == 0
    print(f"  all {kills} resumed; most steps lost {worst} (at most {EVERY})")
    return ended and worst <= EVERY


def ask_to_end(directory: Path, times: int, rng: random.Random) -> bool:
    """Whether a training that was asked to end, each time, went on with the very next step."""
    done, worst, odd = 0, 0, 0
    for number in range(times + 1):
        way, expected = WAYS[number % 3] if number < times else ("the end", 0)
        stops = ["--stop-after", str(rng.randrange(1, 2 * BATCHES))] * (way == "stop_training")
        process = start(directory, "--every", str(10**6), *stops)
        begun = begun_at(process)
        worst = max(worst, done - begun)
        if expected:
            wait_for_step(directory, process, begun + rng.randrange(1, 13))
            time.sleep(rng.uniform(0.0, 0.1))
            process.send_signal(signal.SIGINT if way == "Ctrl-C" else signal.SIGTERM)
        status = process.wait()
        odd += status not in (expected, 0)  # 0 where it was done before.
        print(
            f"  resumed at {begun:3}, {done - begun} lost; {way} after step "
            f"{steps_done(directory):3}: exit status {status}",
            flush=True,
        )
        done = steps_done(directory)
    print(f"  all {times} resumed; most steps lost {worst} (at most 0), {odd} odd exit statuses")
    return worst == 0 and not odd


def wait_for_step(directory: Path, process: subprocess.Popen, step: int) -> None:
    while process.poll() is None and steps_done(directory) < step:
        time.sleep(0.01)


def wait_for_writing(directory: Path, process: subprocess.Popen) -> bool:
    while process.poll() is None:
        if any(directory.glob(".*.partial.keras")):
            return True
    return False


def fill_disks(root: Path, times: int, rng: random.Random) -> dict[Path, bool]:
    """Trainings with a full disk from a random step on, each finished in a second process.

    Returns their folders, and whether both processes ended well.
    """
    ended = {}
    for number in range(1, times + 1):
        directory = root / f"full_{number}"
        limit, step = rng.randrange(1000, 60000), rng.randrange(1, EPOCHS * BATCHES)
        first = start(directory, "--limit", str(limit), "--limit-from", str(step)).wait()
        (directory / "end.npz").unlink(missing_ok=True)  # The second one's is to be compared.
        second = start(directory)
        resumed = begun_at(second)
        print(
            f"  full disk {number}, files up to {limit} bytes from step {step}: exit status "
            f"{first}, resumed at {resumed}, exit status {second.wait()}",
            flush=True,
        )
        ended[directory] = first == second.wait() == 0
    return ended


def equal(first: Path, second: Path) -> bool:
    import numpy as np

    if not (second / "end.npz").exists():
        return False
    with np.load(first / "end.npz") as a, np.load(second / "end.npz") as b:
        return a.files == b.files and all(np.array_equal(a[name], b[name]) for name in a.files)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kills", type=int, default=20, help="default: 20")
    parser.add_argument("--requests", type=int, default=9, help="to end; default: 9")
    parser.add_argument("--full-disks", type=int, default=5, help="default: 5")
    parser.add_argument("--seed", type=int, default=0, help="of the moments; default: 0")
    parser.add_argument("--train", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--limit", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--limit-from", type=int, default=0, help=argparse.SUPPRESS)
    parser.add_argument("--stop-after", type=int, default=10**6, help=argparse.SUPPRESS)
    parser.add_argument("--every", type=int, default=EVERY, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.train:
        train(arguments.train, arguments)
        return 0
    rng = random.Random(arguments.seed)
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        print(f"A training of {EPOCHS * BATCHES} steps, a checkpoint every {EVERY}", flush=True)
        if start(root / "whole").wait():
            raise RuntimeError("The training fails without any fault.")
        verdicts = {"killed: all resumed": kill_at_random(root / "k", arguments.kills, rng)}
        verdicts["killed: equal to the bit"] = equal(root / "whole", root / "k")
        verdicts["asked: no step lost"] = ask_to_end(root / "a", arguments.requests, rng)
        verdicts["asked: equal to the bit"] = equal(root / "whole", root / "a")
        for directory, ended in fill_disks(root, arguments.full_disks, rng).items():
            verdicts[f"{directory.name}: ended well"] = ended
            verdicts[f"{directory.name}: equal to the bit"] = equal(root / "whole", directory)
    for name, holds in verdicts.items():
        print(f"{name:30} {'yes' if holds else 'NO'}")
    return sum(not holds for holds in verdicts.values())


if __name__ == "__main__":
    sys.exit(main())
