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
        self.score = traced(lambda pictures, target: model(pictures, training=False)[:, target])
        self.gradient = traced(self._gradient)
        self.maps = traced(self._maps)
        self.cams = traced(lambda pictures, target: self._resized(self._cam(pictures, target)))
        self.layer_cams = traced(lambda pictures, target: self._resized(self._layer_cam(pictures, target)))

    def forward(self, pictures):
        return self.score(pictures, 1).numpy()

    def both(self, pictures):
        return self.gradient(pictures, 1).numpy()

    def gradients(self, pictures):
        return np.abs(self.gradient(pictures, 1).numpy()).max(axis=-1)

    def gradient_x_input(self, pictures):
        return (pictures * self.gradient(pictures, 1).numpy()).sum(axis=-1)

    def smooth_grad(self, pictures, samples):
        def noisy(picture):
            noise = np.random.default_rng(0).standard_normal((samples, *picture.shape), np.float32)
            return picture + 0.15 * np.ptp(picture) * noise

        return np.stack([np.abs(self._mean_gradient(noisy(picture))).max(axis=-1) for picture in pictures])

    def integrated_gradients(self, pictures, steps):
        share = ((np.arange(steps, dtype=np.float32) + 0.5) / steps)[:, None, None, None]
        return np.stack([(picture * self._mean_gradient(share * picture)).sum(axis=-1) for picture in pictures])

    def grad_cam(self, pictures):
        return self.cams(pictures, 1).numpy()

    def layer_cam(self, pictures):
        return self.layer_cams(pictures, 1).numpy()

    def occlusion(self, pictures, patch):
        height, width = pictures.shape[1:3]
        found = np.zeros(pictures.shape[:3], np.float32)
        starts = [
            (row, column)
            for row in (*range(0, height - patch, patch), height - patch)
            for column in (*range(0, width - patch, patch), width - patch)
        ]
        for heatmap, picture in zip(found, pictures, strict=True):
            whole = self.score(picture[None], 1).numpy()
            for first in range(0, len(starts), AT_ONCE):
                some = starts[first : first + AT_ONCE]
                covered = picture[None].repeat(len(some), axis=0)
                for one, (row, column) in zip(covered, some, strict=True):
                    one[row : row + patch, column : column + patch] = 0
                for fall, (row, column) in zip(whole - self.score(covered, 1).numpy(), some, strict=True):
                    heatmap[row : row + patch, column : column + patch] = fall
        return found

    def rise(self, pictures, masks):
        found = []
        for picture in pictures:
            grids = (np.random.default_rng(0).random((masks, 8, 8, 1)) < 0.5).astype(np.float32)
            large = tf.image.resize(grids, picture.shape[:2]).numpy()
            seen = np.concatenate([self.score(part * picture, 1).numpy() for part in _portions(large)])
            found.append(np.tensordot(seen, large[..., 0], axes=1) / large[..., 0].sum(axis=0))
        return np.stack(found)

    def score_cam(self, pictures):
        found = []
        for picture, own in zip(pictures, self.maps(pictures, 1).numpy(), strict=True):
            large = tf.image.resize(np.moveaxis(own, -1, 0)[..., None], picture.shape[:2]).numpy()
            low, high = large.min(axis=(1, 2, 3), keepdims=True), large.max(axis=(1, 2, 3), keepdims=True)
            masks = (large - low) / np.where(high > low, high - low, 1)
            seen = np.concatenate([self.score(part * picture, 1).numpy() for part in _portions(masks)])
            weights = np.exp(seen - seen.max())
            found.append(tf.image.resize(np.maximum(own @ (weights / weights.sum()), 0)[..., None], picture.shape[:2]))
        return np.stack(found)

    def _gradient(self, pictures, target):
        with tf.GradientTape() as tape:
            tape.watch(pictures)
            score = self.model(pictures, training=False)[:, target]
        return tape.gradient(score, pictures)

    def _maps(self, pictures, target):
        return self.with_maps(pictures, training=False)[0]

    def _maps_and_slopes(self, pictures, target):
        with tf.GradientTape() as tape:
            maps, logits = self.with_maps(pictures, training=False)
            score = logits[:, target]
        return maps, tape.gradient(score, maps)

    def _cam(self, pictures, target):
        maps, slopes = self._maps_and_slopes(pictures, target)
        return tf.nn.relu(tf.einsum("nijk,nk->nij", maps, tf.reduce_mean(slopes, axis=(1, 2))))

    def _layer_cam(self, pictures, target):
        maps, slopes = self._maps_and_slopes(pictures, target)
        return tf.nn.relu(tf.reduce_sum(tf.nn.relu(slopes) * maps, axis=-1))

    def _resized(self, maps):
        return tf.image.resize(maps[..., None], self.model.inputs[0].shape[1:3])[..., 0]

    def _mean_gradient(self, versions):
        return np.mean(np.concatenate([self.gradient(part, 1).numpy() for part in _portions(versions)]), axis=0)


def _portions(array):
    return np.split(array, range(AT_ONCE, len(array), AT_ONCE))
