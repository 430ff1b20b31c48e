"""A district with as many reports as asked for, written by the database itself."""

from pathlib import Path
from typing import Any

from django.db import connection

STATEMENTS = Path(__file__).with_suffix(".sql")
Box = tuple[float, float, float, float]


def fill(count: int, *, district: int, categories: list[int], crews: list[str], box: Box) -> None:
    """`count` reports in the box (west, south, east, north) of an empty database, a fifth of them open."""
    west, south, east, north = box
    facts: dict[str, Any] = {
        "count": count,
        "district": district,
        "categories": categories,
        "crews": crews,
        "west": west,
        "south": south,
        "wide": east - west,
        "high": north - south,
    }
    with connection.cursor() as cursor:
        for statement in STATEMENTS.read_text().split(";\n"):
            cursor.execute(statement, facts)
