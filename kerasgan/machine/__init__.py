"""What the machine can do, and what must be decided before TensorFlow is imported: here it is."""

from kerasgan.machine.processor import computes_in as computes_in
from kerasgan.machine.processor import features as features
from kerasgan.machine.start import backend_name as backend_name
from kerasgan.machine.start import start as start

start()
