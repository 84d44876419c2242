"""The CycleGAN authors' paintings and photographs, downloaded."""

from __future__ import annotations

import hashlib
import os
import stat
import tempfile
import threading
import urllib.request
import zipfile
from collections.abc import Iterator
from http.client import HTTPException
from pathlib import Path

import keras

from kerasgan.files import user_path

URL = "http://efrosgans.eecs.berkeley.edu/cyclegan/datasets/monet2photo.zip"
SHA256 = "88f91b00fc228f97c9411fbf1880ec1d119c98f1722e4cfcfaa2fb35fac05b04"
FOLDERS = ("trainA", "trainB", "testA", "testB")
# Seconds: for the first answer of the server, and for each further piece of the archive.
PROBE_TIMEOUT, READ_TIMEOUT = 4.0, 30.0
PIECE = 2**18
# The archive unpacks to 8,231 pictures of together 0.3 GB.
LARGEST_SIZE, MOST_MEMBERS = 2**30, 20_000


def monet2photo(directory: str | os.PathLike[str] | None = None) -> Path:
    """Downloads Monet's paintings and landscape photographs, the CycleGAN paper's example.

    1,193 paintings and 7,038 photographs, 256×256 pixels, in four folders: `trainA` and `testA`
    hold the paintings, `trainB` and `testB` the photographs. 291 MiB are downloaded, with a
    progress bar, and compared with the archive's known SHA-256. What is there already is used
    again.

    Args:
        directory: str, path or None. Where the folder `monet2photo` is, or is made. Defaults to
            None: `datasets` in Keras's home, `$KERAS_HOME` or `~/.keras`.

    Returns:
        `pathlib.Path` of the folder that holds the four.

    Raises:
        ConnectionError: If the server cannot be reached, after about 4 seconds. Two alternatives
            need no download: a folder of your own with this layout, and `painted_photographs`.
        ValueError: If the archive is not the known one, in whole.
        FileExistsError: If there is an incomplete folder of this name.

    Example:

    ```python
    folder = kerasgan.data.monet2photo()
    pairs = kerasgan.data.unpaired_folders(folder / "trainA", folder / "trainB", image_size=256)
    ```

    Reference: [Zhu et al., 2017](https://arxiv.org/abs/1703.10593).
    """
    return _fetch(directory, URL, SHA256)


def _fetch(directory: str | os.PathLike[str] | None, url: str, sha256: str) -> Path:
    parent = _keras_datasets() if directory is None else user_path(directory)
    folder = parent / "monet2photo"
    if all(_has_files(folder / name) for name in FOLDERS):
        return folder
    if folder.exists():
        raise FileExistsError(
            f"The folder exists, but not all of {', '.join(FOLDERS)} hold files. Complete it, "
            f"remove it, or choose another `directory`. Received: {str(folder)!r}"
        )
    _probe(url)
    parent.mkdir(parents=True, exist_ok=True)
    # The folder gets its name once it is complete; whatever goes wrong before leaves nothing.
    with tempfile.TemporaryDirectory(dir=parent, prefix=".monet2photo-") as workplace:
        archive = Path(workplace) / "archive.zip"
        _download(url, sha256, archive)
        _extract(archive, Path(workplace) / "content")
        (Path(workplace) / "content" / "monet2photo").rename(folder)
    return folder


def _keras_datasets() -> Path:
    return Path(os.environ.get("KERAS_HOME", "~/.keras")).expanduser() / "datasets"


def _has_files(folder: Path) -> bool:
    return folder.is_dir() and any(folder.iterdir())


def _probe(url: str) -> None:
    """Raises an error unless the server answers soon.

    In a thread of its own, since looking up a name may hang for minutes and takes no time limit.
    """
    errors: list[Exception] = []

    def ask() -> None:
        request = urllib.request.Request(url, method="HEAD")
        try:
            urllib.request.urlopen(request, timeout=PROBE_TIMEOUT).close()
        except Exception as error:  # Raised again in the caller's thread.
            errors.append(error)

    thread = threading.Thread(target=ask, daemon=True)
    thread.start()
    thread.join(PROBE_TIMEOUT)
    if thread.is_alive():
        raise _unreachable(url, f"no answer within {PROBE_TIMEOUT:.0f} seconds")
    if errors:
        raise _unreachable(url, errors[0]) from errors[0]


def _download(url: str, sha256: str, path: Path) -> None:
    digest = hashlib.sha256()
    with open(path, "wb") as file:
        for piece in _pieces(url):
            digest.update(piece)
            file.write(piece)
    if digest.hexdigest() != sha256:
        raise ValueError(
            f"The archive was damaged on the way or has been changed; expected SHA-256 {sha256}. "
            "It has been removed; try again. "
            f"Received: {path.stat().st_size} bytes from {url} with SHA-256 {digest.hexdigest()}"
        )


def _pieces(url: str) -> Iterator[bytes]:
    """Yields the bytes of an address, and shows a progress bar."""
    print(f"Downloading {url}")
    try:
        with urllib.request.urlopen(url, timeout=READ_TIMEOUT) as response:
            size = response.headers["Content-Length"]
            progress = keras.utils.Progbar(
                -(-int(size) // 2**20) if size else None, unit_name="MiB"
            )
            count = 0
            while piece := response.read(PIECE):
                count += len(piece)
                progress.update(-(-count // 2**20))
                yield piece
    except (OSError, HTTPException) as error:
        raise _unreachable(url, error) from error


def _extract(archive: Path, folder: Path) -> None:
    """Unpacks an archive of the expected layout and refuses any other."""
    with zipfile.ZipFile(archive) as content:
        members = content.infolist()
        size = sum(member.file_size for member in members)
        odd = [m.filename for m in members if m.flag_bits & 1 or not _is_plain(m)]
        if odd or size > LARGEST_SIZE or len(members) > MOST_MEMBERS:
            raise ValueError(
                f"The archive must hold at most {MOST_MEMBERS} files and folders of together "
                f"{LARGEST_SIZE} bytes, none of them encrypted, a link or a device. It is not "
                f"unpacked. Received: {len(members)} members of {size} bytes, and {odd[:5]}"
            )
        _check_names([member.filename for member in members], folder)
        content.extractall(folder)


def _check_names(names: list[str], folder: Path) -> None:
    outside = [n for n in names if not (folder / n).resolve().is_relative_to(folder.resolve())]
    missing = [
        name
        for name in FOLDERS
        if not any(n.startswith(f"monet2photo/{name}/") and n[-1] != "/" for n in names)
    ]
    if outside or missing:
        raise ValueError(
            "The archive must hold `monet2photo/` with files in each of "
            f"{', '.join(FOLDERS)}, and nothing that leads out of it. Received: an archive "
            f"without {missing} and with the outside members {outside[:5]}"
        )


def _is_plain(member: zipfile.ZipInfo) -> bool:
    # Unix keeps a file's type in the upper bits; archives made elsewhere have none.
    kind = stat.S_IFMT(member.external_attr >> 16)
    return kind in (0, stat.S_IFREG, stat.S_IFDIR)


def _unreachable(url: str, reason: object) -> ConnectionError:
    return ConnectionError(
        "monet2photo could not be downloaded. Two alternatives need no network: give a folder of "
        "your own, holding trainA, trainB, testA and testB, to `unpaired_folders` (to the example, "
        "as `--data DIR`), or use the embedded `painted_photographs`. "
        f"Received: {url} ({reason})"
    )
