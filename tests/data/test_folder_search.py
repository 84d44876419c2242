"""Which files of a folder are read, which are not, and what is said of those."""

import os
import sys

import pytest
from PIL import Image, features

from kerasgan.data import image_folder, load_mnist, read_idx, unpaired_folders
from kerasgan.data.image_files import list_images
from kerasgan.data.image_types import COMMON, image_types
from tests.data.files import folder_of, plain, values

links = pytest.mark.skipif(sys.platform == "win32", reason="links need rights there")


def names(files, folder):
    return [str(file.relative_to(folder)) for file in files]


@links
def test_linked_folders_are_followed(tmp_path):
    data, pool = tmp_path / "data", tmp_path / "pool"
    folder_of(data / "own", [10])
    folder_of(pool / "cats", [20, 30])
    folder_of(pool / "dogs" / "small", [40])
    (data / "cats").symlink_to(pool / "cats")
    (data / "dogs").symlink_to("../pool/dogs")
    (data / "first.png").symlink_to(pool / "cats" / "000.png")
    with pytest.warns(UserWarning, match="1 links to what is read already"):
        dataset = image_folder(data, 4, recursive=True, shuffle=False)
    assert values(dataset) == [20, 30, 40, 10]
    (data / "first.png").unlink()
    (tmp_path / "link").symlink_to(data)
    assert values(image_folder(tmp_path / "link", 4, recursive=True)).count(10) == 1


@links
@pytest.mark.parametrize("target", [".", "..", "a", "../data/a", "loop"])
def test_loops_end_and_show_nothing_twice(target, tmp_path):
    data = tmp_path / "data"
    folder_of(data / "a", [10, 20])
    (data / "loop").symlink_to(target)
    (data / "a" / "back").symlink_to(data)
    with pytest.warns(UserWarning, match="links to (what is read already|nothing)"):
        files = list_images(data, recursive=True)
    assert names(files, data) == ["a/000.png", "a/001.png"]


@links
def test_linked_files_count_once(tmp_path):
    folder_of(tmp_path / "data", [10])
    folder_of(tmp_path / "pool", [20, 30])
    for name in ("b", "c"):
        (tmp_path / "data" / f"{name}.png").symlink_to("../pool/000.png")
    (tmp_path / "data" / "d.png").symlink_to("000.png")
    with pytest.warns(UserWarning, match="2 links to what is read already.*pass a list of files"):
        files = list_images(tmp_path / "data")
    assert names(files, tmp_path / "data") == ["000.png", "b.png"]
    twice = [tmp_path / "data" / "000.png"] * 2
    assert values(image_folder(twice, 4)) == [10, 10]


def test_what_is_left_out_is_counted(tmp_path):
    folder_of(tmp_path, [10, 20])
    for name in ("a.heic", "b.HEIC", "c.JPEG.bak", "d", "notes.txt", "Thumbs.db", ".hidden"):
        (tmp_path / name).write_bytes(b"something")
    folder_of(tmp_path / "more", [30])
    if sys.platform != "win32":
        (tmp_path / "gone.png").symlink_to("nowhere.png")
    with pytest.warns(UserWarning) as caught:
        dataset = image_folder(tmp_path, 4)
    (told,) = [str(w.message) for w in caught]
    parts = ["2 .heic files", "1 .bak files", "1 unnamed-type files", "1 folders with images"]
    assert all(
        part in told for part in [*parts, "recursive=True", "pillow_heif", "beside 2 images"]
    )
    assert "Thumbs" not in told and ".db" not in told and "hidden" not in told
    assert sys.platform == "win32" or "1 links to nothing" in told
    assert caught[0].filename == __file__ and len(dataset) == 1
    with pytest.warns(UserWarning, match="2 .heic"):
        assert sorted(values(image_folder(tmp_path, 4, recursive=True))) == [10, 20, 30]


def test_texts_beside_images_are_no_reason_for_a_word(tmp_path):
    folder_of(tmp_path, [10])
    for name in ("labels.csv", "README", "README.md", "data.JSON", "desktop.ini", "._0.png"):
        (tmp_path / name).write_text("words")
    (tmp_path / "logs").mkdir()
    (tmp_path / ".git" / "sub").mkdir(parents=True)
    assert len(list_images(tmp_path)) == len(list_images(tmp_path, recursive=True)) == 1


