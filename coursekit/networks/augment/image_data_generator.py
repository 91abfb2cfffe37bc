"""What the arguments of the deprecated ImageDataGenerator did, and what does it today: a table for reading old code."""

from __future__ import annotations

from typing import NamedTuple


class Replacement(NamedTuple):
    """One argument of the old generator, what it did, and what takes its place."""

    argument: str
    did: str
    today: str


IMAGE_DATA_GENERATOR = (
    Replacement(
        "rotation_range", "turned by up to so many degrees", "RandomRotation(degrees / 360): fraction of a turn"
    ),
    Replacement(
        "width_shift_range",
        "moved sideways: below 1 a fraction of the width, from 1 on pixels",
        "RandomTranslation(0, width_factor): fractions only",
    ),
    Replacement(
        "height_shift_range",
        "moved up or down: below 1 a fraction of the height, from 1 on pixels",
        "RandomTranslation(height_factor, 0): fractions only",
    ),
    Replacement(
        "shear_range",
        "slanted around the centre by up to so many degrees: 0.2 is a fifth of a degree, nothing to be seen",
        "RandomShear(tan(angle)): a share of the width, around the upper left corner",
    ),
    Replacement(
        "zoom_range",
        "z: height and width each by a factor of its own from 1 - z to 1 + z, so images were stretched too",
        "RandomZoom((-z, z)): one factor for both, positive is smaller; with width_factor each its own",
    ),
    Replacement("horizontal_flip", "mirrored left and right, half of the images", 'RandomFlip("horizontal")'),
    Replacement(
        "vertical_flip", "mirrored top and bottom, half of the images", 'RandomFlip("vertical"); for both two layers'
    ),
    Replacement(
        "brightness_range",
        "(low, high): multiplied the values by a factor between them; 1 is no change",
        "RandomBrightness(factor, value_range=(0, 1)): adds; 0 is no change",
    ),
    Replacement(
        "channel_shift_range",
        "added one number to all channels, in the units of the values, kept between the image's own extremes",
        "RandomBrightness(factor, value_range=(0, 1)), kept between 0 and 1",
    ),
    Replacement("fill_mode", 'what fills the edge; "nearest" unless told', 'fill_mode; "reflect" unless told'),
    Replacement("cval", 'the value at the edge for fill_mode="constant"', "fill_value"),
    Replacement(
        "interpolation_order", "0 nearest, 1 bilinear, up to 5 spline", 'interpolation: "nearest" or "bilinear"'
    ),
    Replacement("rescale", "multiplied the values", "Rescaling(scale)"),
    Replacement(
        "featurewise_center", "subtracted the training set's mean, after fit()", "Normalization(), after adapt()"
    ),
    Replacement(
        "featurewise_std_normalization",
        "divided by the training set's standard deviation, after fit()",
        "Normalization(), after adapt()",
    ),
    Replacement("samplewise_center", "subtracted each image's own mean", "no layer; one line in Dataset.map"),
    Replacement(
        "samplewise_std_normalization",
        "divided by each image's own standard deviation",
        "no layer; tf.image.per_image_standardization in Dataset.map",
    ),
    Replacement("zca_whitening", "made pixels uncorrelated over the training set", "nothing"),
    Replacement("zca_epsilon", "kept the whitening from dividing by zero", "nothing"),
    Replacement(
        "preprocessing_function", "called a NumPy function for each image", "a TensorFlow function in Dataset.map"
    ),
    Replacement(
        "validation_split",
        "kept a part of a folder back, and augmented it as well",
        "image_dataset_from_directory(validation_split=...), augmentation for the training part only",
    ),
    Replacement("data_format", "channels first or last", "data_format, or the setting of Keras"),
    Replacement("dtype", "type of the values", "dtype"),
)
