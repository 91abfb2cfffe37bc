"""Before a learner's server starts, as that learner: lessons into work/, shared data into the cache; then the server.

prepare_home.py COMMAND ...: what it prepares needs no network and never writes over anything.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from coursekit import settings
from coursekit.authoring.lesson_names import lesson_names


def copy_lessons(home: Path) -> None:
    """Copy every lesson that is not there yet to work/."""
    notebooks, work = settings.course_folder() / "notebooks", home / "work"
    work.mkdir(exist_ok=True)
    for name in lesson_names(notebooks, ".ipynb"):
        copy = work / f"{name}.ipynb"
        if not copy.exists():
            copy.write_bytes((notebooks / f"{name}.ipynb").read_bytes())


def link_data(shared: Path, own: Path) -> None:
    """Link every data set of a shared cache into an own one, so that it is neither fetched nor stored again."""
    own.mkdir(parents=True, exist_ok=True)
    for folder in sorted(path for path in shared.iterdir() if path.is_dir() and not path.name.startswith(".")):
        link = own / folder.name
        if not link.exists() and not link.is_symlink():
            link.symlink_to(folder, target_is_directory=True)


def own_folder(path: Path) -> None:
    """Make a folder that only this learner can open.

    Raises
    ------
    PermissionError
        If somebody else made it before.
    """
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    if path.stat().st_uid != os.getuid() or path.is_symlink():
        raise PermissionError(f"{path} belongs to somebody else: the server does not start. Tell your instructor.")
    path.chmod(0o700)


def main() -> None:
    """Prepare, then become the command."""
    runtime = os.environ.get("JUPYTER_RUNTIME_DIR")
    if runtime:
        own_folder(Path(runtime))
    copy_lessons(Path.home())
    shared = os.environ.get("COURSE_CACHE")
    if shared and (Path(shared) / "data").is_dir():
        link_data(Path(shared) / "data", settings.home() / "data")
    os.execvp(sys.argv[1], sys.argv[1:])


if __name__ == "__main__":
    main()
