"""The course for a class, on one server: jupyterhub --config docs/hub/jupyterhub_config.py.

Tried by tests/hub/try_hub.py, with another spawner and authenticator. docs/class_server.md explains what is set.
"""

import os
import sys
from pathlib import Path

c = get_config()  # noqa: F821

# One environment for all, which no learner can write to: the course's, with jupyterhub in it.
ENVIRONMENT = Path(sys.prefix)
# What `coursekit data fetch` and `coursekit data mirror` wrote, readable by everybody; neither is needed.
SHARED_CACHE = Path(os.environ.get("COURSE_CACHE", "/srv/course/cache"))
MIRROR = Path(os.environ.get("COURSE_MIRROR", "/srv/course/mirror"))
MEGABYTES_A_LEARNER = 2_500

# The hub answers on this machine only; a web server in front of it brings the certificate.
c.JupyterHub.bind_url = os.environ.get("COURSE_HUB_URL", "http://127.0.0.1:8000")
c.JupyterHub.spawner_class = os.environ.get("COURSE_SPAWNER", "systemdspawner.SystemdSpawner")
c.JupyterHub.authenticator_class = os.environ.get("COURSE_AUTHENTICATOR", "pam")
c.Authenticator.allow_all = True

# So many servers fit; who comes later is told so, and nobody's kernel is killed for another's.
memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") // 1_000_000
c.JupyterHub.active_server_limit = max(1, int((memory - 2_000) / MEGABYTES_A_LEARNER))
c.JupyterHub.concurrent_spawn_limit = 20
c.Spawner.mem_limit = f"{MEGABYTES_A_LEARNER}M"
c.Spawner.cpu_limit = 2
# A /tmp of each learner's own: the kernels' sockets are there.
c.SystemdSpawner.isolate_tmp = True
c.Spawner.start_timeout = 300
c.Spawner.http_timeout = 120

c.Spawner.cmd = [str(ENVIRONMENT / "bin" / "jupyterhub-singleuser")]
c.Spawner.notebook_dir = "~"
c.Spawner.default_url = "/lab/tree/work/00_welcome.ipynb"
c.Spawner.args = [
    # Files of the learner's own, and no ports: what goes to a kernel is nobody else's to read on a server that many
    # share, and twenty kernels that start at once do not take each other's ports.
    "--KernelManager.transport=ipc",
    # A kernel that was left alone for half an hour ends, and with it its memory; the notebook stays.
    "--MappingKernelManager.cull_idle_timeout=1800",
    "--MappingKernelManager.cull_interval=120",
    "--MappingKernelManager.cull_connected=True",
]


def environment():
    """Return what every server is told."""
    variables = {
        # Folded side bars, no news, and still images that are stored with each explorer.
        "JUPYTER_CONFIG_PATH": str(course_package() / "commands" / "lab_config"),
        "JUPYTER_PREFER_ENV_PATH": "1",
        "PYTHONUTF8": "1",
        # A training must not take every core of a server that others use too.
        "OMP_NUM_THREADS": "2",
        "TF_NUM_INTRAOP_THREADS": "2",
        "TF_NUM_INTEROP_THREADS": "1",
        "PATH": f"{ENVIRONMENT / 'bin'}{os.pathsep}{os.environ['PATH']}",
    }
    if MIRROR.is_dir():
        variables["COURSEKIT_MIRROR"] = str(MIRROR)
    if SHARED_CACHE.is_dir():
        variables["COURSE_CACHE"] = str(SHARED_CACHE)
    return variables


def course_package():
    """Return where the course is, without importing what it teaches with."""
    from importlib.util import find_spec

    return Path(find_spec("coursekit").submodule_search_locations[0])


c.Spawner.environment = {
    **environment(),
    # A socket's path has at most 107 letters, and homes may lie deep.
    "JUPYTER_RUNTIME_DIR": lambda spawner: f"/tmp/jupyter-{spawner.user.name}",
}

# Before each start: the lessons go to work/ unless they are there, and shared data are linked into the learner's cache.
PREPARE = Path(__file__).with_name("prepare_home.py") if "__file__" in globals() else Path("prepare_home.py").resolve()
c.Spawner.cmd = [str(ENVIRONMENT / "bin" / "python"), str(PREPARE), *c.Spawner.cmd]

# A server that nobody uses for an hour ends.
c.JupyterHub.load_roles = [
    {
        "name": "cull-idle",
        "scopes": ["list:users", "read:users:activity", "read:servers", "delete:servers"],
        "services": ["cull-idle"],
    }
]
c.JupyterHub.services = [
    {"name": "cull-idle", "command": [sys.executable, "-m", "jupyterhub_idle_culler", "--timeout=3600"]}
]
