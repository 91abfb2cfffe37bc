"""The end of every figure: show it together with a sentence that says what is to be seen."""

from __future__ import annotations

import base64
import html

import matplotlib.pyplot as plt
import numpy as np
from IPython.display import display
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from PIL import Image

from coursekit import settings
from coursekit.plot.webp import webp

# Drawn larger than it is shown, so that it is sharp on a fine screen too. Nobody looks at those of a smoke test: they
# are small and laid out once only, which takes a third of the time.
_SHARPNESS = 1.5
_SHARPNESS_OF_SMOKE_TEST = 0.25
_LARGE = 75_000  # bytes


def show(alt: str) -> None:
    """Show the current figure with alternative text, and close it.

    JupyterLab drops the alternative text of ordinary matplotlib figures. This one is an HTML image that keeps it; the
    sentence is also the plain-text form of the output.

    Parameters
    ----------
    alt : str
        What there is to see, in one sentence, for a reader who does not see it.

    Raises
    ------
    ValueError
        If alt is empty or no figure is open.
    """
    if not alt.strip():
        raise ValueError("alt is empty: say in one sentence what there is to see in the figure.")
    if not plt.get_fignums():
        raise ValueError("there is no figure to show: draw one first, for example with ck.plot.image(image).")
    figure = plt.gcf()
    width = round(figure.get_figwidth() * figure.dpi)
    drawn = _drawn(figure)
    plt.close(figure)
    source = base64.b64encode(webp(drawn, _LARGE)).decode()
    element = (
        f'<img alt="{html.escape(alt)}" width="{width}" style="max-width: 100%; height: auto" '
        f'src="data:image/webp;base64,{source}">'
    )
    display({"text/html": element, "text/plain": alt}, raw=True)  # type: ignore[no-untyped-call]


def _drawn(figure: Figure) -> Image.Image:
    smoke_test = settings.profile() == "smoke"
    if not smoke_test:
        # Laid out once before: a figure whose axes keep their proportions would cut its title off otherwise.
        figure.draw_without_rendering()
    figure.set_dpi(figure.dpi * (_SHARPNESS_OF_SMOKE_TEST if smoke_test else _SHARPNESS))
    canvas = FigureCanvasAgg(figure)
    canvas.draw()  # type: ignore[no-untyped-call]
    return Image.fromarray(np.asarray(canvas.buffer_rgba()))  # type: ignore[no-untyped-call]
