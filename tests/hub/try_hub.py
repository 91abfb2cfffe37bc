"""A class of simulated learners on a real JupyterHub: python tests/hub/try_hub.py LEARNERS [--seconds 1200].

It takes docs/hub/jupyterhub_config.py as it is, but for the spawner and the authenticator, which need no accounts. Each
learner starts a server, opens lesson 01 in work/, and runs it to its last cell, all at once. What is printed last is
one line of JSON: seconds and memory. Everything listens on 127.0.0.1, and everything is stopped at the end.
"""

import argparse
import asyncio
import json
import os
import secrets
import signal
import statistics
import subprocess
import sys
import tempfile
import time
import uuid
from pathlib import Path

import psutil
from tornado.httpclient import AsyncHTTPClient, HTTPClientError, HTTPRequest
from tornado.websocket import websocket_connect

COURSE = Path(__file__).parents[2]
CONFIG = COURSE / "docs" / "hub" / "jupyterhub_config.py"
LEAST_FREE = 2_000_000_000  # bytes: others use this computer too
LESSON = "work/01_convolution_by_hand.ipynb"


def free_port():
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Hub:
    """A hub in a folder of its own, and what one may ask it."""

    def __init__(self, folder, learners, seconds):
        self.token, self.port, self.seconds = secrets.token_hex(16), free_port(), seconds
        ports = {name: free_port() for name in ("hub", "proxy")}
        # SimpleLocalProcessSpawner gives each a home below a folder and needs no accounts; nobody logs in.
        (folder / "config.py").write_text(
            f"""
load_subconfig({str(CONFIG)!r})
from jupyterhub.spawner import SimpleLocalProcessSpawner
c.JupyterHub.spawner_class = SimpleLocalProcessSpawner
c.SimpleLocalProcessSpawner.home_dir_template = {str(folder / "homes")!r} + "/{{username}}"
c.JupyterHub.authenticator_class = "dummy"
c.JupyterHub.active_server_limit = {learners}
c.JupyterHub.bind_url = "http://127.0.0.1:{self.port}"
c.JupyterHub.hub_port = {ports["hub"]}
c.ConfigurableHTTPProxy.api_url = "http://127.0.0.1:{ports["proxy"]}"
c.JupyterHub.db_url = "sqlite:///:memory:"
c.JupyterHub.cookie_secret = bytes.fromhex({secrets.token_hex(32)!r})
c.JupyterHub.log_level = "WARN"
c.Spawner.args += {["--allow-root"] if os.geteuid() == 0 else []}
c.Spawner.start_timeout = c.Spawner.http_timeout = {seconds}
c.JupyterHub.services += [{{"name": "class", "api_token": {self.token!r}}}]
c.JupyterHub.load_roles += [
    {{"name": "class", "services": ["class"], "scopes": ["admin:users", "admin:servers", "access:servers"]}}
]
"""
        )
        (folder / "homes").mkdir()
        command = [sys.executable, "-m", "jupyterhub", "--config", str(folder / "config.py")]
        self.log = (folder / "log").open("w")
        self.process = subprocess.Popen(command, cwd=folder, stdout=self.log, stderr=self.log, start_new_session=True)
        self.client = AsyncHTTPClient(max_clients=200)

    async def ask(self, method, path, body=None):
        request = HTTPRequest(
            f"http://127.0.0.1:{self.port}{path}",
            method=method,
            headers={"Authorization": f"token {self.token}"},
            body=json.dumps(body or {}) if method in ("POST", "PUT") else None,
            request_timeout=self.seconds,
        )
        answer = await self.client.fetch(request)
        return json.loads(answer.body or b"null")

    async def started(self, name):
        """Ask for a server until the hub lets the learner in: it starts so many at once and sends the others away."""
        while True:
            try:
                return await self.ask("POST", f"/hub/api/users/{name}/server")
            except HTTPClientError as refused:
                if refused.code != 429:
                    raise
                await asyncio.sleep(2)

    async def ready(self):
        for _ in range(self.seconds):
            try:
                return await self.ask("GET", "/hub/api/users")
            except (HTTPClientError, OSError):
                if self.process.poll() is not None:
                    raise RuntimeError("the hub has ended; see its log") from None
                await asyncio.sleep(1)
        raise RuntimeError("the hub does not answer")

    def stop(self):
        """End the hub and everything that it started."""
        started = psutil.Process(self.process.pid).children(recursive=True) if self.process.poll() is None else []
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(60)
            except subprocess.TimeoutExpired:
                self.process.kill()
        for one in started:
            if one.is_running():
                one.kill()
        psutil.wait_procs(started, timeout=20)
        self.log.close()


