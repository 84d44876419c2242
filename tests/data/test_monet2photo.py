"""The download, from a server that the test runs on this machine."""

import hashlib
import io
import stat
import threading
import time
import zipfile
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from kerasgan.data import monet2photo as public
from kerasgan.data.monet2photo import FOLDERS, _fetch

NAMES = [f"monet2photo/{folder}/1.jpg" for folder in FOLDERS]


def archive(names=NAMES) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as content:
        for name in names:
            content.writestr(name, b"a picture")
    return buffer.getvalue()


@pytest.fixture
def serve():
    servers = []

    def start(body: bytes) -> str:
        class Handler(BaseHTTPRequestHandler):
            def do_HEAD(self):
                self.send_response(200)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()

            def do_GET(self):
                self.do_HEAD()
                self.wfile.write(body)

            def log_message(self, *arguments):
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        servers.append(server)
        return f"http://127.0.0.1:{server.server_port}/monet2photo.zip"

    yield start
    for server in servers:
        server.shutdown()


def sha256(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()


def test_downloads_checks_and_unpacks_once(serve, tmp_path, capsys):
    body = archive()
    folder = _fetch(tmp_path, serve(body), sha256(body))
    assert all((folder / name / "1.jpg").read_bytes() == b"a picture" for name in FOLDERS)
    assert "Downloading http://127.0.0.1" in capsys.readouterr().out
    assert [entry.name for entry in tmp_path.iterdir()] == ["monet2photo"]
    assert _fetch(tmp_path, "http://127.0.0.1:9/gone.zip", sha256(body)) == folder


def test_a_wrong_hash_is_refused_and_nothing_stays(serve, tmp_path):
    with pytest.raises(ValueError, match="expected SHA-256 0000"):
        _fetch(tmp_path, serve(archive()), "0" * 64)
    assert list(tmp_path.iterdir()) == []


def test_members_that_lead_out_are_refused(serve, tmp_path):
    body = archive([*NAMES, "../escaped.txt"])
    with pytest.raises(ValueError, match="outside members.*escaped"):
        _fetch(tmp_path / "inside", serve(body), sha256(body))
    assert not (tmp_path / "escaped.txt").exists()
    assert list((tmp_path / "inside").iterdir()) == []


def test_absolute_members_are_refused(serve, tmp_path):
    body = archive([*NAMES, f"{tmp_path}/escaped.txt"])
    with pytest.raises(ValueError, match="outside members.*escaped"):
        _fetch(tmp_path / "inside", serve(body), sha256(body))
    assert [entry.name for entry in tmp_path.iterdir()] == ["inside"]


def test_links_are_refused(serve, tmp_path):
    link = zipfile.ZipInfo("monet2photo/trainA/link")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    body = archive([*NAMES, link])
    with pytest.raises(ValueError, match="a link or a device.*Received: .*trainA/link"):
        _fetch(tmp_path, serve(body), sha256(body))
    assert list(tmp_path.iterdir()) == []


def test_archives_of_absurd_size_are_refused(serve, tmp_path):
    body = archive([*NAMES, *(f"monet2photo/trainA/{i}" for i in range(20_000))])
    with pytest.raises(ValueError, match="at most 20000 files.*Received: 20004 members"):
        _fetch(tmp_path, serve(body), sha256(body))
    body = bytearray(archive())
    place = body.index(b"PK\x01\x02") + 24  # A picture's size, in the table of contents.
    body[place : place + 4] = (2**31).to_bytes(4, "little")
    with pytest.raises(ValueError, match="of together 1073741824 bytes.*Received: 4 members of 21"):
        _fetch(tmp_path, serve(bytes(body)), sha256(body))
    assert list(tmp_path.iterdir()) == []


def test_without_a_network_it_fails_soon_and_names_the_alternatives(tmp_path):
    start = time.monotonic()
    with pytest.raises(ConnectionError, match="unpaired_folders.*painted_photographs"):
        _fetch(tmp_path, "http://127.0.0.1:9/monet2photo.zip", "0" * 64)
    assert time.monotonic() - start < 30  # Not a speed, but that it does not hang.


def test_an_incomplete_folder_is_left_alone(tmp_path):
    (tmp_path / "monet2photo" / "trainA").mkdir(parents=True)
    with pytest.raises(FileExistsError, match="not all of trainA, trainB, testA, testB"):
        public(tmp_path)