def test_what_pillow_reads_is_read(tmp_path):
    kinds = [".jfif", ".JPE", ".ppm", ".tga", ".qoi", ".mpo"]
    kinds += [".avif"] * features.check("avif") + [".jp2"] * features.check("jpg_2000")
    for kind in kinds:
        plain(100).save(tmp_path / f"image{kind}")
    found = values(image_folder(tmp_path, 4))
    assert len(found) == len(kinds) and all(abs(value - 100) <= 3 for value in found)


def test_what_is_no_image_of_a_set_is_not(tmp_path):
    known = image_types()
    assert known[: len(COMMON)] == COMMON
    assert not {".pdf", ".eps", ".ps", ".h5", ".mpg", ".ico", ".psd", ".wmf"} & set(known)
    folder_of(tmp_path, [10])
    plain(20).save(tmp_path / "print.pdf")
    plain(30).save(tmp_path / "favicon.ico")
    with pytest.warns(UserWarning, match="1 .ico files, 1 .pdf files|1 .pdf files, 1 .ico files"):
        assert values(image_folder(tmp_path, 4)) == [10]


def test_types_that_others_register_are_read(tmp_path, monkeypatch):
    """As `pillow_heif.register_heif_opener()` does."""
    monkeypatch.setattr(Image, "EXTENSION", {**Image.EXTENSION, ".heic": "PNG"})
    plain(10).save(tmp_path / "phone.heic", format="PNG")
    assert values(image_folder(tmp_path, 4)) == [10]


def test_a_list_of_files(tmp_path):
    folder = folder_of(tmp_path / "a", [10, 20, 30])
    files = sorted(folder.iterdir())
    assert values(image_folder(files[::-1], 4, shuffle=False)) == [30, 20, 10]
    assert values(image_folder(map(str, files[:2]), 4, shuffle=False)) == [10, 20]
    pairs = unpaired_folders([str(files[0])], tuple(files[1:]), 4, shuffle=False)
    assert values(pairs, 0) == [10, 10] and values(pairs, 1) == [20, 30]
    with pytest.raises(ValueError, match="The two domains are one folder"):
        unpaired_folders(folder, files, 4)


@pytest.mark.parametrize(
    "paths, error, match",
    [
        (lambda folder: [], ValueError, "list of image files is empty"),
        (lambda folder: [folder], ValueError, "For a folder pass its path alone"),
        (lambda folder: [folder / "no.png"], FileNotFoundError, "1 of 1: '.*no.png'"),
        (lambda folder: 3, TypeError, "a list of the paths of files. Received: 3"),
        (lambda folder: [3], TypeError, r"a list of the paths of files. Received: \[3\]"),
        (lambda folder: folder / "000.png", FileNotFoundError, "a file: pass a list of files"),
    ],
)
def test_wrong_lists(paths, error, match, tmp_path):
    with pytest.raises(error, match=match):
        image_folder(paths(folder_of(tmp_path, [10])), 4)


def test_another_current_folder_changes_nothing(tmp_path, monkeypatch):
    folder_of(tmp_path / "a", [10, 20])
    folder_of(tmp_path / "b", [110])
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path)
    made = [image_folder("a", 4), image_folder(["a/000.png", "a/001.png"], 4)]
    pairs = unpaired_folders("a", "./b", 4)
    monkeypatch.chdir(tmp_path / "elsewhere")
    assert [sorted(values(dataset)) for dataset in made] == [[10, 20], [10, 20]]
    assert sorted(values(pairs, 0)) == [10, 20] and values(pairs, 1) == [110, 110]


def test_home(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME" if os.name == "posix" else "USERPROFILE", str(tmp_path))
    folder_of(tmp_path / "a", [10])
    assert values(image_folder("~/a", 4)) == values(image_folder(["~/a/000.png"], 4)) == [10]
    folder_of(tmp_path / "b", [20])
    assert values(unpaired_folders("~/a", tmp_path / "b", 4), 0) == [10]
    for read in (lambda: load_mnist("~/mnist"), lambda: read_idx("~/idx")):
        with pytest.raises(FileNotFoundError, match=str(tmp_path)):
            read()


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may open everything")
def test_folders_that_may_not_be_opened_are_counted(tmp_path):
    folder_of(tmp_path, [10])
    closed = folder_of(tmp_path / "closed", [20])
    closed.chmod(0)
    with pytest.warns(UserWarning, match="1 folders that may not be opened"):
        assert values(image_folder(tmp_path, 4, recursive=True)) == [10]
    closed.chmod(0o700)