async def learner(hub, name):
    """Start a server, open the lesson, run all its cells; return the seconds that each of these took."""
    begin = time.perf_counter()
    await hub.ask("POST", f"/hub/api/users/{name}")
    await hub.started(name)
    while not (await hub.ask("GET", f"/hub/api/users/{name}"))["server"]:
        await asyncio.sleep(0.5)
    server = time.perf_counter()
    notebook = (await hub.ask("GET", f"/user/{name}/api/contents/{LESSON}"))["content"]
    kernel = (await hub.ask("POST", f"/user/{name}/api/kernels", {"name": "python3", "path": "work"}))["id"]
    address = f"ws://127.0.0.1:{hub.port}/user/{name}/api/kernels/{kernel}/channels"
    request = HTTPRequest(address, headers={"Authorization": f"token {hub.token}"}, request_timeout=hub.seconds)
    channel = await websocket_connect(request, max_message_size=100_000_000)
    await run(channel, "1")
    running = time.perf_counter()
    cells = ["".join(cell["source"]) for cell in notebook["cells"] if cell["cell_type"] == "code"]
    errors = [error for cell in cells if (error := await run(channel, cell))]
    channel.close()
    return {
        "server": server - begin,
        "kernel": running - server,
        "lesson": time.perf_counter() - running,
        "cells": len(cells),
        "errors": errors,
    }


async def run(channel, code):
    """Run a cell and wait until the kernel is idle again; return its error, or None."""
    identity, error = uuid.uuid4().hex, None
    content = {"code": code, "silent": False, "store_history": True, "user_expressions": {}, "allow_stdin": False}
    header = {
        "msg_id": identity,
        "msg_type": "execute_request",
        "username": "",
        "session": "s",
        "version": "5.3",
        "date": "",
    }
    await channel.write_message(
        json.dumps(
            {
                "header": header,
                "parent_header": {},
                "metadata": {},
                "content": content,
                "channel": "shell",
                "buffers": [],
            }
        )
    )
    while True:
        text = await channel.read_message()
        if text is None:
            return "the connection was closed"
        if isinstance(text, bytes):  # A widget's buffers.
            continue
        message = json.loads(text)
        if message["parent_header"].get("msg_id") != identity:
            continue
        if message["msg_type"] == "error":
            error = f"{message['content']['ename']}: {message['content']['evalue']}"
        if message["msg_type"] == "status" and message["content"]["execution_state"] == "idle":
            return error


async def watch(hub, peak):
    """Note the most memory that all processes of the class held together, each shared page counted once."""
    while True:
        if psutil.virtual_memory().available < LEAST_FREE:
            print("stopped: this computer has no memory left for so many", file=sys.stderr, flush=True)
            hub.stop()
            return
        servers = kernels = rest = 0
        for process in psutil.Process(hub.process.pid).children(recursive=True):
            try:
                memory, words = process.memory_full_info().pss, " ".join(process.cmdline())
            except psutil.Error:
                continue
            if "ipykernel" in words:
                kernels += memory
            elif "singleuser" in words:
                servers += memory
            else:
                rest += memory
        for name, value in (("servers", servers), ("kernels", kernels), ("proxy_and_culler", rest)):
            peak[name] = max(peak.get(name, 0), value)
        await asyncio.sleep(2)


async def trial(hub, count):
    await hub.ready()
    peak = {}
    watching = asyncio.create_task(watch(hub, peak))
    try:
        found = await asyncio.gather(*(learner(hub, f"learner{number:02d}") for number in range(count)))
    finally:
        watching.cancel()

    def summary(key):
        return {
            "median": round(statistics.median(one[key] for one in found)),
            "most": round(max(one[key] for one in found)),
        }

    return {
        "learners": count,
        "cells_each": found[0]["cells"],
        "errors": sorted({error for one in found for error in one["errors"]}),
        "seconds_to_server": summary("server"),
        "seconds_to_running_kernel": summary("kernel"),
        "seconds_of_lesson": summary("lesson"),
        "megabytes_each": {name: round(value / count / 1e6) for name, value in peak.items()},
        "hub_megabytes": round(psutil.Process(hub.process.pid).memory_full_info().pss / 1e6),
        "load": round(os.getloadavg()[0]),
        "processors": os.cpu_count(),
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("learners", type=int)
    parser.add_argument("--seconds", type=int, default=1200, help="the whole trial ends after so long")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        hub = Hub(Path(folder), chosen.learners, chosen.seconds)
        try:
            print(json.dumps(asyncio.run(asyncio.wait_for(trial(hub, chosen.learners), chosen.seconds))))
        except Exception:
            print((Path(folder) / "log").read_text()[-4000:], file=sys.stderr)
            raise
        finally:
            hub.stop()


if __name__ == "__main__":
    main()
