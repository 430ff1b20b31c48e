"""The test run's own guards hold."""

import socket
import warnings
from pathlib import Path

import pytest
from django.conf import settings


def test_a_socket_to_the_outside_is_blocked() -> None:
    with pytest.raises(UserWarning, match="tried to use socket"), socket.socket() as outside:
        outside.connect(("192.0.2.1", 80))


def test_a_warning_is_an_error() -> None:
    with pytest.raises(UserWarning, match="careful"):
        warnings.warn("careful", stacklevel=1)


def test_what_a_test_writes_lies_outside_the_checkout() -> None:
    assert Path(settings.BASE_DIR) not in Path(settings.VAR_DIR).parents
