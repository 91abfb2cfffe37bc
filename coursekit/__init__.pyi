from . import check as check
from . import convolution as convolution
from . import data as data
from . import descent as descent
from . import explain as explain
from . import fourier as fourier
from . import fundus as fundus
from . import kernels as kernels
from . import metrics as metrics
from . import networks as networks
from . import plot as plot
from . import pooling as pooling
from . import receptive_field as receptive_field
from . import spectra as spectra
from . import training as training
from . import widgets as widgets
from .check.course_map import progress as progress
from .check.predictions.asking import predict as predict
from .check.predictions.revealing import reveal as reveal
from .lesson import start as start
from .source_register import sources as sources
from .terms import glossary as glossary

__version__: str
