"""Images for training: embedded, from folders, from arrays; float32 in [-1, 1]. And toy data."""

from kerasgan.data import toy as toy
from kerasgan.data.image_folder import image_folder as image_folder
from kerasgan.data.load_digits import load_digits as load_digits
from kerasgan.data.load_mnist import load_mnist as load_mnist
from kerasgan.data.monet2photo import monet2photo as monet2photo
from kerasgan.data.painted_photographs import painted_photographs as painted_photographs
from kerasgan.data.painted_photographs import sample_photographs as sample_photographs
from kerasgan.data.painter import paint as paint
from kerasgan.data.read_idx import read_idx as read_idx
from kerasgan.data.unpaired_arrays import unpaired_arrays as unpaired_arrays
from kerasgan.data.unpaired_folders import unpaired_folders as unpaired_folders
