"""Which files are taken for images: by the ending of their names, where Pillow reads the type."""

from __future__ import annotations

from PIL import Image, features

COMMON = (".jpg", ".jpeg", ".png", ".webp", ".bmp", ".tif", ".tiff", ".gif")
NO_IMAGES_OF_A_SET = {
    # Pillow knows these when it sees them, and reads none without further programs.
    *("BUFR", "GRIB", "HDF5", "IPTC", "MPEG", "WMF"),
    # Programs for a printer, of which Pillow has Ghostscript run whatever they say.
    *("EPS", "PDF"),
    # Icons, brushes, films, and the files that an image was made in, which often lie beside it.
    *("CUR", "ICNS", "ICO", "GBR", "FLI", "PSD"),
    # Pillow takes numbers with a sign for numbers without.
    "FITS",
}

READ_AS_OTHERS = {"MPO"}  # Several JPEGs in one file.


def image_types() -> tuple[str, ...]:
    """Returns the endings of the files that this Pillow reads, such as `".jpg"`; common ones first.

    They include those that packages beside Pillow have registered, such as `".heic"` by
    `pillow_heif.register_heif_opener()`.
    """
    Image.preinit()  # First, so that files are tried as one of the common types first.
    Image.init()
    left_out = {*NO_IMAGES_OF_A_SET, *(() if features.check("jpg_2000") else ("JPEG2000",))}
    read = {
        ending
        for ending, kind in Image.registered_extensions().items()
        if (kind in Image.OPEN or kind in READ_AS_OTHERS) and kind not in left_out
    }
    return (*(ending for ending in COMMON if ending in read), *sorted(read - set(COMMON)))
