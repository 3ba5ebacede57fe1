"""`make serve`: the sample days' API on this machine, until stopped."""

import os
import re
import shlex
import signal
import socket
import threading
from types import FrameType

from werkzeug.serving import BaseWSGIServer

from hotpapers.errors import InvalidInputError
from local import console
from local.cloud import Cloud, quiet_handlers
from local.gateway import make_gateway
from local.samples import A_DAY_LATER, CREDENTIALS, SAMPLES

HOST = "127.0.0.1"
PATHS = (
    "/digests/latest",
    "/digests/2020-09-18.md",
    "/papers/2607.09424",
    "/search?q=agents&min=300",
    "/feeds/papers.atom?category=cs.LG",
    "/openapi.json",
)
"""What to try."""


def main() -> None:
    """Serve until interrupted; PORT says where."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # stops as Ctrl-C does
    listener = listen(read_port(os.environ.get("PORT", "")))
    site = f"http://{HOST}:{listener.getsockname()[1]}"
    with (
        listener,
        console.Progress() as progress,
        Cloud({"SITE_URL": site}, CREDENTIALS) as cloud,
    ):
        quiet_handlers(progress)
        for sample in SAMPLES.values():
            sample.collect(cloud)
        SAMPLES["sources"].grown(A_DAY_LATER).collect(cloud)
        server = make_gateway(cloud.request, listener)
        progress.stop()
        console.say(f"Serving until Ctrl-C. Open {site} in a browser, or try")
        for path in PATHS:
            console.say(f"  curl {shlex.quote(site + path)}")
        stop_by_signal(server)
        server.serve_forever()


def stop_by_signal(server: BaseWSGIServer) -> None:
    """Let a server end by Ctrl-C or SIGTERM, once it has answered what it is being asked.

    The KeyboardInterrupt that Python raises otherwise is lost where it meets a destructor.
    """

    def stop(number: int, frame: FrameType | None) -> None:
        del number, frame
        # Not from here: it waits for the loop that this handler interrupts.
        threading.Thread(target=server.shutdown, daemon=True).start()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)


def listen(port: int) -> socket.socket:
    """A socket that listens on a port, 0 for any that is free. Raises InvalidInputError.

    Werkzeug could listen itself, but would end the process where it cannot.
    """
    try:
        return socket.create_server((HOST, port))
    except OSError as error:
        reason = f"{port} cannot be listened on ({os.strerror(error.errno or 0)}); try another"
        raise InvalidInputError("PORT", reason) from error


def read_port(text: str) -> int:
    """The port to listen on, 8000 where none is given. Raises InvalidInputError."""
    text = text.strip() or "8000"
    if not re.fullmatch(r"\d{1,5}", text, re.ASCII) or int(text) > 65535:
        raise InvalidInputError("PORT", f"must be a number from 0 to 65535, not {text!r}")
    return int(text)


if __name__ == "__main__":
    console.run(main)
