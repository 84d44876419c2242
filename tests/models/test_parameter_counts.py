"""Parameters of the default variants: those of the papers' own code."""

import keras
import numpy as np
import pytest

from kerasgan import models


def trainable(network):
    return sum(int(np.prod(weight.shape)) for weight in network.trainable_weights)


# The authors' code, layer by layer, is added up in tests/networks.
@pytest.mark.parametrize(
    ("model", "generator", "discriminator"),
    [
        (models.VanillaGAN, 2_503_984, 1_231_441),  # github.com/goodfeli/adversarial
        (models.DCGAN, 18_885_760, 17_232_768),  # github.com/Newmu/dcgan_code
        (models.LSGAN, 15_591_427, 4_333_441),  # github.com/xudonmao/LSGAN
        (models.WGAN, 3_576_704, 2_765_568),  # github.com/martinarjovsky/WassersteinGAN
        (models.WGANGP, 5_179_907, 4_114_689),  # github.com/igul222/improved_wgan_training
    ],
)
def test_samplers(model, generator, discriminator):
    gan = model()
    assert trainable(gan.generator) == generator
    assert trainable(gan.discriminator) == discriminator
    # Nothing but the statistics of batch normalisation is there beside.
    assert gan.discriminator.count_params() - discriminator == sum(
        2 * layer.gamma.shape[0]
        for layer in gan.discriminator.layers
        if isinstance(layer, keras.layers.BatchNormalization)
    )


@pytest.fixture(scope="module")
def cycle_gan():
    return models.CycleGAN(pool_size=0)


@pytest.mark.parametrize("name", ["x_to_y", "y_to_x"])
def test_cycle_gan_translators(cycle_gan, name):
    # github.com/junyanz/pytorch-CycleGAN-and-pix2pix prints 11.378 M and 2.765 M.
    network = getattr(cycle_gan, name)
    assert trainable(network) == network.count_params() == 11_378_179


@pytest.mark.parametrize("name", ["discriminator_x", "discriminator_y"])
def test_cycle_gan_discriminators(cycle_gan, name):
    network = getattr(cycle_gan, name)
    assert trainable(network) == network.count_params() == 2_764_737


@pytest.mark.parametrize(
    ("shape", "arguments", "blocks"),
    [
        ((256, 256, 3), {}, 9),
        ((252, 256, 3), {}, 6),
        ((128, 128, 3), {}, 6),
        ((256, 256, 3), {"residual_blocks": 2}, 2),
    ],
)
def test_cycle_gan_residual_blocks(shape, arguments, blocks):
    gan = models.CycleGAN(shape, base_filters=1, pool_size=0, **arguments)
    adds = [x for x in gan.y_to_x.layers if isinstance(x, keras.layers.Add)]
    assert len(adds) == blocks
