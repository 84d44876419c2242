"""Labels that are exchanged, as losses take them."""


def checked_flipping(label_flipping: float) -> float:
    """The probability by which a label is exchanged.

    Raises:
        ValueError: If it is none in [0, 0.5).
    """
    if not 0.0 <= label_flipping < 0.5:
        raise ValueError(
            "`label_flipping` is the probability that a label is exchanged: it must lie in "
            "[0, 0.5), for from 0.5 on the labels say nothing or the reverse. "
            f"Received: label_flipping={label_flipping}"
        )
    return label_flipping
