"""Other people's explainers, called on the same model and images; they must return the same kind of map."""

from __future__ import annotations

import functools

import numpy as np

TARGET = 1


def peers_of(method, plain, images, options):
    """Return peer to a function that explains the images, for those that have the method."""
    peers = {
        "gradients": {"saliency": saliency_gradients, "tf-explain": explain_gradients, "tf-keras-vis": vis_gradients},
        "gradient_x_input": {"tf-explain": explain_gradient_x_input},
        "smooth_grad": {"saliency": saliency_smooth_grad, "tf-keras-vis": vis_smooth_grad},
        "integrated_gradients": {
            "saliency": saliency_integrated,
            "tf-explain": explain_integrated,
            "shap": shap_values,
        },
        "grad_cam": {"saliency": saliency_grad_cam, "tf-explain": explain_grad_cam, "tf-keras-vis": vis_grad_cam},
        "layer_cam": {"tf-keras-vis": vis_layer_cam},
        "occlusion": {"tf-explain": explain_occlusion},
        "shap": {"shap": shap_values},
    }.get(method, {})
    return {name: functools.partial(peer, plain, images, **options) for name, peer in peers.items()}


def saliency_gradients(plain, images):
    from saliency.core import GradientSaliency

    return [GradientSaliency().GetMask(image, _gradients_for_saliency(plain)) for image in images]


def saliency_smooth_grad(plain, images, samples):
    from saliency.core import GradientSaliency

    call = _gradients_for_saliency(plain)
    return [GradientSaliency().GetSmoothedMask(image, call, nsamples=samples, magnitude=False) for image in images]


def saliency_integrated(plain, images, steps):
    from saliency.core import IntegratedGradients

    call = _gradients_for_saliency(plain)
    return [IntegratedGradients().GetMask(image, call, x_steps=steps, batch_size=32) for image in images]


def saliency_grad_cam(plain, images):
    import tensorflow as tf
    from saliency.core import GradCam

    if not hasattr(plain, "for_saliency"):
        plain.for_saliency = tf.function(plain._maps_and_slopes, reduce_retracing=True)

    def call(batch, call_model_args=None, expected_keys=None):
        maps, slopes = plain.for_saliency(tf.constant(batch, tf.float32), TARGET)
        return {"CONVOLUTION_LAYER_VALUES": maps.numpy(), "CONVOLUTION_OUTPUT_GRADIENTS": slopes.numpy()}

    return [GradCam().GetMask(image, call, three_dims=False) for image in images]


def _gradients_for_saliency(plain):
    def call(batch, call_model_args=None, expected_keys=None):
        return {"INPUT_OUTPUT_GRADIENTS": plain.gradient(np.asarray(batch, np.float32), TARGET).numpy()}

    return call


def explain_gradients(plain, images):
    from tf_explain.core.vanilla_gradients import VanillaGradients

    return VanillaGradients.compute_gradients(images, plain.model, TARGET).numpy()


def explain_gradient_x_input(plain, images):
    from tf_explain.core.gradients_inputs import GradientsInputs

    return GradientsInputs.compute_gradients(images, plain.model, TARGET).numpy()


def explain_integrated(plain, images, steps):
    from tf_explain.core.integrated_gradients import IntegratedGradients

    points = IntegratedGradients.generate_interpolations(images, steps)
    return IntegratedGradients.get_integrated_gradients(points, plain.model, TARGET, steps).numpy()


def explain_grad_cam(plain, images):
    from tf_explain.core.grad_cam import GradCAM

    found = GradCAM.get_gradients_and_filters(plain.model, images, plain.layer, TARGET, False)
    return np.stack(GradCAM.generate_ponderated_output(*found))


def explain_occlusion(plain, images, patch):
    from tf_explain.core.occlusion_sensitivity import OcclusionSensitivity

    peer = OcclusionSensitivity(batch_size=32)
    return [peer.get_sensitivity_map(plain.model, image, TARGET, patch) for image in images]


def vis_gradients(plain, images, **options):
    from tf_keras_vis.saliency import Saliency

    return Saliency(plain.model, clone=False)(_scores(images), images, normalize_map=False, **options)


def vis_smooth_grad(plain, images, samples):
    return vis_gradients(plain, images, smooth_samples=samples, smooth_noise=0.15)


def vis_grad_cam(plain, images):
    from tf_keras_vis.gradcam import Gradcam

    return Gradcam(plain.model, clone=False)(_scores(images), images, penultimate_layer=plain.layer)


def vis_layer_cam(plain, images):
    from tf_keras_vis.layercam import Layercam

    return Layercam(plain.model, clone=False)(_scores(images), images, penultimate_layer=plain.layer)


def shap_values(plain, images, samples=None, steps=None):
    from shap import GradientExplainer

    if not hasattr(plain, "explainer"):
        plain.explainer = GradientExplainer(plain.model, 0 * images[:1], batch_size=32)
    ranks = np.full((len(images), 1), TARGET)
    return plain.explainer.shap_values(
        images, nsamples=samples or steps, ranked_outputs=ranks, output_rank_order="custom", rseed=0
    )


def _scores(images):
    from tf_keras_vis.utils.scores import CategoricalScore

    return CategoricalScore([TARGET] * len(images))
