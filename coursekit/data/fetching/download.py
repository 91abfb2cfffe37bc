"""Bring one file here, from a folder or from the web: whole and with the right hash, or an error.

Time-outs are short, so that a lesson without a network goes on with its sample after a few seconds at most, and a host
that could not be reached is not asked again by the same process (until `forget_unreachable`). That is why this is not
left to pooch, which knows no limit for the look-up of a name or for a server that drips.
"""

from __future__ import annotations

import contextlib
import errno
import functools
import hashlib
import http.client
import queue
import socket
import ssl
import sys
import threading
import time
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import TypeVar
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

from coursekit.data.errors import DamagedError, MissingError, UnavailableError

# Look-up of the name, connecting to each of its addresses and the first answer, all together.
OPEN_SECONDS = 5.0
# Then: this long without a byte, or with fewer than _SLOWEST_BYTES, and the download is given up.
STALL_SECONDS = 10.0
_SLOWEST_BYTES = 10_000
# Pauses before the second and the third try after a passing fault (a cut line, a server error).
RETRY_PAUSES = (0.5, 2.0)

_CHUNK = 1 << 18
_MD5_DIGITS = 32
_GONE = {404, 410}
_PASSING = {408, 425, 429, 500, 502, 503, 504}
_unreachable: dict[str, str] = {}
AResult = TypeVar("AResult")


class _PassingError(Exception):
    """A fault that may be gone at the next try."""


def is_web(address: str) -> bool:
    """Return whether an address is of the web (as opposed to a path).

    Parameters
    ----------
    address : str
        An address or a path.

    Returns
    -------
    bool

    Examples
    --------
    >>> is_web("https://example.org/mnist.npz"), is_web("/media/usb/mnist.npz")
    (True, False)
    """
    return address.startswith(("http://", "https://"))


def forget_unreachable() -> None:
    """Ask again the hosts that could not be reached earlier in this process."""
    _unreachable.clear()


def save(address: str, target: Path, checksum: str | None, size: int) -> None:
    """Copy the file at an address to `target`, and check its hash.

    Parameters
    ----------
    address : str
        A path or URL.
    target : Path
        The file to write.
    checksum : str or None
        Its sha256 (64 hexadecimal digits) or MD5 (32 digits, as Keras states it). None: no hash is known, and the
        caller checks what is inside.
    size : int
        Its size in bytes. Without a hash: how large it may be.

    Raises
    ------
    MissingError, UnavailableError
        If there is no such file, or it cannot be reached or read.
    DamagedError
        If its size or hash is another. `target` may then be there; the caller removes it.
    OSError
        If `target` cannot be written.
    """

    def save_once() -> None:
        digest = hashlib.new("md5" if checksum is not None and len(checksum) == _MD5_DIGITS else "sha256")
        received = 0
        # The generator holds the open file or connection: it is closed here, not when the garbage is collected.
        with (
            target.open("wb") as copy,
            _progress_bar(target.name, size) as advance,
            contextlib.closing(_chunks(address)) as chunks,
        ):
            for chunk in chunks:
                received += len(chunk)
                if received > size:
                    raise DamagedError(f"{address} is another file: it has more than the expected {size:,} bytes")
                digest.update(chunk)
                copy.write(chunk)
                advance(len(chunk))
        if checksum is not None and digest.hexdigest() != checksum:
            raise DamagedError(
                f"{address} is damaged, or another file: it has {received:,} bytes and the {digest.name} "
                f"{digest.hexdigest()}, but expected are {size:,} bytes and {checksum}"
            )

    _patiently(address, save_once)


def read(address: str, limit: int = 10_000_000) -> bytes:
    """Return the content of a small file.

    Parameters
    ----------
    address : str
        A path or URL.
    limit : int
        How many bytes it may have at most.

    Returns
    -------
    bytes

    Raises
    ------
    MissingError, UnavailableError
        If there is no such file, or it cannot be reached or read.
    DamagedError
        If it is larger than `limit` bytes.
    """

    def read_once() -> bytes:
        content = bytearray()
        with contextlib.closing(_chunks(address)) as chunks:
            for chunk in chunks:
                content += chunk
                if len(content) > limit:
                    raise DamagedError(f"{address} has more than {limit:,} bytes")
        return bytes(content)

    return _patiently(address, read_once)


def in_words(reason: object) -> str:
    """Return why a host cannot be reached, without the numbers and words of the operating system.

    Parameters
    ----------
    reason : object
        An error, of which the causes are looked at too, or what stands in place of one.

    Returns
    -------
    str

    Examples
    --------
    >>> in_words(ConnectionRefusedError(111, "Connection refused"))
    'it refused the connection'
    """
    causes: object = reason
    while isinstance(causes, BaseException):
        match causes:
            case socket.gaierror():
                return "its address cannot be looked up: is this machine online?"
            case ConnectionRefusedError():
                return "it refused the connection"
            case ssl.SSLCertVerificationError():
                return f"its certificate is not trusted: {causes.verify_message}. A network that asks for a login?"
            case OSError(errno=errno.ENETUNREACH | errno.EHOSTUNREACH | errno.ENETDOWN):
                return "there is no way to it: is this machine online?"
        causes = causes.__cause__ or causes.__context__
    return str(getattr(reason, "strerror", None) or reason)


