"""One uvicorn server for pages (WSGI on threads) and sockets (ASGI), ending cleanly on Ctrl-C and SIGTERM."""

import asyncio
import errno
import logging
import os
import signal
import socket
import sys
import threading
import time
from types import FrameType
from typing import Any

import uvicorn
from django.conf import settings
from django.urls import resolve

from config.asgi import application as asgi
from config.celery import app as celery_app
from config.embedded.background import Background
from config.embedded.bridge import Receive, Send, WsgiBridge
from config.embedded.environ import Scope
from config.wsgi import application as pages
from live import hints
from live.socket import SERVER_OPTIONS, stop_hub

HTTP_THREADS = 12
SECONDS_TO_FINISH = 3
STUCK_CLIENT_MS = 60_000


class PortTaken(Exception):
    """Another program listens at the address."""


def listen(host: str, port: int) -> socket.socket:
    """A listening socket. Raises PortTaken."""
    listener = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if hasattr(socket, "TCP_USER_TIMEOUT"):  # a client that takes nothing would hold its connection for ever
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, STUCK_CLIENT_MS)
    try:
        listener.bind((host, port))
        listener.listen(256)
    except OSError as error:
        listener.close()
        if error.errno == errno.EADDRINUSE:
            raise PortTaken from error
        raise
    return listener


class _Server(uvicorn.Server):
    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        hints.use_loop(asyncio.get_running_loop())
        await super().startup(sockets)
        address = (sockets or [])[0].getsockname()
        print(f"Mahala answers at http://{address[0]}:{address[1]}/   Ctrl-C ends it.", flush=True)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        await super().shutdown(sockets)
        await stop_hub()
        hints.use_loop(None)


def serve(listener: socket.socket) -> None:
    """Serve until SIGINT or SIGTERM; returns within seconds of it, whatever clients and tasks do."""
    bridge = WsgiBridge(
        pages,
        threads=HTTP_THREADS,
        body_limit=settings.PHOTOS_PER_REPORT * settings.PHOTO_MAX_BYTES
        + settings.DATA_UPLOAD_MAX_MEMORY_SIZE,
        spool_dir=settings.FILE_UPLOAD_TEMP_DIR,
    )

    async def application(scope: Scope, receive: Receive, send: Send) -> None:
        await (bridge if scope["type"] == "http" else asgi)(scope, receive, send)

    _outlast_signals()
    for name in ("uvicorn", "celery", "kombu"):
        logging.getLogger(name).setLevel(logging.WARNING)
    logging.getLogger("celery.worker.control").setLevel(logging.ERROR)  # "Got shutdown": from ourselves
    resolve("/healthz")  # loads every view now, so that the first visitor does not wait for it
    background = Background(celery_app)
    background.start()
    asyncio.run(_Server(_configuration(application)).serve([listener]))
    bridge.close()
    background.stop(seconds=SECONDS_TO_FINISH)


def _configuration(application: Any) -> uvicorn.Config:
    return uvicorn.Config(
        application,
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,  # MAHALA_TRUSTED_PROXIES decides which forwarded address holds
        timeout_graceful_shutdown=SECONDS_TO_FINISH,
        **SERVER_OPTIONS,
    )


def _outlast_signals() -> None:
    # uvicorn raises the signal that ended it once more; Python's own handlers would then skip our ending.
    def ignore(number: int, frame: FrameType | None) -> None:
        pass

    signal.signal(signal.SIGINT, ignore)
    signal.signal(signal.SIGTERM, ignore)


def leave() -> None:
    """End the process, with threads that still answer a request given two seconds."""
    deadline = time.monotonic() + 2
    for thread in threading.enumerate():
        if thread is not threading.current_thread() and not thread.daemon:
            thread.join(max(0.0, deadline - time.monotonic()))
    logging.shutdown()
    sys.stdout.flush()
    os._exit(0)
