"""The shortest loops that one would write by hand, for `step_time.py` to measure against."""

from collections.abc import Callable, Iterable
from typing import Any

import keras
from keras import ops


def gan_losses(real: Any, z: Any, generate: Callable, discriminate: Callable) -> tuple[Any, Any]:
    fake = generate(z)
    real_scores, fake_scores = discriminate(real), discriminate(fake)
    d_loss = ops.mean(ops.softplus(-real_scores)) + ops.mean(ops.softplus(fake_scores))
    return d_loss, ops.mean(ops.softplus(-fake_scores))


def cycle_losses(x: Any, y: Any, g: Any, f: Any, dx: Any, dy: Any, pool: Any) -> tuple[Any, Any]:
    def squared(scores: Any, target: float) -> Any:
        return ops.mean(ops.square(scores - target))

    def distance(a: Any, b: Any) -> Any:
        return ops.mean(ops.abs(a - b))

    fake_y, fake_x = g(x), f(y)
    g_loss = squared(dy(fake_y), 1.0) + squared(dx(fake_x), 1.0)
    g_loss += 10.0 * (distance(f(fake_y), x) + distance(g(fake_x), y))
    g_loss += 5.0 * (distance(g(y), y) + distance(f(x), x))
    old_x, old_y = pool(fake_x, fake_y)
    d_loss = 0.5 * (squared(dx(x), 1.0) + squared(dx(old_x), 0.0))
    d_loss += 0.5 * (squared(dy(y), 1.0) + squared(dy(old_y), 0.0))
    return g_loss, d_loss


def make_epoch(model: Any, steps_per_execution: int) -> Callable[[Iterable[Any]], None]:
    """A function that runs an epoch over batches, moving the networks of `model`."""
    if keras.backend.backend() == "tensorflow":
        return tensorflow_epoch(model, steps_per_execution)
    if keras.backend.backend() == "jax":
        return jax_epoch(model)
    raise NotImplementedError("The hand-written loops are for TensorFlow and JAX.")


