"""The peers' side, in an environment with PyTorch: `python peers.py dcgan` (or sngan, cyclegan).

torchgan and torch-mimicry import torchvision and metrics that training does not use; where they are
missing, empty modules stand in for them.
"""

import itertools
import sys
from unittest.mock import MagicMock

import torch
from turns import serve


def stand_in(*names: str) -> None:
    for name in names:
        try:
            __import__(name)
        except Exception:
            sys.modules[name] = MagicMock()


def adam(*networks: torch.nn.Module, betas=(0.5, 0.999)) -> torch.optim.Optimizer:
    weights = itertools.chain(*(network.parameters() for network in networks))
    return torch.optim.Adam(weights, lr=2e-4, betas=betas)


def facts(*networks: torch.nn.Module) -> dict:
    counts = [sum(p.numel() for p in network.parameters()) for network in networks]
    return {"parameters": counts, "versions": {"torch": torch.__version__}}


def images(count: int, size: int) -> torch.Tensor:
    return torch.rand(count, 3, size, size) * 2 - 1


def dcgan():
    """torchgan's networks, losses and their `train_ops`."""
    stand_in("torchvision", "visdom")
    from torchgan import losses, models

    generator = models.DCGANGenerator(100, out_size=64, step_channels=64)
    discriminator = models.DCGANDiscriminator(in_size=64, step_channels=64)
    g_loss = losses.MinimaxGeneratorLoss()
    d_loss = losses.MinimaxDiscriminatorLoss()
    g_adam, d_adam = adam(generator), adam(discriminator)

    def run(steps: int) -> None:
        for _ in range(steps):
            real = images(64, 64)
            d_loss.train_ops(generator, discriminator, d_adam, real, torch.device("cpu"))
            g_loss.train_ops(generator, discriminator, g_adam, torch.device("cpu"), 64)

    return run, facts(generator, discriminator)


def sngan():
    """mimicry's networks and their `train_step`, five steps of the discriminator to one."""
    stand_in("torchvision", "torchvision.utils", "torch_mimicry.metrics", "torch_mimicry.datasets")
    stand_in("torch_mimicry.training")
    from torch_mimicry.nets.sngan import SNGANDiscriminator32, SNGANGenerator32

    generator, discriminator = SNGANGenerator32(), SNGANDiscriminator32()
    g_adam, d_adam = (adam(n, betas=(0.0, 0.9)) for n in (generator, discriminator))
    log, device = MagicMock(), torch.device("cpu")

    def run(steps: int) -> None:
        for _ in range(steps):
            for _ in range(5):
                batch = (images(16, 32), None)
                kept = {"log_data": log, "device": device, "global_step": 0}
                discriminator.train_step(batch, netG=generator, optD=d_adam, **kept)
            generator.train_step(batch, netD=discriminator, optG=g_adam, **kept)

    return run, facts(generator, discriminator)


def cyclegan():
    """The authors' networks and history of images, and the losses of their paper in their order."""
    sys.path.insert(0, sys.argv[2])
    from models import networks
    from util.image_pool import ImagePool

    nine = (3, 3, 64, "resnet_9blocks", "instance", False)
    translators = [networks.define_G(*nine) for _ in range(2)]
    critics = [networks.define_D(3, 64, "basic", 3, "instance") for _ in range(2)]
    (to_b, to_a), (judge_a, judge_b) = translators, critics
    g_adam, d_adam, pools = adam(*translators), adam(*critics), [ImagePool(50), ImagePool(50)]
    gan_loss, l1 = networks.GANLoss("lsgan"), torch.nn.L1Loss()

    def run(steps: int) -> None:
        for _ in range(steps):
            a, b = images(1, 64), images(1, 64)
            for critic in critics:
                critic.requires_grad_(False)
            g_adam.zero_grad()
            fake_b, fake_a = to_b(a), to_a(b)
            loss = gan_loss(judge_b(fake_b), True) + gan_loss(judge_a(fake_a), True)
            loss = loss + 10.0 * (l1(to_a(fake_b), a) + l1(to_b(fake_a), b))
            loss = loss + 5.0 * (l1(to_b(b), b) + l1(to_a(a), a))
            loss.backward()
            g_adam.step()
            for critic in critics:
                critic.requires_grad_(True)
            d_adam.zero_grad()
            shown = zip((judge_a, judge_b), (a, b), (fake_a, fake_b), pools, strict=True)
            for judge, real, fake, pool in shown:
                old = pool.query(fake).detach()
                (0.5 * (gan_loss(judge(real), True) + gan_loss(judge(old), False))).backward()
            d_adam.step()

    return run, facts(*translators, *critics)


if __name__ == "__main__":
    serve({"dcgan": dcgan, "sngan": sngan, "cyclegan": cyclegan}[sys.argv[1]])
