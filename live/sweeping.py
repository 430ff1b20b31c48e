"""Sweeps over rows that wait for background work: each by itself. One that fails waits, the rest go on."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, TypeVar

from django.db import connection
from django.db.models import QuerySet

from live.models import Setback

AT_ONCE = 200
# How long after each failure the row is tried again; after the last, for ever at that gap.
GAPS = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 360))
# What has not been tried for so long has gone another way: it waits no more.
FORGOTTEN_AFTER = timedelta(days=30)
_R = TypeVar("_R")
logger = logging.getLogger(__name__)


def sweep(
    name: str, waiting: QuerySet[Any], handle: Callable[[Any], _R], *, at: datetime, at_once: int = AT_ONCE
) -> list[_R]:
    """Handle the first rows of `waiting` by their keys; returns the answers of those that did not fail.

    `handle` is all or nothing, and may be called again for a row that it has handled. A row at which it fails
    is logged and left out until its next try; it takes no place among `at_once` meanwhile. One query where
    nothing waits, and one more where something does. Raises what happens when the database itself is gone.
    """
    ids = _first(waiting, at_once)
    if not ids:
        return []
    setbacks = {each.row: each for each in Setback.objects.filter(sweep=name)}
    resting = [each.row for each in setbacks.values() if each.retry_at > at]
    if resting:
        ids = _first(waiting.exclude(pk__in=resting), at_once)
    tried = [_try(name, key, handle, setbacks.get(str(key)), at) for key in ids]
    return [answer for each in tried for answer in each]


def _first(waiting: QuerySet[Any], at_once: int) -> list[Any]:
    return list(waiting.values_list("pk", flat=True)[:at_once])


def _try(
    name: str, key: Any, handle: Callable[[Any], _R], setback: Setback | None, at: datetime
) -> tuple[_R, ...]:
    """Its answer; nothing where it failed.

    Whatever goes wrong at one row, a mistake in the code included, must not keep the others waiting: hence
    every exception. A process that is told to stop (no `Exception`) stops.
    """
    try:
        answer = handle(key)
    except Exception:
        if not connection.is_usable():
            raise  # no row is at fault
        retry_at = _put_off(name, key, setback, at)
        logger.exception("%s failed at %s: it is tried again at %s, the rest goes on.", name, key, retry_at)
        return ()
    if setback is not None:
        setback.delete()
    return (answer,)


def _put_off(name: str, key: Any, setback: Setback | None, at: datetime) -> datetime:
    failures = setback.failures + 1 if setback else 1
    retry_at = at + GAPS[min(failures, len(GAPS)) - 1]
    told = {"failures": failures, "retry_at": retry_at}
    Setback.objects.update_or_create(sweep=name, row=str(key), defaults=told)
    Setback.objects.filter(sweep=name, retry_at__lt=at - FORGOTTEN_AFTER).delete()
    return retry_at
