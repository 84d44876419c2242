"""Finds the ten digits without labels: what does InfoGAN's code mean?

    python examples/infogan_digits.py                        # offline, minutes on a CPU
    python examples/infogan_digits.py --data path/to/mnist   # MNIST, from its four files

Each latent vector holds a class out of ten and two numbers. Nobody tells the model what they stand
for. After training, the recognition network sorts real images into its classes; purity is the share
of images whose digit is the most frequent one of their class. `codes.png` has a column for each
class; in `numbers.png` each number runs from -1.5 to 1.5 from left to right, the first in the upper
half.

At the end stand two scores of disentanglement: does each code stand for one property of real
images, and each property in one code? Properties are the digit and, measured in the image, its
slant, thickness and position to the right, each as small, medium or large among images of the same
digit, so that no property is another's shadow. A network that has learnt nothing is asked the same.
"""

import argparse
import os
import time
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import kerasgan
from kerasgan.latent import factor_vae_score, mutual_information_gap
from kerasgan.machine.plain_errors import plain_errors
from kerasgan.ops.images import image_grid, save_image

import keras
import numpy as np
from scipy.stats import entropy

ROOT = Path(__file__).resolve().parents[1]


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add = parser.add_argument
    add("--data", type=Path, help="folder with MNIST's files; default: scikit-learn's digits")
    add("--split", choices=("train", "test"), default="train", help="of MNIST; default: train")
    add("--epochs", type=int, default=120, help="default: %(default)s")
    add("--base-filters", type=int, default=32, help="the networks' width; default: %(default)s")
    add("--seed", type=int, default=0, help="default: %(default)s")
    runs = ROOT / "runs" / "infogan_digits"
    add("--output", type=Path, default=runs, help="default: %(default)s")
    add("--smoke", action="store_true", help="a few steps, to see that everything works")
    return parser.parse_args()


def load(arguments: argparse.Namespace) -> tuple[np.ndarray, np.ndarray]:
    if arguments.data:
        return kerasgan.data.load_mnist(arguments.data, arguments.split, return_labels=True)
    return kerasgan.data.load_digits(return_labels=True)


def purity(found: np.ndarray, labels: np.ndarray) -> tuple[float, list[int]]:
    """How far the classes found are digits, and which digit each of them is."""
    table = np.zeros((10, 10), int)
    np.add.at(table, (found, labels), 1)
    return table.max(axis=1).sum() / len(labels), table.argmax(axis=1).tolist()


