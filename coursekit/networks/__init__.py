"""The networks of the lessons, one function each. They return built Keras models that are not compiled."""

from coursekit.networks.backbone import cifar10_backbone, course_backbone
from coursekit.networks.mnist import dense_baseline, mnist_convnet, mnist_gap_convnet

__all__ = ["cifar10_backbone", "course_backbone", "dense_baseline", "mnist_convnet", "mnist_gap_convnet"]
