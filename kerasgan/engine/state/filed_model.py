"""What of a game goes into files, and comes out of them."""

from __future__ import annotations

import json
import math
import os
import warnings
import zipfile
from abc import abstractmethod
from collections.abc import Sequence
from typing import Any

import keras

from kerasgan.engine.game.average import Average
from kerasgan.engine.game.required import error_of
from kerasgan.engine.game.rules import STEPS, Rules
from kerasgan.engine.optimizers import player_optimizers
from kerasgan.engine.optimizers.moving_average import MovingAverage
from kerasgan.engine.state import configurations, frozen_layers, presets, savable
from kerasgan.engine.state.model_parts import parts_of
from kerasgan.engine.state.staged_model import StagedModel
from kerasgan.model_files import stored_text, unfiled, without_newer_keys
from kerasgan.penalties import Penalty
from kerasgan.samples import random_streams


class FiledModel(StagedModel):
    """Abstract: a game as Keras saves it, and what Keras leaves out of files.

    Keras saves networks and optimisers; random streams, the average's existence and frozen layers
    are ours. `AdversarialModel` is the game itself.
    """

    seed: int | None
    rules: Rules
    frozen_at_compile: Any  # What was frozen when `compile` made the optimizers' state.
    # How many arguments the constructor was given by place, and the names of the others.
    constructed_with: tuple[int, tuple[str, ...]]
    _execution: dict[str, Any]
    penalty_memories: Sequence[keras.layers.Layer] = ()

    def __new__(cls, *arguments: Any, **kwargs: Any) -> Any:
        """Notes what the constructor is given: its signature does not tell of `**kwargs`."""
        model = super().__new__(cls, *arguments, **kwargs)
        vars(model)["constructed_with"] = len(arguments), tuple(kwargs)
        return model

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        own = vars(cls).get("from_config")
        if isinstance(own, classmethod):
            cls.from_config = configurations.reads_files(own.__func__)  # type: ignore[method-assign]

    @property
    @abstractmethod
    def generators(self) -> dict[str, keras.Model]:
        """The networks that make images, by name."""
        raise error_of(type(self), "generators")

    def averaged(self) -> dict[str, keras.Model]:
        """The networks of which `generator_ema` keeps moving averages, by name."""
        # No property: in files Keras would store the networks under its name.
        return self.generators

    def histories(self) -> list[Any]:
        """Layers with a `shape` that keep what training has made, and that only training needs.

        `compile` builds them; they are no parameters.
        """
        return []

    def build_histories(self) -> None:
        """Gives the histories their memory."""
        for layer in self.histories():
            if not layer.built:
                layer.build(None)

    def count_params(self) -> int:
        """The numbers in the weights of the networks.

        What training keeps beside is not counted, nor are frozen networks that files leave out.
        """
        parts = [part for _, part in parts_of(self) if part not in self.histories()]
        weights = {id(weight): weight for part in parts for weight in part.weights}
        left_out = unfiled(self)
        return sum(math.prod(w.shape) for key, w in weights.items() if key not in left_out)

    # The moving average.

    def inference_network(self, name: str) -> keras.Model:
        """The generator to make images with: its moving average where there is one.

        Args:
            name: A key of `averaged`.
        """
        if name not in self.averaged():
            raise ValueError(
                f"{type(self).__name__} has the generators {sorted(self.averaged())}. "
                f"Received: name={name!r}"
            )
        networks = self.averaged() if self.average is None else self.average.networks
        return networks[name]

    def _set_average(self, given: float | Average) -> None:
        rule, networks = Average.of(given), self.averaged()
        if rule is None:
            self.average = None
        elif self.average is None or not self.average.follows(networks, self.all_stages):
            if self.average is not None:
                warnings.warn(
                    "The moving average was of other networks, or of other variables than they "
                    "have now: it begins anew, from their present weights. "
                    f"Received: generator_ema={given}",
                    stacklevel=3,  # The line that calls `compile`.
                )
            self.average = MovingAverage(networks, rule, stages=self.all_stages)
        else:
            self.average.rule = rule

    def _keep_memories(self, penalties: Sequence[Penalty]) -> None:
        """Holds the state of penalties, so that it is trained with and saved."""
        for layer in list(self.penalty_memories):
            self._tracker.untrack(layer)
        self.penalty_memories = [p.memory for p in penalties if p.memory is not None]

    # Files.

    def save(
        self,
        filepath: str | os.PathLike,
        overwrite: bool = True,
        zipped: bool | None = None,
        **kwargs: Any,
    ) -> None:
        """Saves the whole model, the state of its training included, as a `.keras` file.

        Args:
            filepath: Path that ends in `.keras`.
            overwrite, zipped, **kwargs: See `keras.Model.save`.

        Raises:
            ValueError: If the format, or what is to be saved, could not be loaded again.
        """
        savable.check_path(filepath, zipped)
        savable.check_quantized(self)
        super().save(filepath, overwrite=overwrite, zipped=zipped, **kwargs)

    def export(self, filepath: str | os.PathLike, *arguments: Any, **kwargs: Any) -> None:
        """Refuses: what is exported is a network of the game.

        Raises:
            ValueError: Always.
        """
        names = sorted(self.generators)
        raise ValueError(
            f"A {type(self).__name__} is a game of several networks, and one of them is exported: "
            + (
                "call `kerasgan.export_generator(model, path)`, which takes the moving average "
                f"where there is one; its generators are {names}. "
                if names
                else "it makes no samples; call `export` of the network that you need. "
            )
            + f"Received: filepath={str(filepath)!r}"
        )

    def get_build_config(self) -> dict[str, Any] | None:
        """What `keras.Model` says, of what can be built again; see `save`."""
        savable.check_quantized(self)
        return super().get_build_config()

    def save_own_variables(self, store: Any) -> None:
        """Saves the model's own weights and what Keras does not, to go on exactly when loaded."""
        super().save_own_variables(store)
        random_streams.save(self, store)
        if self.stage is not None:
            store["stage"] = self.stage
        if self.average is not None:
            store["average"] = stored_text.write(json.dumps(self.average.rule.get_config()))

    def load_own_variables(self, store: Any) -> None:
        """Loads what `save_own_variables` saved.

        Raises:
            ValueError: If it is of a model of another configuration.
        """
        self._load_own_weights(store)
        if "stage" in store.keys():
            self._enter(int(store["stage"][()]))
        if self.average is None:
            # Loaded without its compile configuration: the average still makes the samples.
            self._set_average(_stored_average(store))
        random_streams.load(self, store)

    def _load_own_weights(self, store: Any) -> None:
        own = [*self._trainable_variables, *self._non_trainable_variables]
        # Keras numbers them. Files of version 0.1 have none: they stay as they were made.
        saved = {key: store[key] for key in store.keys() if key.isdigit()}
        if saved and len(saved) != len(own):
            raise ValueError(
                f"{self.name} has {len(own)} weights of its own, made by `add_weight`, and the "
                f"file holds {len(saved)}: it was saved by another version of the class. Load it "
                "into a class that makes the weights of that version. Received: "
                f"{len(saved)} weights for {[variable.name for variable in own]}"
            )
        if saved:
            super().load_own_variables(saved)

    def save_to_preset(self, directory: str, training_state: bool = True) -> None:
        """Saves the model in three files: `config.json`, `metadata.json`, `model.weights.h5`.

        Args:
            directory: Folder to write.
            training_state: Bool, whether to save also how the model was compiled, the optimizers'
                state and histories of images, with which a loaded one goes on exactly. Without them
                the files are as large as the networks and their moving average. Defaults to `True`.
        """
        presets.save_preset(self, directory, training_state)

    @classmethod
    def from_preset(cls, directory: str) -> FiledModel:
        """Loads a model from the three files of `save_to_preset`."""
        return presets.load_preset(directory, FiledModel, cls)

    def freeze_as_saved(self, path: str | os.PathLike) -> None:
        """Freezes and thaws what was so changed during the training of a checkpoint; for callbacks.

        Args:
            path: A `.keras` file of an equal model.
        """
        with zipfile.ZipFile(path) as archive:
            frozen_layers.go_on(self, json.loads(archive.read("config.json")))

    def get_compile_config(self) -> dict[str, Any] | None:
        """What `compile` was given, for saving."""
        if not self.compiled:
            return None
        optimizers = {
            f"{name}_optimizer": player_optimizers.serialize(optimizer)
            for name, optimizer in self.optimizer.players.items()
        }
        config = {**self.rules.get_config(), **self._execution, **optimizers}
        if self.frozen_at_compile != frozen_layers.find(self):
            config[frozen_layers.FROZEN] = list(self.frozen_at_compile)
        return config

    def compile_from_config(self, config: dict[str, Any]) -> None:
        """Compiles as the saved model was compiled."""
        config = without_newer_keys(config)
        _drop_moves_of_nobody(config)
        then, now = config.pop(frozen_layers.FROZEN, None), frozen_layers.find(self)
        if then is not None:  # Layers were frozen, or thawed, since it was compiled.
            frozen_layers.apply(self, then)
        self.compile(**keras.saving.deserialize_keras_object(config))
        if then is not None:
            frozen_layers.apply(self, now)

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments, as the attributes of their names hold them.

        Where layers are frozen also which, under `"frozen"`, which `from_config` reads. A subclass
        need not define it; one that does gets from `super()` the seed, the name and the dtype, and
        the arguments of the class that it derives from if that is no abstract one.

        Raises:
            ValueError: If an argument is not stored under its name, or cannot be serialised.
        """
        savable.check_format(self)
        return configurations.describe(self, FiledModel)

    @configurations.reads_files
    def from_config(cls, config: dict[str, Any], custom_objects: Any = None) -> FiledModel:
        """Makes the model that `get_config` described.

        Args:
            config: What `get_config` returned.
            custom_objects: As `keras.saving.deserialize_keras_object` takes them. Defaults to
                `None`.
        """
        return cls(**configurations.revived(config, custom_objects))


def _drop_moves_of_nobody(config: dict[str, Any]) -> None:
    """Files of version 0.1 hold the moves of a discriminator for games without one as well."""
    for name in [name for name in config if name.endswith(STEPS)]:
        if f"{name.removesuffix(STEPS)}_optimizer" not in config:
            del config[name]


def _stored_average(store: Any) -> float | Average:
    if "average" in store.keys():
        return Average(**json.loads(stored_text.read(store["average"])))
    # Version 0.1 knew decays only.
    return float(store["average_decay"][()]) if "average_decay" in store.keys() else 0.0
