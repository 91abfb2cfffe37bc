"""Networks: those of the lessons, one function each, pretrained ones, and the augmentation of their pictures.

The functions return built Keras models that are not compiled. Pictures have values from 0 to 1 everywhere.
"""

from coursekit.networks.arguments import check_pictures
from coursekit.networks.augmentation import augmentation
from coursekit.networks.backbone import cifar10_backbone, course_backbone
from coursekit.networks.cats_dogs import cats_dogs_convnet
from coursekit.networks.cifar10 import cifar_stack, residual_block, residual_cifar
from coursekit.networks.division import divide
from coursekit.networks.flowers import flower_convnet
from coursekit.networks.fourier import linear_fourier_net
from coursekit.networks.freezing import Block, Counts, blocks, freeze, parameter_counts, unfreeze
from coursekit.networks.image_data_generator import IMAGE_DATA_GENERATOR
from coursekit.networks.mirrored import mirror_averaged
from coursekit.networks.mnist import dense_baseline, mnist_convnet, mnist_gap_convnet
from coursekit.networks.new_head import classifier
from coursekit.networks.pretrained import BACKBONES, backbone, decode, full_network
from coursekit.networks.raman import raman_convnet, raman_pooled
from coursekit.networks.retina import retina_classifier
from coursekit.networks.scenes import resnet18, scene_resnet
from coursekit.networks.small import small_convnet

__all__ = [
    "BACKBONES",
    "IMAGE_DATA_GENERATOR",
    "Block",
    "Counts",
    "augmentation",
    "backbone",
    "blocks",
    "cats_dogs_convnet",
    "check_pictures",
    "cifar10_backbone",
    "cifar_stack",
    "classifier",
    "course_backbone",
    "decode",
    "dense_baseline",
    "divide",
    "flower_convnet",
    "freeze",
    "full_network",
    "linear_fourier_net",
    "mirror_averaged",
    "mnist_convnet",
    "mnist_gap_convnet",
    "parameter_counts",
    "raman_convnet",
    "raman_pooled",
    "residual_block",
    "residual_cifar",
    "resnet18",
    "retina_classifier",
    "scene_resnet",
    "small_convnet",
    "unfreeze",
]
