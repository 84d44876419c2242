"""The papers' formulas in float64 NumPy, written without the package's."""

from itertools import product

import numpy as np

from kerasgan import losses

RNG = np.random.default_rng(0)
SCORES = [RNG.normal(0.3, 1.2, (5, 1)), RNG.normal(-0.2, 1.2, (5, 1))]
FEATURES = [RNG.normal(0.3, 1.2, (5, 3)), RNG.normal(-0.2, 1.2, (5, 3))]


def sigmoid(x):
    return 1.0 / (1.0 + np.exp(-x))


def flipped_squares(real, fake, p):
    """Of targets 2 and -1, the mean over all ways of exchanging some of them."""
    total = 0.0
    for flips in product((1, 0), repeat=len(real) + len(fake)):
        chance = np.prod([p if flip else 1 - p for flip in flips])
        of_real = np.where(flips[: len(real)], -1.0, 2.0)[:, None]
        of_fake = np.where(flips[len(real) :], 2.0, -1.0)[:, None]
        total += chance * (((real - of_real) ** 2).mean() + ((fake - of_fake) ** 2).mean()) / 2
    return total


def hinge(real, fake):
    return np.maximum(0, 1 - real).mean() + np.maximum(0, 1 + fake).mean()


def paired(winner, loser):
    return -np.log(sigmoid(winner - loser)).mean()


def average(winner, loser):
    real = sigmoid(winner - loser.mean())
    return -np.log(real).mean() - np.log(1 - sigmoid(loser - winner.mean())).mean()


def ratio(scores):
    return np.log(1 + np.exp(scores))


def reverse_kl(fake, real):
    return -np.log(ratio(fake)).mean()


def discrepancy(kernel, unbiased, linear=0.0):
    """By a double loop over pairs of samples."""

    def pairs(xs, ys, skip=False):
        values = [
            kernel(((x - y) ** 2).sum()) + linear * (x * y).sum()
            for i, x in enumerate(xs)
            for j, y in enumerate(ys)
            if not (skip and i == j)
        ]
        return np.mean(values)

    return lambda x, y: pairs(x, x, unbiased) + pairs(y, y, unbiased) - 2 * pairs(x, y)


def gaussians(*sigmas):
    return lambda square: sum(np.exp(-square / (2 * sigma**2)) for sigma in sigmas)


def rational_quadratics(*alphas):
    return lambda square: sum((1 + square / (2 * alpha)) ** -alpha for alpha in alphas)


def density_difference(sigma, regularization):
    """The estimator of Sugiyama et al., 2013, with centres on all samples."""

    def distance(x, y):
        centres = np.concatenate([x, y])
        squares = ((centres[:, None] - centres) ** 2).sum(-1)
        h = np.exp(-squares / (2 * sigma**2))
        h = h[: len(x)].mean(0) - h[len(x) :].mean(0)
        overlaps = np.exp(-squares / (4 * sigma**2))
        theta = np.linalg.inv(overlaps + regularization * np.eye(len(h))) @ h
        return 2 * h @ theta - theta @ overlaps @ theta

    return distance


def compared(distance):
    """Discriminator and generator of a game for a distance."""
    return lambda real, fake: -distance(real, fake), lambda fake, real: distance(real, fake)


# Nowozin et al., 2016: f with f(1) = 0, its conjugate f*, and the activation g of table 2.
F = {
    "kl": (lambda u: u * np.log(u), lambda t: np.exp(t - 1), lambda v: v),
    "reverse_kl": (lambda u: -np.log(u), lambda t: -1 - np.log(-t), lambda v: -np.exp(-v)),
    "pearson": (lambda u: (u - 1) ** 2, lambda t: t**2 / 4 + t, lambda v: v),
    "neyman": (
        lambda u: (1 - u) ** 2 / u,
        lambda t: 2 - 2 * np.sqrt(1 - t),
        lambda v: 1 - np.exp(-v),
    ),
    "squared_hellinger": (
        lambda u: (np.sqrt(u) - 1) ** 2,
        lambda t: t / (1 - t),
        lambda v: 1 - np.exp(-v),
    ),
    "jensen_shannon": (
        lambda u: -(u + 1) * np.log((1 + u) / 2) + u * np.log(u),
        lambda t: -np.log(2 - np.exp(t)),
        lambda v: np.log(2) - np.log(1 + np.exp(-v)),
    ),
    "gan": (
        lambda u: u * np.log(u) - (u + 1) * np.log(u + 1),
        lambda t: -np.log(1 - np.exp(t)),
        lambda v: -np.log(1 + np.exp(-v)),
    ),
    "total_variation": (lambda u: np.abs(u - 1) / 2, lambda t: t, lambda v: np.tanh(v) / 2),
}


def f_divergence(name, saturating):
    _, conjugate, activation = F[name]

    def discriminator(real, fake):
        return conjugate(activation(fake)).mean() - activation(real).mean()

    def generator(fake, real):
        return -(conjugate(activation(fake)) if saturating else activation(fake)).mean()

    return discriminator, generator


def score_games():
    """Losses on scores: the object, its discriminator's formula and its generator's."""
    yield losses.Hinge(), hinge, lambda fake, real: -fake.mean()
    yield (
        losses.LeastSquares(-1.0, 2.0, 0.5),
        lambda real, fake: ((real - 2) ** 2).mean() / 2 + ((fake + 1) ** 2).mean() / 2,
        lambda fake, real: ((fake - 0.5) ** 2).mean(),
    )
    yield (
        losses.LeastSquares(-1.0, 2.0, 0.5, label_flipping=0.3),
        lambda real, fake: flipped_squares(real, fake, 0.3),
        lambda fake, real: ((fake - 0.5) ** 2).mean(),
    )
    yield (
        losses.EnergyMargin(0.7),
        lambda real, fake: (-real).mean() + np.maximum(0, 0.7 - (-fake)).mean(),
        lambda fake, real: (-fake).mean(),
    )
    for pairing, formula in (("paired", paired), ("average", average)):
        yield losses.Relativistic(pairing), formula, formula
    yield (
        losses.LSIF(),
        lambda real, fake: (ratio(fake) ** 2).mean() / 2 - ratio(real).mean(),
        reverse_kl,
    )
    yield (
        losses.KLIEP(),
        lambda real, fake: ratio(fake).mean() - np.log(ratio(real)).mean(),
        reverse_kl,
    )
    for name in F:
        for saturating in (False, True):
            yield losses.FDivergence(name, saturating), *f_divergence(name, saturating)


def feature_games():
    """Losses on features of samples, likewise."""
    mmd = losses.MaximumMeanDiscrepancy
    for unbiased in (True, False):
        kernel = gaussians(1, 2, 4, 8, 16)
        yield mmd(unbiased=unbiased), *compared(discrepancy(kernel, unbiased))
        kernel = rational_quadratics(0.5, 3.0)
        loss = mmd("rational_quadratic", (0.5, 3.0), unbiased)
        yield loss, *compared(discrepancy(kernel, unbiased))
    starred = discrepancy(rational_quadratics(0.2, 0.5, 1, 2, 5), True, linear=0.7)
    yield mmd("rational_quadratic", linear=0.7), *compared(starred)
    squared = discrepancy(gaussians(0.5, 2.0), False)
    loss = mmd("gaussian", (0.5, 2.0), unbiased=False, root=True)
    yield loss, *compared(lambda x, y: np.sqrt(squared(x, y)))
    yield losses.LSDD(0.8, 0.05), *compared(density_difference(0.8, 0.05))


GAMES = [(*game, SCORES) for game in score_games()]
GAMES += [(*game, FEATURES) for game in feature_games()]