def _patiently(address: str, attempt: Callable[[], AResult]) -> AResult:
    for pause in RETRY_PAUSES:
        try:
            return attempt()
        except _PassingError:
            time.sleep(pause)
    try:
        return attempt()
    except _PassingError as error:
        raise UnavailableError(f"{address}: {error} (tried {len(RETRY_PAUSES) + 1} times)") from error


def _chunks(address: str) -> Generator[bytes]:
    return _web_chunks(address) if is_web(address) else _file_chunks(Path(address))


def _file_chunks(path: Path) -> Generator[bytes]:
    try:
        with path.open("rb") as file:
            while chunk := file.read(_CHUNK):
                yield chunk
    except FileNotFoundError as error:
        raise MissingError(f"{path} is not there") from error
    except OSError as error:
        raise UnavailableError(f"{path} cannot be read ({error.strerror})") from error


def _web_chunks(url: str) -> Generator[bytes]:
    with _open(url) as response:
        promised = response.length
        received = window = 0
        window_start = time.monotonic()
        while True:
            try:
                # read1 returns what has come, where read would wait for a whole chunk from a server that drips.
                chunk = response.read1(_CHUNK)
            except TimeoutError as error:
                raise UnavailableError(f"{url}: nothing came for {STALL_SECONDS:g} s") from error
            except (OSError, http.client.HTTPException) as error:
                raise _PassingError(f"the connection broke after {received:,} bytes ({error})") from error
            if not chunk:
                break
            received += len(chunk)
            window += len(chunk)
            if time.monotonic() - window_start >= STALL_SECONDS:
                if window < _SLOWEST_BYTES:
                    raise UnavailableError(f"{url}: too slow ({window:,} bytes in {STALL_SECONDS:g} s)")
                window, window_start = 0, time.monotonic()
            yield chunk
    if promised is not None and received < promised:
        raise _PassingError(f"the connection was cut after {received:,} of {promised:,} bytes")


def _open(url: str) -> http.client.HTTPResponse:
    try:
        host = urlsplit(url).netloc
        if host in _unreachable:
            raise UnavailableError(f"{host} cannot be reached ({_unreachable[host]})")
        return _answer(url)
    except HTTPError as error:
        error.close()
        # Of a redirect loop the reason has three lines.
        fault = f"the server answers {error.code} {str(error.reason).partition(chr(10))[0]}"
        if error.code in _PASSING:
            raise _PassingError(fault) from error
        raise (MissingError if error.code in _GONE else UnavailableError)(f"{url}: {fault}") from error
    except (URLError, TimeoutError) as error:
        reason = in_words(error.reason if isinstance(error, URLError) else error)
        _unreachable[host] = reason
        raise UnavailableError(f"{host} cannot be reached ({reason})") from error
    except (http.client.InvalidURL, ValueError) as error:
        raise UnavailableError(f"{url} is not a web address ({error})") from error
    except (OSError, http.client.HTTPException) as error:
        raise _PassingError(f"the server gave no proper answer ({error or type(error).__name__})") from error


def _answer(url: str) -> http.client.HTTPResponse:
    # In a thread of its own, because the system's look-up of names knows no time-out and urlopen's holds for each
    # address of a host in turn.
    answers: queue.SimpleQueue[http.client.HTTPResponse | Exception] = queue.SimpleQueue()
    request = Request(url, headers={"User-Agent": "coursekit", "Accept-Encoding": "identity"})
    context = _certificates() if url.startswith("https://") else None

    def ask() -> None:
        try:
            answers.put(urlopen(request, timeout=STALL_SECONDS, context=context))
        except Exception as error:
            answers.put(error)

    threading.Thread(target=ask, daemon=True).start()
    try:
        answer = answers.get(timeout=OPEN_SECONDS)
    except queue.Empty:
        raise TimeoutError(f"no answer within {OPEN_SECONDS:g} s") from None
    if isinstance(answer, Exception):
        raise answer
    return answer


@functools.cache
def _certificates() -> ssl.SSLContext:
    # The system's certificates, and certifi's: Python from python.org comes without any on macOS.
    import certifi

    context = ssl.create_default_context()
    context.load_verify_locations(certifi.where())
    return context


@contextlib.contextmanager
def _progress_bar(title: str, size: int) -> Iterator[Callable[[int], object]]:
    """Show a bar in terminals and notebooks for what takes longer than a second, and nothing in a pipe or a log.

    It disappears when all is done, and when it is not: what failed is said in words.
    """
    ipython = sys.modules.get("IPython")
    in_notebook = ipython is not None and ipython.get_ipython() is not None
    if not (in_notebook or sys.stderr.isatty()):
        yield lambda count: None
        return
    from tqdm.auto import tqdm

    bars: list[tqdm] = []

    def advance(count: int) -> None:
        if not bars:
            bars.append(tqdm(total=size, desc=title, unit="B", unit_scale=True, leave=False, delay=1))
        bars[0].update(count)

    try:
        yield advance
    finally:
        for bar in bars:
            # A bar of a notebook that ends before its total stays, in red.
            bar.total = bar.n
            bar.close()
