"""The auxiliary classifier GAN."""

from __future__ import annotations

from typing import Any

import numpy as np
from keras import ops

from kerasgan.engine import Recipe
from kerasgan.export import kerasgan_export
from kerasgan.games import GenerativeModel
from kerasgan.games.generative_passes import GenerativePasses
from kerasgan.networks import acgan_discriminator, acgan_generator
from kerasgan.samples.in_batches import of_samples
from kerasgan.samples.shapes import check_image_shape
from kerasgan.types import Tensor, Terms


@kerasgan_export
class AuxiliaryClassifierGAN(GenerativeModel):
    """ACGAN: samples by class, from a discriminator that has to tell the classes.

    The generator is told the class. The discriminator is not: it says beside its score which class
    it sees, and both players want it to be right, on real and on generated images. Images become
    clearly of their class, at some cost in variety; and the discriminator is a classifier,
    `classify`.

    The networks are the paper's for CIFAR-10. The recipe: the non-saturating loss, Adam with a
    learning rate of 2e-4 and β₁ of 0.5, batches of 100. The noise that the paper adds to
    activations is left out; of the sizes in its appendix, which gives several for some, the
    authors' code was not there to compare with.

    Args:
        num_classes: Int, the number of classes; labels are 0 to `num_classes - 1`. Defaults to
            `10`.
        image_shape: Tuple `(size, size, channels)`. The size is 4, 5, 6 or 7 times a power of two,
            from 16 up. Defaults to `(32, 32, 3)`.
        latent_dim: Int, the number of latent variables. Defaults to `100`.
        generator_filters: Int, filters of the generator at half the image's size. Defaults to `96`.
        discriminator_filters: Int, filters of the discriminator's first layer. Defaults to `16`.
        classification_weight: Float, the weight of the classification in both players' losses.
            Defaults to `1.0`.
        latent_distribution: `"normal"`, N(0, 1), or `"uniform"`, U[-1, 1]. Defaults to `"normal"`.
        seed: Int or `None`, the seed of the draws in training. Defaults to `None`.
        name: String. Defaults to `None`.
        dtype: The dtype policy of the networks, such as `"mixed_bfloat16"`. Defaults to the global
            policy.

    Raises:
        ValueError: If the size is none that strided convolutions reach.

    Example:

    ```python
    images, labels = kerasgan.data.load_digits(image_size=16, return_labels=True)
    gan = kerasgan.models.AuxiliaryClassifierGAN(10, (16, 16, 1), generator_filters=32)
    gan.compile()
    gan.fit(images, labels, batch_size=100, epochs=50)
    gan.generate(16, labels=7, seed=0)  # (16, 16, 16, 1), sevens
    gan.classify(images[:5])  # (5, 10), probabilities
    ```

    Reference: [Odena et al., 2017](https://arxiv.org/abs/1610.09585).
    """

    told = ("classes",)
    auxiliary = dict.fromkeys(("discriminator", "generator"), ("classification",))

    def __init__(
        self,
        num_classes: int = 10,
        image_shape: tuple[int, int, int] = (32, 32, 3),
        latent_dim: int = 100,
        generator_filters: int = 96,
        discriminator_filters: int = 16,
        classification_weight: float = 1.0,
        latent_distribution: str = "normal",
        seed: int | None = None,
        name: str | None = None,
        dtype: Any = None,
    ) -> None:
        super().__init__(latent_dim, latent_distribution, seed, name, dtype, num_classes)
        self.image_shape = check_image_shape(image_shape)
        self.generator_filters = generator_filters
        self.discriminator_filters = discriminator_filters
        self.classification_weight = classification_weight
        with self.network_scope():
            self.generator = acgan_generator(
                image_shape, num_classes, latent_dim, generator_filters
            )
            self.discriminator = acgan_discriminator(
                image_shape, num_classes, discriminator_filters
            )

    def recipe(self) -> Recipe:
        """The paper's."""
        return Recipe.with_adam(2e-4, beta_1=0.5, loss="non_saturating")

    def auxiliary_terms(self, player: str, passes: GenerativePasses) -> Terms:
        """How badly the classes are told: by the discriminator of all, by the generator of its own.

        Means of cross-entropies, in nats.
        """
        own = [passes.fake_judgement]
        looked_at = own if player == "generator" else passes.judgement
        entropies = [
            self._cross_entropy(judgement.told["classes"], passes.condition)
            for judgement in looked_at
        ]
        return {"classification": sum(entropies[1:], entropies[0])}

    def _cross_entropy(self, logits: Tensor, labels: Tensor) -> Tensor:
        losses = ops.sparse_categorical_crossentropy(labels, logits, from_logits=True)
        return self.classification_weight * ops.mean(losses)

    def classify(self, images: Any, batch_size: int = 64) -> np.ndarray:
        """The discriminator's probabilities of the classes.

        Args:
            images: Array `(n, *image_shape)` in [-1, 1].
            batch_size: Int, images looked at at a time. Defaults to `64`.

        Returns:
            A float32 array `(n, num_classes)`.
        """
        judge = self.discriminator.predict_on_batch
        logits = of_samples(lambda part: judge(part)[1], images, self.image_shape, batch_size)
        return ops.convert_to_numpy(ops.softmax(logits))
