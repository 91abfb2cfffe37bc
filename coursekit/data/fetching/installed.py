"""Files that lie inside an installed package: found without importing it, so that nothing of it runs."""

from __future__ import annotations

from importlib import metadata
from pathlib import Path

from coursekit.data.errors import UnavailableError


def locate(package: str, path: str) -> Path:
    """Return where a file of an installed package lies.

    Parameters
    ----------
    package : str
        Its name on PyPI.
    path : str
        The file, from the folder that packages are installed in.

    Returns
    -------
    Path

    Raises
    ------
    UnavailableError
        If the package is not installed, or has no such file.

    Examples
    --------
    >>> locate("numpy", "numpy/__init__.py").name
    '__init__.py'
    """
    try:
        distribution = metadata.distribution(package)
    except metadata.PackageNotFoundError as error:
        raise UnavailableError(
            f"the package {package} is not installed; get it with: python -m pip install {package}"
        ) from error
    file = Path(str(distribution.locate_file(path)))
    if not file.is_file():
        raise UnavailableError(f"the package {package} {distribution.version} has no {path}")
    return file