def draw(gan: kerasgan.models.InfoGAN, folder: Path) -> None:
    """Saves what the codes do: ten columns of equal codes, rows of equal noise."""
    network, columns = gan.inference_network("generator"), np.tile(np.arange(10), 8)

    def save(name: str, latents: np.ndarray) -> None:
        images = keras.ops.convert_to_numpy(network.predict_on_batch(latents))
        scale = max(1, 64 // images.shape[1])
        save_image(folder / name, image_grid(images, 8, 10, padding=2, scale=scale))

    noise = np.repeat(gan.latents_with(8, seed=3), 10, axis=0)
    codes = gan.latents_with(80, categories=columns)[:, gan.noise_dim :]
    latents = noise.copy()
    latents[:, gan.noise_dim : -2] = codes[:, :-2]
    save("codes.png", latents)
    numbers = np.linspace(-1.5, 1.5, 10)[columns]
    latents = noise.copy()
    latents[:, -2:] = 0.0
    latents[:40, -2], latents[40:, -1] = numbers[:40], numbers[40:]
    save("numbers.png", latents)


def measure(images: np.ndarray) -> dict[str, np.ndarray]:
    """Slant, thickness and position of each image, `(n,)`, by moments of its ink."""
    ink = np.maximum(images[..., 0] + 1.0, 0.0)
    share = ink / ink.sum(axis=(1, 2), keepdims=True)
    up, right = -np.arange(ink.shape[1])[:, None], np.arange(ink.shape[2])[None]
    across, up = (axis - np.sum(share * axis, axis=(1, 2), keepdims=True) for axis in (right, up))
    slant = np.sum(share * up * across, axis=(1, 2)) / np.sum(share * up**2, axis=(1, 2))
    position = np.sum(share * right, axis=(1, 2))
    return {"slant": slant, "thickness": ink.mean(axis=(1, 2)), "position": position}


def thirds(values: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """0, 1 and 2 for the smallest, the middle and the largest third of the images of each digit."""
    found = np.zeros(len(values), int)
    for digit in np.unique(labels):
        own = values[labels == digit]
        found[labels == digit] = np.digitize(own, np.quantile(own, [1 / 3, 2 / 3]))
    return found


def report_disentanglement(
    gans: dict[str, kerasgan.models.InfoGAN], images: np.ndarray, labels: np.ndarray
) -> None:
    """Prints what share of each property the codes of each model tell, and the scores of them."""
    properties = {name: thirds(values, labels) for name, values in measure(images).items()}
    factors = np.column_stack([labels, *properties.values()])
    entropies = np.array([entropy(np.bincount(factor)) for factor in factors.T])
    print("\nWhat each code tells of each property of real images, of all that can be told:\n")
    print(f"  {'':24}{'digit':>10}" + "".join(f"{name:>10}" for name in properties))
    scores = {}
    for name, gan in gans.items():
        (probabilities,), numbers = gan.recognize(images)
        codes = np.column_stack([probabilities.argmax(axis=1), numbers])
        gap = mutual_information_gap(codes, factors)
        scores[name] = gap.score, gap.gaps, factor_vae_score(codes, factors)
        for code, shares in zip(("class", "number 1", "number 2"), gap.information, strict=True):
            told = "".join(f"{share:>10.0%}" for share in shares / entropies)
            print(f"  {name + ', ' + code:24}{told}")
    # Of factors of no connection, in 20 bins: see `mutual_information_gap`.
    chance = 19 * np.ptp(factors, axis=0)[:2] / (2 * len(images) * entropies[:2])
    print(
        "\n  One high share in a column: that code alone tells the property. By chance a number\n"
        f"  tells {chance[0]:.1%} of the digit and {chance[1]:.1%} of each of the others.\n"
        "\nThe gap between the two codes that tell most of a property, 1 if one tells all of it:\n"
    )
    for name, (score, gaps, votes) in scores.items():
        told = "".join(f"{gap:>10.2f}" for gap in gaps)
        print(f"  {name:24}{told}   mean, the MIG: {score:.2f}; FactorVAE score: {votes:.2f}")
    print(
        f"\n  The FactorVAE score is {1 / len(entropies):.2f} by guessing: how often the code that "
        "varies\n  least among images that share a property tells which property they share."
    )


def main() -> None:
    arguments = parse_arguments()
    keras.utils.set_random_seed(arguments.seed)
    start = time.time()
    images, labels = load(arguments)
    if arguments.smoke:
        images, labels = images[:256], labels[:256]
        arguments.epochs, arguments.base_filters = 2, 4

    filters = arguments.base_filters
    style = {"base_filters": filters, "hidden_units": 16 * filters}
    gan = kerasgan.models.InfoGAN(images.shape[1:], **style, seed=arguments.seed)
    gan.compile(generator_ema=0.99)
    print(f"InfoGAN, {arguments.epochs} epochs; pictures in {arguments.output}")
    grid = kerasgan.callbacks.ImageGrid(arguments.output, every=max(1, arguments.epochs // 20))
    gan.fit(images, batch_size=128, epochs=arguments.epochs, verbose=2, callbacks=[grid])
    gan.save(arguments.output / "infogan.keras")
    draw(gan, arguments.output)

    (probabilities,), _ = gan.recognize(images)
    share, digits = purity(probabilities.argmax(axis=1), labels)
    untrained = kerasgan.models.InfoGAN(images.shape[1:], **style)
    report_disentanglement({"untrained": untrained, "trained": gan}, images, labels)
    print(f"\nDone in {(time.time() - start) / 60:.1f} minutes.")
    print(f"  purity of the ten classes on real digits  {share:.1%}")
    print(f"  the digits that they stand for            {digits}")
    print(f"  pictures     {arguments.output} (codes.png, numbers.png, progress.gif)")
    print(f"  saved model  {arguments.output / 'infogan.keras'}")


if __name__ == "__main__":
    with plain_errors():
        main()
