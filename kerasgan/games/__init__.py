"""What is computed on a batch, and what is minimised: passes and terms that models share."""

from kerasgan.games.adversarial_terms import discriminator_names as discriminator_names
from kerasgan.games.adversarial_terms import discriminator_terms as discriminator_terms
from kerasgan.games.adversarial_terms import feature_matching as feature_matching
from kerasgan.games.adversarial_terms import generator_names as generator_names
from kerasgan.games.adversarial_terms import generator_terms as generator_terms
from kerasgan.games.generative_model import GenerativeModel as GenerativeModel
from kerasgan.games.generative_passes import GenerativePasses as GenerativePasses
from kerasgan.games.judge import Judge as Judge
from kerasgan.games.judgement import Judgement as Judgement
from kerasgan.games.judgement import check_outputs as check_outputs
from kerasgan.games.latent_model import LatentModel as LatentModel
from kerasgan.games.made_once import made_once as made_once
