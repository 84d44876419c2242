"""InfoGAN."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import keras
import numpy as np
from keras import ops

from kerasgan.engine import Recipe
from kerasgan.export import kerasgan_export
from kerasgan.games import GenerativeModel
from kerasgan.games.generative_passes import GenerativePasses
from kerasgan.networks import infogan_discriminator, infogan_generator
from kerasgan.samples.class_labels import labels_for
from kerasgan.samples.in_batches import of_samples
from kerasgan.samples.shapes import check_image_shape, check_positive_ints
from kerasgan.types import Tensor, Terms


@kerasgan_export
class InfoGAN(GenerativeModel):
    """InfoGAN: finds classes and other factors of the data by itself, without labels.

    A part of each latent vector is a code: one-hot vectors, and numbers in [-1, 1]. A recognition
    network, which shares all but its last layers with the discriminator, must tell the code from
    the generated image, and the generator helps it: so the code comes to mean something that can be
    seen. Both maximise a lower bound of the mutual information of code and image.

    The networks are the authors' for MNIST, with a tanh for images in [-1, 1] at the end of the
    generator where theirs has a sigmoid. The recipe is theirs: the non-saturating loss, Adam with
    β₁ of 0.5 and learning rates of 2e-4 for the discriminator and 1e-3 for the generator, batches
    of 128.

    Latents are `noise_dim` numbers of U[-1, 1], then the one-hot vectors, then `continuous_codes`
    numbers of U[-1, 1], of which the recognition network gives the means of normal distributions
    with a standard deviation of 1.

    Args:
        image_shape: Tuple `(height, width, channels)`, both sides divisible by 4. Defaults to
            `(28, 28, 1)`.
        noise_dim: Int, latent variables that are no code. Defaults to `62`.
        categorical_codes: Tuple of ints, the number of classes of each one-hot code. Defaults to
            `(10,)`.
        continuous_codes: Int, the number of codes in [-1, 1]. Defaults to `2`.
        information_weight: Float, λ of the paper. Defaults to `1.0`.
        base_filters: Int, filters of both networks at half the image's size. Defaults to `64`.
        hidden_units: Int, units of the first dense layer of the generator, and of the shared one of
            the discriminator. Defaults to `1024`.
        seed: Int or `None`, the seed of the draws in training. Defaults to `None`.
        name: String. Defaults to `None`.
        dtype: The dtype policy of the networks, such as `"mixed_bfloat16"`. Defaults to the global
            policy.

    Raises:
        ValueError: If a side is not divisible by 4, or there is no code.

    Example:

    ```python
    gan = kerasgan.models.InfoGAN(image_shape=(8, 8, 1), base_filters=32, hidden_units=256)
    gan.compile()
    gan.fit(kerasgan.data.load_digits(), batch_size=128, epochs=50)
    latents = gan.latents_with(10, seed=0, categories=np.arange(10))
    gan.generator.predict(latents)  # (10, 8, 8, 1), one of each class that was found
    classes, numbers = gan.recognize(images)  # [(n, 10)], (n, 2)
    ```

    Reference: [Chen et al., 2016](https://arxiv.org/abs/1606.03657).
    """

    told = ("codes",)
    auxiliary = dict.fromkeys(("discriminator", "generator"), ("information",))

    def __init__(
        self,
        image_shape: tuple[int, int, int] = (28, 28, 1),
        noise_dim: int = 62,
        categorical_codes: Sequence[int] = (10,),
        continuous_codes: int = 2,
        information_weight: float = 1.0,
        base_filters: int = 64,
        hidden_units: int = 1024,
        seed: int | None = None,
        name: str | None = None,
        dtype: Any = None,
    ) -> None:
        check_positive_ints(noise_dim=noise_dim)
        codes = [("categorical", size) for size in categorical_codes]
        codes += [("uniform", continuous_codes)] if continuous_codes else []
        if not codes:
            raise ValueError(
                "InfoGAN needs a code: pass `categorical_codes` or `continuous_codes`. Received: "
                f"categorical_codes={categorical_codes}, continuous_codes={continuous_codes}"
            )
        num_codes = sum(size for _, size in codes)
        parts = [("uniform", noise_dim), *codes]
        super().__init__(noise_dim + num_codes, parts, seed, name, dtype)
        self.image_shape = check_image_shape(image_shape)
        self.noise_dim = noise_dim
        self.categorical_codes = tuple(categorical_codes)
        self.continuous_codes = continuous_codes
        self.information_weight = information_weight
        self.base_filters = base_filters
        self.hidden_units = hidden_units
        with self.network_scope():
            self.generator = infogan_generator(
                image_shape, self.latent_dim, base_filters, hidden_units
            )
            self.discriminator = infogan_discriminator(
                image_shape, num_codes, base_filters, hidden_units
            )

    def recipe(self) -> Recipe:
        """The authors' code for MNIST."""
        return Recipe(
            loss="non_saturating",
            optimizers={
                "discriminator": keras.optimizers.Adam(2e-4, beta_1=0.5),
                "generator": keras.optimizers.Adam(1e-3, beta_1=0.5),
            },
        )

    def auxiliary_terms(self, player: str, passes: GenerativePasses) -> Terms:
        """The negative lower bound of the mutual information of codes and images, in nats."""
        fake = passes.fake_judgement if player == "generator" else passes.judgement[1]
        *told, means = self._split(fake.told["codes"])
        *codes, numbers = self._split(passes.latents[:, self.noise_dim :])
        terms = [ops.zeros(())]
        for logits, code, size in zip(told, codes, self.categorical_codes, strict=True):
            cross_entropy = -ops.sum(code * ops.log_softmax(logits), axis=-1)
            terms.append(ops.mean(cross_entropy) - math.log(size))
        if self.continuous_codes:
            squares = 0.5 * ops.square(numbers - means) + 0.5 * math.log(2 * math.pi)
            terms.append(ops.mean(ops.sum(squares - math.log(2.0), axis=-1)))
        return {"information": self.information_weight * sum(terms[1:], terms[0])}

    def _split(self, codes: Tensor) -> list[Tensor]:
        """The one-hot codes, or their logits, then the continuous ones."""
        return ops.split(codes, np.cumsum(self.categorical_codes, dtype=int).tolist(), axis=-1)

    def recognize(self, images: Any, batch_size: int = 64) -> tuple[list[np.ndarray], np.ndarray]:
        """Tells the codes of images, real or generated.

        Args:
            images: Array `(n, *image_shape)` in [-1, 1].
            batch_size: Int, images looked at at a time. Defaults to `64`.

        Returns:
            A list of the probabilities of each categorical code, float32 `(n, classes)`, and the
            means of the continuous codes, float32 `(n, continuous_codes)`.
        """
        judge = self.discriminator.predict_on_batch
        told = of_samples(lambda part: judge(part)[1], images, self.image_shape, batch_size)
        *logits, means = self._split(ops.convert_to_tensor(told))
        probabilities = [ops.convert_to_numpy(ops.softmax(part)) for part in logits]
        return probabilities, ops.convert_to_numpy(means)

    def latents_with(
        self,
        n: int,
        seed: int | None = None,
        categories: Any = None,
        continuous: Any = None,
    ) -> np.ndarray:
        """Draws latents with chosen codes.

        Args:
            n: Int, how many.
            seed: Int for the same noise each time, or `None`. Defaults to `None`.
            categories: The class of the first categorical code, an int or integers `(n,)`, or a
                list of such for several. Defaults to `None`: drawn.
            continuous: Numbers in [-1, 1] that can be broadcast to `(n, continuous_codes)`.
                Defaults to `None`: drawn.

        Returns:
            A float32 array `(n, latent_dim)`.
        """
        latents = ops.convert_to_numpy(self.sample_latents(n, seed)).copy()
        chosen = categories if isinstance(categories, list | tuple) else [categories]
        if len(chosen) > len(self.categorical_codes) and categories is not None:
            raise ValueError(
                f"There are {len(self.categorical_codes)} categorical codes, and a list has an "
                "entry for each. Pass an array for the classes of one code, one for each sample. "
                f"Received: categories of {len(chosen)} entries"
            )
        start = self.noise_dim
        for index, size in enumerate(self.categorical_codes):
            if index < len(chosen) and chosen[index] is not None:
                latents[:, start : start + size] = np.eye(size)[labels_for(n, chosen[index], size)]
            start += size
        if continuous is not None:
            latents[:, start:] = continuous
        return latents
