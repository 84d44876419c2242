"""What is said of each trouble in training: what is seen, what it means, what to try."""

from collections.abc import Callable, Mapping

Values = Mapping[str, float]


def _adam(v: Values, player: str, factor: float, others: str = "beta_1=0.5") -> str:
    """An argument of `compile` with so many times the present learning rate."""
    rate = factor * v[f"{player}_learning_rate"]
    return f"`{player}_optimizer=keras.optimizers.Adam({rate:.2g}, {others})`"


def dead(v: Values) -> str:
    """Of a generator whose samples no longer depend on its latents."""
    ends = v.get("saturation", 0.0)
    return (
        f"The generator is dead: its samples are spread over {v['spread']:.2%} of the spread of "
        "the real ones"
        + (
            f", and {ends:.0%} more of their values than of the real ones are ±1"
            if ends > 0
            else ""
        )
        + ". Its output does not depend on the latents, or is stuck at the ends of its range, "
        "where no gradient comes through: it hardly ever recovers by itself. Go back to an earlier "
        "checkpoint, or start anew, with a tenth of the learning rate: in "
        f"`compile`, {_adam(v, 'generator', 0.1)}; and check that the data are in the generator's "
        "range, [-1, 1] for images."
    )


def collapse(v: Values) -> str:
    """Of a generator that makes one sample."""
    return (
        "Mode collapse: the generator makes nearly the same sample from all latents. Its samples "
        f"are spread over {v['spread']:.1%} of the spread of the real ones, and "
        f"{v['duplicates']:.0%} of them are near-duplicates. It has found a sample that the "
        "discriminator accepts, and has stopped looking for others. In the first epochs this often "
        "passes; if it stays, go back to an earlier checkpoint, or start anew, and try in "
        "`compile` a tenth of the generator's learning rate and less momentum "
        f"({_adam(v, 'generator', 0.1, 'beta_1=0.0')}), then "
        "`penalties=[kerasgan.penalties.R1(0.1)]`, then `discriminator_steps=4`, with a batch size "
        "four times as large."
    )


def missing(v: Values) -> str:
    """Of a generator that makes a few kinds of samples."""
    return (
        "The generator misses most of the data: only "
        f"{v['coverage']:.0%} of the real samples have a generated one nearby, and this does not "
        f"get better (distance {v['distance']:.2f}; 0 is the goal). It makes samples of a few "
        "kinds only, or hops from one kind to the next, which is partial mode collapse; or it has "
        "stopped learning. Try in `compile` smaller learning rates and less momentum "
        f"({_adam(v, 'generator', 0.3, 'beta_1=0.0')}, and likewise for the discriminator), then "
        "`penalties=[kerasgan.penalties.R1(0.1)]` (`kerasgan.penalties.GradientPenalty()` with "
        '`loss="wasserstein"`, which needs it), then `generator_ema=0.999`; or a larger batch size.'
    )


def overpowered(v: Values) -> str:
    """Of a discriminator that cannot be deceived."""
    return (
        "The discriminator is too strong: it gives real samples the higher score in "
        f"{v['discriminator_accuracy']:.1%} of all pairs, while the generated samples come no "
        f"closer to the real ones (distance {v['distance']:.2f}; 0 is the goal). Whatever the "
        "generator changes, it is recognised, and it learns nothing from that. Try in `compile` a "
        f"tenth of the discriminator's learning rate ({_adam(v, 'discriminator', 0.1)}), then "
        "`penalties=[kerasgan.penalties.R1(1.0)]`, then "
        '`loss="non_saturating"` if it is `"minimax"`; or a smaller discriminator.'
    )


def blind(v: Values) -> str:
    """Of a discriminator that only guesses."""
    return (
        "The discriminator is too weak: it gives real samples the higher score in only "
        f"{v['discriminator_accuracy']:.0%} of all pairs (50% is guessing), although the generated "
        f"samples are plainly different (distance {v['distance']:.2f}; 0 is the goal, where "
        "guessing would be right). It cannot teach the generator anything. Try in `compile` ten "
        f"times the discriminator's learning rate ({_adam(v, 'discriminator', 10.0)}) or a tenth "
        "of the generator's, then `discriminator_steps=2`, then smaller weights of `penalties`; or "
        'a larger discriminator. With `loss="wasserstein"` it first needs '
        "`penalties=[kerasgan.penalties.GradientPenalty()]`."
    )


def explosion(player: str) -> Callable[[Values], str]:
    """Of a player whose gradients have grown."""
    return lambda v: (
        f"The gradients of the {player} explode: their norm is "
        f"{v[f'{player}_gradient_norm']:.3g}, {v[f'{player}_gradient_growth']:.3g} times that of "
        "the first probes. Its moves become erratic, and infinities may follow. Try in `compile` a "
        "tenth of its learning rate and clipped gradients "
        f"({_adam(v, player, 0.1, 'beta_1=0.5, clipnorm=1.0')}), or, with "
        '`loss="wasserstein"`, which needs it, '
        "`penalties=[kerasgan.penalties.GradientPenalty()]`."
    )


def vanishing(player: str) -> Callable[[Values], str]:
    """Of a player whose gradients have gone."""
    return lambda v: (
        f"The gradients of the {player} vanish: their norm is "
        f"{v[f'{player}_gradient_norm']:.3g}, {v[f'{player}_gradient_growth']:.3g} of that of the "
        f"first probes. The {player} has stopped learning. If it is the generator, the "
        'discriminator has won: try `loss="non_saturating"` or `loss="least_squares"` in '
        "`compile`, and a smaller learning rate for the discriminator. If it is the "
        "discriminator, try `penalties=[kerasgan.penalties.R1(1.0)]`, or a larger learning rate "
        "for the generator."
    )
