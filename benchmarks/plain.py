"""The methods written directly, for one Keras model that returns logits: the least code, one traced function each."""

from __future__ import annotations

import numpy as np
import tensorflow as tf

from coursekit.backend import import_keras

keras = import_keras()
AT_ONCE = 32


class Plain:
    """A model with its traced functions.

    Parameters
    ----------
    model : keras.Model
        Sequential or functional, returning logits.
    layer : str
        The layer with the last maps.
    """

    def __init__(self, model, layer):
        self.model, self.layer = model, layer
        self.with_maps = keras.Model(model.inputs, [model.get_layer(layer).output, model.outputs[0]])
        shape = (None, *model.inputs[0].shape[1:])
        traced = tf.function(input_signature=[tf.TensorSpec(shape), tf.TensorSpec((), tf.int32)], autograph=False)
        self.score = traced(lambda images, target: model(images, training=False)[:, target])
        self.gradient = traced(self._gradient)
        self.maps = traced(self._maps)
        self.cams = traced(lambda images, target: self._resized(self._cam(images, target)))
        self.layer_cams = traced(lambda images, target: self._resized(self._layer_cam(images, target)))

    def forward(self, images):
        return self.score(images, 1).numpy()

    def both(self, images):
        return self.gradient(images, 1).numpy()

    def gradients(self, images):
        return np.abs(self.gradient(images, 1).numpy()).max(axis=-1)

    def gradient_x_input(self, images):
        return (images * self.gradient(images, 1).numpy()).sum(axis=-1)

    def smooth_grad(self, images, samples):
        def noisy(image):
            noise = np.random.default_rng(0).standard_normal((samples, *image.shape), np.float32)
            return image + 0.15 * np.ptp(image) * noise

        return np.stack([np.abs(self._mean_gradient(noisy(image))).max(axis=-1) for image in images])

    def integrated_gradients(self, images, steps):
        share = ((np.arange(steps, dtype=np.float32) + 0.5) / steps)[:, None, None, None]
        return np.stack([(image * self._mean_gradient(share * image)).sum(axis=-1) for image in images])

    def grad_cam(self, images):
        return self.cams(images, 1).numpy()

    def layer_cam(self, images):
        return self.layer_cams(images, 1).numpy()

    def occlusion(self, images, patch):
        height, width = images.shape[1:3]
        found = np.zeros(images.shape[:3], np.float32)
        starts = [
            (row, column)
            for row in (*range(0, height - patch, patch), height - patch)
            for column in (*range(0, width - patch, patch), width - patch)
        ]
        for heatmap, image in zip(found, images, strict=True):
            whole = self.score(image[None], 1).numpy()
            for first in range(0, len(starts), AT_ONCE):
                some = starts[first : first + AT_ONCE]
                covered = image[None].repeat(len(some), axis=0)
                for one, (row, column) in zip(covered, some, strict=True):
                    one[row : row + patch, column : column + patch] = 0
                for fall, (row, column) in zip(whole - self.score(covered, 1).numpy(), some, strict=True):
                    heatmap[row : row + patch, column : column + patch] = fall
        return found

    def rise(self, images, masks):
        found = []
        for image in images:
            grids = (np.random.default_rng(0).random((masks, 8, 8, 1)) < 0.5).astype(np.float32)
            large = tf.image.resize(grids, image.shape[:2]).numpy()
            seen = np.concatenate([self.score(part * image, 1).numpy() for part in _portions(large)])
            found.append(np.tensordot(seen, large[..., 0], axes=1) / large[..., 0].sum(axis=0))
        return np.stack(found)

    def score_cam(self, images):
        found = []
        for image, own in zip(images, self.maps(images, 1).numpy(), strict=True):
            large = tf.image.resize(np.moveaxis(own, -1, 0)[..., None], image.shape[:2]).numpy()
            low, high = large.min(axis=(1, 2, 3), keepdims=True), large.max(axis=(1, 2, 3), keepdims=True)
            masks = (large - low) / np.where(high > low, high - low, 1)
            seen = np.concatenate([self.score(part * image, 1).numpy() for part in _portions(masks)])
            weights = np.exp(seen - seen.max())
            found.append(tf.image.resize(np.maximum(own @ (weights / weights.sum()), 0)[..., None], image.shape[:2]))
        return np.stack(found)

    def _gradient(self, images, target):
        with tf.GradientTape() as tape:
            tape.watch(images)
            score = self.model(images, training=False)[:, target]
        return tape.gradient(score, images)

    def _maps(self, images, target):
        return self.with_maps(images, training=False)[0]

    def _maps_and_slopes(self, images, target):
        with tf.GradientTape() as tape:
            maps, logits = self.with_maps(images, training=False)
            score = logits[:, target]
        return maps, tape.gradient(score, maps)

    def _cam(self, images, target):
        maps, slopes = self._maps_and_slopes(images, target)
        return tf.nn.relu(tf.einsum("nijk,nk->nij", maps, tf.reduce_mean(slopes, axis=(1, 2))))

    def _layer_cam(self, images, target):
        maps, slopes = self._maps_and_slopes(images, target)
        return tf.nn.relu(tf.reduce_sum(tf.nn.relu(slopes) * maps, axis=-1))

    def _resized(self, maps):
        return tf.image.resize(maps[..., None], self.model.inputs[0].shape[1:3])[..., 0]

    def _mean_gradient(self, versions):
        return np.mean(np.concatenate([self.gradient(part, 1).numpy() for part in _portions(versions)]), axis=0)


def _portions(array):
    return np.split(array, range(AT_ONCE, len(array), AT_ONCE))
