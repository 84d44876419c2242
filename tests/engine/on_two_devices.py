"""Trains on two virtual CPUs and prints what came of it, as JSON: `on_two_devices.py`.

A process of its own, since the devices must be made before the backend starts.
"""

import contextlib
import json
import os
import sys
import tempfile

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ["XLA_FLAGS"] = "--xla_force_host_platform_device_count=2"

# ruff: noqa: E402  The flag comes first.
import keras
import numpy as np

import kerasgan
from kerasgan.penalties import R1
from tests.engine.replica_games import POINTS, Remembered, Resting, difference, make, run, state

# The half-life grows from step to step, up to 8 samples.
BY_SAMPLES = kerasgan.Average(half_life=8, ramp=0.5)
ADAM = keras.optimizers.Adam
# In one eager step there is nothing to trace, which takes longer than the step.
FAST = {"run_eagerly": keras.backend.backend() == "tensorflow"}


def message(fn):
    """The error of a call."""
    try:
        fn()
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    return "no error"


def clipped(rate):
    return ADAM(rate, clipnorm=0.01)


def accumulating(rate):
    return ADAM(rate, gradient_accumulation_steps=2)


def synchronized():
    return [keras.layers.BatchNormalization(synchronized=True)]


def steady():
    """A network with statistics, the same each time."""
    dense = keras.layers.Dense(6, kernel_initializer=keras.initializers.GlorotUniform(seed=0))
    return keras.Sequential([keras.Input((6,)), dense, keras.layers.BatchNormalization()])


def helper(scope):
    """A frozen network as a layer, made where its model is made."""
    with scope:
        return [kerasgan.layers.Frozen(steady)]


def regularized():
    initial = keras.initializers.GlorotUniform(seed=0)
    dense = keras.layers.Dense(5, kernel_initializer=initial, kernel_regularizer="l2")
    return [keras.layers.ActivityRegularization(l1=0.1), dense]


def on_tensorflow():
    import tensorflow as tf

    cpu = tf.config.list_physical_devices("CPU")[0]
    tf.config.set_logical_device_configuration(cpu, [tf.config.LogicalDeviceConfiguration()] * 2)
    # One for all: TensorFlow remembers the shapes that an earlier one has added up.
    strategy = tf.distribute.MirroredStrategy(
        [device.name for device in tf.config.list_logical_devices("CPU")]
    )
    scope = strategy.scope

    def both(data=POINTS, **kwargs):
        arguments = {**FAST, **kwargs}
        return difference(run(None, data, **arguments), run(scope(), data, **arguments))

    everything = {
        "optimizer": clipped,
        "penalties": [R1(1.0, every=2)],
        "generator_ema": 0.9,
        "update": "simultaneous",
    }
    results = {
        # Parts of 3 and 2, and in the end of 1 and 0.
        "a graph, and uneven batches": both(POINTS[:11], batch_size=5, run_eagerly=False),
        "clipping, R1, moving average": both(POINTS[:9], **everything),
        "a player that rests": both(POINTS[:11], batch_size=5, model=Resting, optimizer=ADAM),
        "a penalty with a state": both(penalties=[Remembered()]),
        "a lazy penalty with a state": both(penalties=[Remembered(every=2)], run_eagerly=False),
    }
    results["an average by samples"] = difference(
        *(
            run(s, POINTS[:11], batch_size=5, generator_ema=BY_SAMPLES, epochs=1, **FAST)
            for s in (None, scope())
        )
    )
    results["losses of layers"] = difference(
        *(
            run(s, POINTS[:11], batch_size=5, normalization=regularized(), epochs=1, **FAST)
            for s in (None, scope())
        )
    )
    helped = [
        run(place(), normalization=helper(place()), epochs=1, **FAST)
        for place in (contextlib.nullcontext, scope)
    ]
    held = helped[1][0].generator.layers[1].weights
    results["a frozen network"] = [difference(*helped), [len(v.value.values) for v in held]]
    norms = [run(s, normalization=synchronized(), epochs=1, **FAST) for s in (None, scope())]
    results["synchronized batch normalization"] = difference(*norms)

    # Two moves of the discriminator: each takes the halves of both replicas' parts.
    order = [0, 1, 4, 5, 2, 3, 6, 7]
    moved = run(scope(), POINTS[:8], discriminator_steps=2, epochs=1, **FAST)
    alone = run(None, POINTS[:8][order], discriminator_steps=2, epochs=1, **FAST)
    results["two discriminator steps"] = difference(moved, alone)

    results.update(statistics(strategy))
    results.update(draws(strategy))
    results.update(pools(strategy, tf))
    results.update(saving(strategy))
    results.update(errors(strategy))
    return results


def statistics(strategy):
    """Without `synchronized` each replica has its own statistics, but one moving average."""
    gan, _ = run(
        strategy.scope(),
        normalization=[keras.layers.BatchNormalization()],
        generator_ema=0.5,
        epochs=1,
        **FAST,
    )
    means = [v for v in gan.variables if v.name in ("moving_mean", "moving_variance")]
    parts = [[np.asarray(part) for part in v.value.values] for v in means]
    return {"moving statistics": [len(parts), max(float(np.abs(a - b).max()) for a, b in parts)]}


def draws(strategy):
    with strategy.scope():
        gan = make(kerasgan.models.GAN, **FAST)
    alone = make(kerasgan.models.GAN, **FAST)

    def draw(model):
        return model.sample_latents(2, model.random(True))

    own = strategy.experimental_local_results(strategy.run(lambda: draw(gan)))
    samples = gan.generate(5, seed=0)
    return {
        "latents": [np.asarray(value).tolist() for value in (*own, draw(alone))],
        "samples": [list(samples.shape), float(np.abs(samples - alone.generate(5, seed=0)).max())],
    }


