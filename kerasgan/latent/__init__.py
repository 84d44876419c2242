"""What is in a generator's latents: ways, sums, directions, and the latents of an image.

All functions take any generator from latents: a model of ours, what `load_generator` returns, a
`keras.Model`, or a callable. They return arrays, and with `plot` they write a figure; `save_grid`,
`save_gif` and `save_video` make pictures of any images.
"""

from kerasgan.latent.arithmetic import Arithmetic as Arithmetic
from kerasgan.latent.arithmetic import arithmetic as arithmetic
from kerasgan.latent.as_generator import as_generator as as_generator
from kerasgan.latent.directions import Directions as Directions
from kerasgan.latent.directions import traverse as traverse
from kerasgan.latent.factor_vae_score import factor_vae_score as factor_vae_score
from kerasgan.latent.factorized_directions import factorized_directions as factorized_directions
from kerasgan.latent.interpolation import interpolate as interpolate
from kerasgan.latent.interpolation import lerp as lerp
from kerasgan.latent.interpolation import slerp as slerp
from kerasgan.latent.labelled_direction import LabelledDirection as LabelledDirection
from kerasgan.latent.labelled_direction import labelled_direction as labelled_direction
from kerasgan.latent.latent_function import LatentFunction as LatentFunction
from kerasgan.latent.mutual_information_gap import MutualInformationGap as MutualInformationGap
from kerasgan.latent.mutual_information_gap import mutual_information_gap as mutual_information_gap
from kerasgan.latent.perceptual_path_length import PerceptualPathLength as PerceptualPathLength
from kerasgan.latent.perceptual_path_length import perceptual_path_length as perceptual_path_length
from kerasgan.latent.pictures import save_gif as save_gif
from kerasgan.latent.pictures import save_grid as save_grid
from kerasgan.latent.principal_directions import principal_directions as principal_directions
from kerasgan.latent.project import Projection as Projection
from kerasgan.latent.project import project as project
from kerasgan.latent.truncation import truncate as truncate
from kerasgan.latent.truncation import truncated_normal as truncated_normal
from kerasgan.latent.truncation import truncation_curve as truncation_curve
from kerasgan.latent.video import save_video as save_video
from kerasgan.latent.walk import walk as walk
