"""Python code that a person can copy into a cell."""

from __future__ import annotations

import json
import re

import numpy as np

from coursekit.arrays import Floats
from coursekit.widgets.toolkit.colors import Scale

_IMAGE = Scale(0.0, 1.0, signed=False)
_IMPORTS = {
    "plt": "import matplotlib.pyplot as plt",
    "np": "import numpy as np",
    "ck": "import coursekit as ck",
}


def numbers_code(values: Floats) -> str:
    """Return an array (n,) or (rows, columns) as the code that makes it, to the last digit.

    Examples
    --------
    >>> import numpy as np
    >>> print(numbers_code(np.array([[1.0, 0.25]])))
    np.array([
        [1, 0.25],
    ])
    """
    rows = [[int(value) if value == int(value) else value for value in row] for row in values.tolist()]
    return "np.array([\n" + "".join(f"    {row},\n" for row in rows) + "])"


def with_imports(code: str) -> str:
    """Return code below the imports that it needs: of Matplotlib, NumPy and this package.

    Examples
    --------
    >>> print(with_imports("output = np.abs(ck.kernels.get('sharpen'))"))
    import numpy as np
    <BLANKLINE>
    import coursekit as ck
    <BLANKLINE>
    output = np.abs(ck.kernels.get('sharpen'))
    """
    lines = code.splitlines()
    first = next((index for index, line in enumerate(lines) if line and not line.startswith(("import ", "from "))), 0)
    needed = [line for name, line in _IMPORTS.items() if re.search(rf"\b{name}\.", code)]
    # As an import sorter has them: whole modules first, and those of this package in a paragraph of their own.
    imports = sorted({*filter(None, lines[:first]), *needed}, key=lambda line: (line.startswith("from"), line))
    own = [line for line in imports if line.split()[1].startswith("coursekit")]
    others = [line for line in imports if line not in own]
    return "\n\n".join("\n".join(part) for part in (others, own, lines[first:]) if part)


def drawing_code(*images: tuple[str, str] | tuple[str, str, Scale | None]) -> str:
    """Return the lines that draw arrays side by side.

    Parameters
    ----------
    images : (str, str) or (str, str, Scale or None)
        For each the expression that gives it, its title, and its scale: without one an image from 0 to 1; None is for
        a map from 0 to its largest number.

    Examples
    --------
    >>> print(drawing_code(("output", "output", Scale(-2, 2, True))))
    _, ax = plt.subplots(figsize=(4, 4))
    ck.plot.image(output, "output", scale="signed", limit=2, ax=ax)
    """
    count = len(images)
    lines = ["_, ax = plt.subplots(figsize=(4, 4))"]
    if count > 1:
        lines = [f'_, axes = plt.subplots(1, {count}, figsize=({4 * count}, 4), layout="constrained")']
    for index, (expression, title, *scale) in enumerate(images):
        arguments, after = _scale_code(*scale)
        ax = "ax" if count == 1 else f"axes[{index}]"
        lines.append(f"ck.plot.image({expression}, {quoted(title)}{arguments}, ax={ax}){after}")
    return "\n".join(lines)


def quoted(text: str) -> str:
    """Return a text as Python writes it, in double quotes."""
    return json.dumps(text, ensure_ascii=False)


def _scale_code(scale: Scale | None = _IMAGE) -> tuple[str, str]:
    """The arguments of `coursekit.plot.image` for a scale, and what is to be done with the axes it returns."""
    if scale is None:
        return ', scale="positive"', ""
    if scale.signed:
        return f', scale="signed", limit={digits(scale.highest)}', ""
    if scale.colour_map:
        return f', scale="positive", limit={digits(scale.highest or 1.0)}', ""
    if scale.lowest:
        return "", f".images[0].set_clim({digits(scale.lowest)}, {digits(scale.highest)})"
    return ("" if scale.highest == 1 else f", limit={digits(scale.highest or 1.0)}"), ""


def digits(value: float) -> str:
    """Write a number in so many digits as a float of 32 bits needs.

    Examples
    --------
    >>> digits(0.1), digits(2.0)
    ('0.1', '2')
    """
    return str(np.float32(value)).removesuffix(".0")
