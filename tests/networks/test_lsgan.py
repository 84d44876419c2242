import keras
import numpy as np
import pytest

from kerasgan.networks import lsgan_generator


def test_the_authors_layers():
    convolutions = (keras.layers.Conv2D, keras.layers.Conv2DTranspose)
    layers = [x for x in lsgan_generator(latent_dim=8).layers if isinstance(x, convolutions)]
    assert [x.filters for x in layers] == [256, 256, 256, 256, 128, 64, 3]
    assert [x.strides[0] for x in layers] == [2, 1, 2, 1, 2, 2, 1]
    assert {x.kernel_size for x in layers} == {(3, 3)} and all(x.use_bias for x in layers)


@pytest.mark.parametrize("shape", [(16, 16, 1), (28, 28, 3), (64, 64, 2)])
def test_shapes_and_range(shape):
    generator = lsgan_generator(shape, latent_dim=3, base_filters=2)
    images = keras.ops.convert_to_numpy(generator(np.ones((2, 3), "float32")))
    assert images.shape == (2, *shape) and images.dtype == "float32"
    assert np.abs(images).max() <= 1.0


def test_a_size_that_cannot_be_reached():
    with pytest.raises(ValueError, match=r"Received: image_shape=\(30, 30, 1\)"):
        lsgan_generator((30, 30, 1))
