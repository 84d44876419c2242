"""Numbers that say how good generated samples are."""

from kerasgan.metrics.birthday_support import SupportEstimate as SupportEstimate
from kerasgan.metrics.birthday_support import birthday_support as birthday_support
from kerasgan.metrics.mode_coverage import ModeCoverage as ModeCoverage