def pools(strategy, tf):
    """An image pool under a strategy against one alone, on uneven parts."""
    from kerasgan.ops.replicas import tensorflow as replicas

    arguments = {"size": 4, "image_shape": (1, 1, 1), "seed": 0}
    with strategy.scope():
        pool = kerasgan.layers.ImagePool(**arguments)
        pool.build()
    alone = kerasgan.layers.ImagePool(**arguments)

    def shown(part):
        with replicas.step_on(part) as images:
            return pool(images)

    equal = True
    for step, sizes in enumerate([(2, 2), (2, 1), (1, 0), (2, 2), (2, 2)]):
        images = np.arange(sum(sizes), dtype="float32").reshape(-1, 1, 1, 1) + 10.0 * step
        parts = np.split(images, [sizes[0]])
        values = strategy.experimental_distribute_values_from_function(
            lambda context, parts=parts: tf.constant(parts[context.replica_id_in_sync_group])
        )
        got = strategy.experimental_local_results(strategy.run(shown, args=(values,)))
        got = np.concatenate([np.asarray(g)[:size] for g, size in zip(got, sizes, strict=True)])
        equal = equal and np.array_equal(got, np.asarray(alone(images)))
    copies = [np.asarray(part) for part in pool.images.value.values]
    return {"pool": [equal, all(np.array_equal(copy, alone.images.numpy()) for copy in copies)]}


def saving(strategy):
    """A file made under a strategy, loaded alone and there; and an interrupted training."""

    class Stop(keras.callbacks.Callback):
        def on_epoch_begin(self, epoch, logs=None):
            self.epoch = epoch

        def on_train_batch_end(self, batch, logs=None):
            if (self.epoch, batch) == (1, 0):
                raise KeyboardInterrupt

    def data():
        # The labels, which a `GAN` does not use, are the same points.
        return kerasgan.data.unpaired_arrays(IMAGES, IMAGES, batch_size=4, seed=0)

    def fit(callbacks):
        with strategy.scope():
            gan = make(kerasgan.models.GAN, shape=IMAGES.shape[1:], **FAST)
        gan.fit(data(), epochs=2, verbose=0, callbacks=callbacks)
        return gan

    with tempfile.TemporaryDirectory() as folder:
        whole = fit([])
        whole.save(f"{folder}/whole.keras")
        loaded = keras.saving.load_model(f"{folder}/whole.keras")

        def checkpoint():
            return kerasgan.callbacks.Checkpoint(f"{folder}/checkpoints", every=1, unit="step")

        with contextlib.suppress(KeyboardInterrupt):
            fit([checkpoint(), Stop()])
        resumed = fit([checkpoint()])
    pairs = {"loaded alone": (whole, loaded), "resumed": (whole, resumed)}
    return {
        name: all(np.array_equal(a, b) for a, b in zip(state(left), state(right), strict=True))
        for name, (left, right) in pairs.items()
    }


IMAGES = np.random.default_rng(1).uniform(-1, 1, (7, 2, 2, 1)).astype("float32")


def errors(strategy):
    def scoped(**kwargs):
        with strategy.scope():
            return make(**kwargs)

    def fit_inside():
        gan = make(**FAST)
        with strategy.scope():
            gan.fit(POINTS, verbose=0)

    def distribution():
        with keras.distribution.DataParallel(devices=["cpu:0", "cpu:1"]).scope():
            make().fit(POINTS, verbose=0)

    return {
        "steps_per_execution": message(lambda: scoped(steps_per_execution=2)),
        "jit_compile": message(lambda: scoped(jit_compile=True)),
        "accumulation": message(lambda: scoped(optimizer=accumulating)),
        "compiled outside": message(lambda: scoped().compile()),
        "made outside": message(fit_inside),
        "keras.distribution": message(distribution),
        "auto": scoped().jit_compile,
    }


def on_jax():
    import jax

    distribution = keras.distribution.DataParallel(devices=jax.devices("cpu"))

    def both(model, data, **kwargs):
        with distribution.scope():
            two = run(None, data, model=model, **kwargs)
        return difference(run(None, data, model=model, **kwargs), two)

    def fit(data, **kwargs):
        with distribution.scope():
            make().fit(data, verbose=0, **kwargs)

    def batches():
        yield (POINTS[:4],)
        yield (POINTS[:3],)

    normalized = [keras.layers.BatchNormalization() for _ in range(2)]
    arguments = {"optimizer": ADAM, "generator_ema": 0.9, "penalties": [R1(1.0)]}
    return {
        # The latents are drawn: there is one step for both devices, and one stream.
        "a GAN": both(kerasgan.models.GAN, POINTS[:14], **arguments),
        "an average by samples": both(
            kerasgan.models.GAN, POINTS[:14], **{**arguments, "generator_ema": BY_SAMPLES}
        ),
        "batch normalization": difference(
            run(None, normalization=normalized[:1]),
            in_scope(distribution, normalized[1:]),
        ),
        "an odd batch": message(lambda: fit(POINTS[:5])),
        "an odd last batch": message(lambda: fit(POINTS[:13], batch_size=4)),
        "an odd batch beside a split": message(lambda: fit(POINTS[:10], validation_split=0.5)),
        "an odd batch of a generator": message(lambda: fit(batches(), steps_per_epoch=2)),
    }


def in_scope(distribution, normalization):
    with distribution.scope():
        return run(None, normalization=normalization)


if __name__ == "__main__":
    found = on_tensorflow() if keras.backend.backend() == "tensorflow" else on_jax()
    print("\n" + json.dumps(found), file=sys.stdout)
