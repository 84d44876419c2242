"""Trains the digits and the Gaussian of the examples, and judges what they learnt.

- Digits: a classifier trained on real digits must find all ten classes in 1,000 samples, none rarer
  than 4 %, with at least 0.9 of the confidence that it has on real digits which it did not train
  on.
- Gaussian: the mean must lie within 0.15 of (5, 5), the standard deviations within 0.2 of 1.

    python benchmarks/quality.py
    python benchmarks/quality.py --generator saved_models/digits_dcgan   # a trained one

The exit status is the number of verdicts that failed.
"""

import argparse
import os
import sys
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import kerasgan

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "examples"))
import dcgan_digits
import gan_gaussian


def judge_digits(samples: np.ndarray) -> bool:
    """Whether digits `(n, 32, 32, 1)` in [-1, 1] are recognised, all classes of them."""
    figures = dcgan_digits.recognise(samples)
    shares, confidence = figures["shares_of_classes"], figures["confidence"]
    ratio = confidence / figures["confidence_on_real"]
    print(f"  classifier's accuracy on real digits  {figures['accuracy_on_real']:.3f}")
    print(f"  shares of the classes 0 to 9          {' '.join(f'{s:.3f}' for s in shares)}")
    print(f"  rarest class                          {min(shares):.3f}  (at least 0.04)")
    print(f"  mean confidence                       {confidence:.3f}")
    print(f"  its ratio to that on real digits      {ratio:.3f}  (at least 0.9)")
    return min(shares) >= 0.04 and ratio >= 0.9


def judge_points(points: np.ndarray) -> bool:
    """Whether points `(n, 2)` are distributed as N(5, 1) in both coordinates."""
    mean, deviation = points.mean(axis=0), points.std(axis=0)
    print(f"  mean                {mean.round(3)}  (within 0.15 of 5)")
    print(f"  standard deviation  {deviation.round(3)}  (within 0.2 of 1)")
    return bool(np.all(np.abs(mean - 5.0) <= 0.15) and np.all(np.abs(deviation - 1.0) <= 0.2))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--generator", type=Path, help="a saved generator of digits to judge")
    parser.add_argument("--epochs", type=int, default=100, help="of the digits; default: 100")
    parser.add_argument("--seeds", type=int, default=1, help="runs of the Gaussian; default: 1")
    arguments = parser.parse_args()

    if arguments.generator:
        samples = kerasgan.load_generator(arguments.generator)(1000, seed=1)
    else:
        gan = dcgan_digits.make_model()
        images = kerasgan.data.load_digits(image_size=32)
        gan.fit(images, batch_size=32, epochs=arguments.epochs, verbose=2)
        samples = gan.generate(1000, seed=1)
    print("DCGAN on digits")
    verdicts = [judge_digits(samples)]
    for seed in range(arguments.seeds):
        print(f"VanillaGAN on the Gaussian at (5, 5), seed {seed}")
        gan = gan_gaussian.make_model(seed)
        gan.fit(gan_gaussian.make_points(), batch_size=125, epochs=60, verbose=0)
        verdicts.append(judge_points(gan.generate(10_000, seed=1)))
    print("Verdicts:", ", ".join("passed" if verdict else "FAILED" for verdict in verdicts))
    sys.exit(verdicts.count(False))


if __name__ == "__main__":
    main()
