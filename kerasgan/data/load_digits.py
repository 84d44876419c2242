"""Real handwritten digits that come with scikit-learn."""

from __future__ import annotations

import numpy as np

from kerasgan.data.resizing import resize


def load_digits(
    image_size: int = 8, return_labels: bool = False
) -> np.ndarray | tuple[np.ndarray, np.ndarray]:
    """Returns 1,797 handwritten digits, without a download.

    They are the test set of the Optical Recognition of Handwritten Digits data (UCI), 8×8 pixels
    with 17 grey levels, written by 13 people: enough to try a GAN in minutes on a CPU. Larger
    sizes are interpolated bilinearly and hold no more detail.

    Args:
        image_size: int. Height and width of the images. Defaults to 8, the original.
        return_labels: bool. Whether to return the digits' classes as well. Defaults to False.

    Returns:
        Images, float32 of shape `(1797, image_size, image_size, 1)` in [-1, 1], background -1;
        or `(images, labels)` with labels int64 of shape `(1797,)` from 0 to 9.

    Raises:
        ValueError: If `image_size` is not a positive int.

    Example:

    ```python
    images, labels = kerasgan.data.load_digits(image_size=32, return_labels=True)
    images.shape  # (1797, 32, 32, 1)
    ```
    """
    from sklearn import datasets

    digits = datasets.load_digits()
    images = resize(digits.images / 8.0 - 1.0, image_size)[..., np.newaxis]
    return (images, digits.target.astype(np.int64)) if return_labels else images
