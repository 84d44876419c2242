"""A folder of image files as a data set of batches."""

from __future__ import annotations

from kerasgan.data.batches import Augment, EpochPlan, ImageDataset, batches
from kerasgan.data.image_files import ImagePaths
from kerasgan.data.sources import FolderSource


def image_folder(
    path: ImagePaths,
    image_size: int | tuple[int, int],
    batch_size: int = 32,
    channels: int = 3,
    crop: str | None = "center",
    flip: bool = False,
    shuffle: bool = True,
    seed: int | None = None,
    augment: Augment | None = None,
    recursive: bool = False,
    drop_remainder: bool | None = None,
    on_error: str = "raise",
    value_range: tuple[float, float] | None = None,
) -> ImageDataset:
    """Reads batches of images from a folder, for `fit`.

    Files of all types that Pillow reads may be mixed, such as jpg, png, webp, avif, bmp, tiff and
    gif, in any size and colour mode: grey, transparent (laid over white), CMYK, 16-bit and
    animated ones (first frame) are converted, and cameras' EXIF orientation is honoured. Files are
    decoded in parallel, each time anew, so that the folder may be larger than the memory.

    Args:
        path: str or path, the folder, or a list of the paths of files. In a folder links are
            followed, each image is read once, however many ways lead to it, and one warning
            counts what is left out; names that begin with a dot are passed over. A list is taken
            as it is. `~` is the home folder.
        image_size: int or pair of ints `(height, width)`. The size of the images in the batches.
        batch_size: int. Images in a batch. Defaults to 32.
        channels: int. 3 for RGB, 1 for grey. Defaults to 3.
        crop: `"center"` shrinks or enlarges an image until it just covers `image_size` and cuts
            out the middle; `"random"` does so at 286/256 of the size, as the CycleGAN authors do,
            and cuts out a random part; None squeezes the whole image into `image_size` without
            keeping its proportions. Defaults to `"center"`.
        flip: bool. Whether to mirror half of the images, left to right. Defaults to False.
        shuffle: bool. Whether each epoch has an order of its own. Defaults to True.
        seed: int or None. Makes order, crops, flips and what layers in `augment` draw
            reproducible: those of epoch n depend on `seed + n` only, so a run that is taken up at
            epoch n passes `seed + n`. With None they differ from run to run, and layers go by their
            own seeds. Defaults to None.
        augment: Keras layer or callable, applied to each batch: float32 in [-1, 1] in and out. A
            layer is called with `training=True`, and belongs to one data set. A callable that is
            no layer must be a function of its input, to be reproducible. One that needs to know the
            range of the values is told it when it is made:
            `RandomBrightness(0.2, value_range=(-1, 1))`. On the TensorFlow backend it runs inside
            `tf.data`. Defaults to None.
        recursive: bool. Whether to read folders within the folder too. Defaults to False.
        drop_remainder: bool or None. Whether to leave out a last batch that is not full. None
            leaves it out where images are shuffled and it holds one image, or less than an eighth
            of `batch_size`: so few spoil the moving statistics of batch normalisation, and the
            next epoch leaves out others. Defaults to None.
        on_error: `"raise"` or `"skip"`, what to do about files that cannot be read. `"raise"`: an
            error names the file when its turn comes, empty files at once. `"skip"`: every file is
            read once now, and those that cannot be are left out of all epochs, with one warning
            that names them and the reasons. Defaults to `"raise"`.
        value_range: pair of numbers or None. The values of black and white in all files, beyond
            which they are cut off: `(0, 4095)` for 12 bits in files of 16, `(-1000, 3000)` for
            floating-point or 32-bit TIFF of such values. None takes what the type of each file
            promises: 0 to 255, 0 to 65535, in floating point 0 to 1. Files whose values lie beyond
            that, or whose type promises nothing, are then refused with the values found. Defaults
            to None.

    Returns:
        On the TensorFlow backend, a `tf.data.Dataset` of tensors `(batch, height, width,
        channels)`, float32 in [-1, 1]. On the others, a `keras.utils.PyDataset` whose elements
        are tuples with one such array.

    Raises:
        FileNotFoundError: If there is no such folder, or a file of a list does not exist.
        ValueError: If it holds no image of an accepted type, or none that can be read, or an
            argument is wrong. A file that cannot be used raises one that names it when its turn
            comes; outside of `fit`, tf.data makes a `tf.errors.InvalidArgumentError` of it.

    Example:

    ```python
    images = kerasgan.data.image_folder("flowers", image_size=64, batch_size=64, flip=True, seed=0)
    gan.fit(images, epochs=10)
    ```
    """
    source = FolderSource(path, image_size, channels, crop, flip, recursive, on_error, value_range)
    return batches(EpochPlan([source], batch_size, shuffle, seed, augment, drop_remainder))
