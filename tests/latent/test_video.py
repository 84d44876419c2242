"""Videos, read back by the library that encodes them."""

import keras
import numpy as np
import pytest

from kerasgan import latent

av = pytest.importorskip("av")
pytestmark = pytest.mark.skipif(
    keras.backend.backend() != "tensorflow", reason="NumPy only: the same on all"
)


def read(path):
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        frames = [frame.to_ndarray(format="rgb24") for frame in container.decode(video=0)]
        return stream, stream.codec_context, np.array(frames)


def test_a_video_has_all_frames_in_the_form_of_browsers(tmp_path):
    levels = np.linspace(-1, 1, 7, dtype="float32")
    frames = np.broadcast_to(levels[:, None, None, None], (7, 9, 8, 1))
    path = latent.save_video(tmp_path / "new" / "walk.mp4", frames, frames_per_second=5, scale=3)
    stream, context, found = read(path)
    assert (context.codec.name, context.pix_fmt) == ("h264", "yuv420p")
    assert stream.average_rate == 5
    assert found.shape == (7, 9 * 3 + 4 + 1, 8 * 3 + 4, 3)  # One row more: sizes are even.
    np.testing.assert_allclose(found[:, 15, 14, 0], (levels + 1) * 127.5, atol=4)
    assert (found[:, -1] > 240).all()
    assert [each.name for each in path.parent.iterdir()] == ["walk.mp4"]
    content = path.read_bytes()
    assert content.index(b"moov") < content.index(b"mdat")  # It plays while it loads.


def test_colours_and_a_walk(tmp_path):
    def generator(z):
        color = np.stack([z[:, 0], -z[:, 0], 0 * z[:, 0]], axis=1)
        return np.tile(color[:, None, None], (1, 8, 8, 1))

    function = latent.as_generator(generator, latent_dim=1, latent_distribution="uniform")
    frames = latent.walk(function, n_keys=2, steps=2, walks=2, plot=tmp_path / "walk.MP4")
    _, _, found = read(tmp_path / "walk.MP4")
    assert found.shape == (4, 68, 134, 3)
    middle = found[:, 33, [33, 99]].transpose(1, 0, 2)
    np.testing.assert_allclose(middle / 127.5 - 1.0, frames[:, :, 0, 0], atol=0.05)


def test_errors_say_what_to_do(tmp_path):
    frames = np.zeros((2, 8, 8, 1))
    with pytest.raises(ValueError, match=r"must end in \.mp4\. Received: path='.*walk\.avi'"):
        latent.save_video(tmp_path / "walk.avi", frames)
    with pytest.raises(ValueError, match="Received: frames_per_second=0"):
        latent.save_video(tmp_path / "walk.mp4", frames, frames_per_second=0)
    with pytest.raises(ValueError, match=r"needs frames.* Received: shape \(2, 8\)"):
        latent.save_video(tmp_path / "walk.mp4", frames[..., 0, 0])
    assert not list(tmp_path.iterdir())