def tensorflow_epoch(model: Any, steps_per_execution: int) -> Callable[[Iterable[Any]], None]:
    import tensorflow as tf

    cycle = hasattr(model, "pool_x")

    def adam() -> Any:
        return keras.optimizers.Adam(2e-4, beta_1=0.5)

    g_optimizer, d_optimizer = adam(), adam()

    if cycle:
        g_variables = model.x_to_y.trainable_variables + model.y_to_x.trainable_variables
        d_variables = (
            model.discriminator_x.trainable_variables + model.discriminator_y.trainable_variables
        )

        def step(data: Any) -> Any:
            with tf.GradientTape(persistent=True) as tape:
                g_loss, d_loss = cycle_losses(
                    *data,
                    *(lambda images, n=n: n(images, training=True) for n in networks),
                    lambda a, b: (model.pool_x(a), model.pool_y(b)),
                )
            g_optimizer.apply(tape.gradient(g_loss, g_variables), g_variables)
            d_optimizer.apply(tape.gradient(d_loss, d_variables), d_variables)
            return g_loss, d_loss

        networks = [model.x_to_y, model.y_to_x, model.discriminator_x, model.discriminator_y]
    else:
        g_variables = model.generator.trainable_variables
        d_variables = model.discriminator.trainable_variables

        normal = model.latent_distribution == "normal"

        def draw(shape: Any) -> Any:
            return tf.random.normal(shape) if normal else tf.random.uniform(shape, -1.0, 1.0)

        def generate(z: Any) -> Any:
            return model.generator(z, training=True)

        def discriminate(images: Any) -> Any:
            return model.discriminator(images, training=True)

        def step(real: Any) -> Any:
            z = draw((tf.shape(real)[0], model.latent_dim))
            with tf.GradientTape() as tape:
                d_loss, _ = gan_losses(real, z, generate, discriminate)
            d_optimizer.apply(tape.gradient(d_loss, d_variables), d_variables)
            z = draw((tf.shape(real)[0], model.latent_dim))
            with tf.GradientTape() as tape:
                g_loss = tf.reduce_mean(tf.nn.softplus(-discriminate(generate(z))))
            g_optimizer.apply(tape.gradient(g_loss, g_variables), g_variables)
            return d_loss, g_loss

    g_optimizer.build(g_variables)
    d_optimizer.build(d_variables)

    @tf.function
    def steps(iterator: Any) -> Any:
        losses = step(next(iterator))
        for _ in tf.range(steps_per_execution - 1):
            losses = step(next(iterator))
        return losses

    def epoch(dataset: Any) -> None:
        iterator = iter(dataset)
        for _ in range(len(dataset) // steps_per_execution):
            losses = steps(iterator)
        float(losses[0])

    return epoch


def jax_epoch(model: Any) -> Callable[[Iterable[Any]], None]:
    import jax

    cycle = hasattr(model, "pool_x")
    if cycle:
        groups = ([model.x_to_y, model.y_to_x], [model.discriminator_x, model.discriminator_y])
    else:
        groups = ([model.generator], [model.discriminator])
    optimizers = [keras.optimizers.Adam(2e-4, beta_1=0.5) for _ in groups]
    for optimizer, networks in zip(optimizers, groups, strict=True):
        optimizer.build([v for n in networks for v in n.trainable_variables])

    def call(network: Any, weights: Any, inputs: Any) -> Any:
        return network.stateless_call(*weights, inputs, training=True)

    def gan_step(state: Any, real: Any) -> Any:
        (g, d), (g_own, d_own), key = state
        (generator,), (discriminator,) = groups
        key, first, second = jax.random.split(key, 3)
        shape = (real.shape[0], model.latent_dim)

        def draw(key: Any) -> Any:
            if model.latent_distribution == "normal":
                return jax.random.normal(key, shape)
            return jax.random.uniform(key, shape, minval=-1.0)

        def d_loss(trainable: Any) -> Any:
            fake, g_rest = call(generator, g, draw(first))
            real_scores, d_rest = call(discriminator, (trainable, d[1]), real)
            fake_scores, d_rest = call(discriminator, (trainable, d_rest), fake)
            loss = ops.mean(ops.softplus(-real_scores)) + ops.mean(ops.softplus(fake_scores))
            return loss, (g_rest, d_rest)

        (d_value, (g_rest, d_rest)), gradient = jax.value_and_grad(d_loss, has_aux=True)(d[0])
        d_new, d_own = optimizers[1].stateless_apply(d_own, gradient, d[0])

        def g_loss(trainable: Any) -> Any:
            fake, rest = call(generator, (trainable, g_rest), draw(second))
            scores, d_last = call(discriminator, (d_new, d_rest), fake)
            return ops.mean(ops.softplus(-scores)), (rest, d_last)

        (g_value, (g_rest, d_rest)), gradient = jax.value_and_grad(g_loss, has_aux=True)(g[0])
        g_new, g_own = optimizers[0].stateless_apply(g_own, gradient, g[0])
        return ((g_new, g_rest), (d_new, d_rest)), (g_own, d_own), key, (d_value, g_value)

    def cycle_step(state: Any, data: Any) -> Any:
        (gs, ds), (g_own, d_own), pools = state
        (g, f), (dx, dy) = groups
        counts = [len(network.trainable_variables) for network in (g, dx)]

        def networks(values: Any, pair: Any, count: int) -> Any:
            halves = (values[:count], values[count:])
            return [
                lambda images, n=n, w=w: n.stateless_call(w, [], images, training=True)[0]
                for n, w in zip(pair, halves, strict=True)
            ]

        def pool(fake_x: Any, fake_y: Any) -> Any:
            shown_x, new_x = model.pool_x.stateless_call([], pools[0], fake_x)
            shown_y, new_y = model.pool_y.stateless_call([], pools[1], fake_y)
            kept.append((new_x, new_y))
            return shown_x, shown_y

        kept: list[Any] = []

        def g_loss(values: Any) -> Any:
            losses = cycle_losses(
                *data,
                *networks(values, (g, f), counts[0]),
                *networks(ds, (dx, dy), counts[1]),
                pool,
            )
            return losses[0], kept.pop()

        def d_loss(values: Any) -> Any:
            losses = cycle_losses(
                *data,
                *networks(gs, (g, f), counts[0]),
                *networks(values, (dx, dy), counts[1]),
                pool,
            )
            kept.pop()
            return losses[1]

        (g_value, pools), gradient = jax.value_and_grad(g_loss, has_aux=True)(gs)
        d_value, d_gradient = jax.value_and_grad(d_loss)(ds)
        gs_new, g_own = optimizers[0].stateless_apply(g_own, gradient, gs)
        ds_new, d_own = optimizers[1].stateless_apply(d_own, d_gradient, ds)
        return (gs_new, ds_new), (g_own, d_own), pools, (g_value, d_value)

    def values(variables: Any) -> list[Any]:
        # Copies, since the step donates what it is given.
        return [jax.numpy.array(v.value) for v in variables]

    own = tuple(values(o.variables) for o in optimizers)
    if cycle:
        weights: Any = tuple(
            values([v for n in networks for v in n.trainable_variables]) for networks in groups
        )
        rest: Any = tuple(values(p.non_trainable_variables) for p in (model.pool_x, model.pool_y))
        step = jax.jit(cycle_step, donate_argnums=0)
    else:
        weights = tuple(
            (values(n.trainable_variables), values(n.non_trainable_variables)) for (n,) in groups
        )
        rest = jax.random.PRNGKey(0)
        step = jax.jit(gan_step, donate_argnums=0)
    state = [weights, own, rest]

    def epoch(data: Iterable[Any]) -> None:
        nonlocal state
        for batch in data:
            *state, losses = step(tuple(state), batch)
        float(losses[0])

    return epoch
