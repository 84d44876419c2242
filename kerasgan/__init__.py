"""Generative adversarial networks as Keras 3 models: compile, fit, export.

```python
import kerasgan

gan = kerasgan.models.DCGAN(image_shape=(32, 32, 1), base_filters=32)
gan.compile()
gan.fit(kerasgan.data.load_digits(image_size=32), batch_size=64, epochs=30)
gan.generate(16, seed=0)  # (16, 32, 32, 1), float32 in [-1, 1]
```
"""

# First, before Keras is imported, and TensorFlow with it.
from kerasgan import machine as machine

# isort: split
from kerasgan import callbacks as callbacks
from kerasgan import constraints as constraints
from kerasgan import data as data
from kerasgan import games as games
from kerasgan import latent as latent
from kerasgan import layers as layers
from kerasgan import losses as losses
from kerasgan import metrics as metrics
from kerasgan import models as models
from kerasgan import networks as networks
from kerasgan import penalties as penalties
from kerasgan import schedules as schedules
from kerasgan.engine import AdversarialModel as AdversarialModel
from kerasgan.engine import Average as Average
from kerasgan.engine import NonFiniteError as NonFiniteError
from kerasgan.engine import Player as Player
from kerasgan.engine import Recipe as Recipe
from kerasgan.games import GenerativeModel as GenerativeModel
from kerasgan.inference import evaluate_generator as evaluate_generator
from kerasgan.inference import export_generator as export_generator
from kerasgan.inference import export_onnx as export_onnx
from kerasgan.inference import load_generator as load_generator
from kerasgan.model_files import ModelFileError as ModelFileError
from kerasgan.samples.entry import Entry as Entry
from kerasgan.version import __version__ as __version__
