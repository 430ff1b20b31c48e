"""The PMTiles file is served by byte ranges, as MapLibre's protocol reads it."""

from collections.abc import Iterator
from email.utils import formatdate
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.http import StreamingHttpResponse
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from districts.mapping.ranges import RangeOutside, Span, read_range
from tests.districts.tiny_tiles import write_town

ADDRESS = "/map/basemap.pmtiles"


@pytest.fixture
def file(tmp_path: Path, settings: LazySettings) -> Path:
    settings.BASEMAP_FILE = write_town(tmp_path / "town.pmtiles")
    return tmp_path / "town.pmtiles"


@pytest.fixture
def large_file(tmp_path: Path, settings: LazySettings) -> Path:
    settings.BASEMAP_FILE = tmp_path / "large.pmtiles"
    settings.BASEMAP_FILE.write_bytes(bytes(range(256)) * 12_000)
    return tmp_path / "large.pmtiles"


def test_the_first_bytes_are_those_of_the_file(client: Client, file: Path) -> None:
    response = client.get(ADDRESS, headers={"range": "bytes=0-126"})
    assert response.status_code == 206
    assert response.content == file.read_bytes()[:127]
    assert response["Content-Range"] == f"bytes 0-126/{file.stat().st_size}"
    assert response["Content-Length"] == "127"
    assert response["Accept-Ranges"] == "bytes"
    assert response.content.startswith(b"PMTiles\x03")


def test_a_range_that_reaches_past_the_end_gives_what_there_is(client: Client, file: Path) -> None:
    size = file.stat().st_size
    response = client.get(ADDRESS, headers={"range": f"bytes={size - 5}-{size + 1000}"})
    assert (response.status_code, response.content) == (206, file.read_bytes()[-5:])


def test_an_open_range_and_the_last_bytes_give_the_end(client: Client, file: Path) -> None:
    size = file.stat().st_size
    for wanted in (f"bytes={size - 9}-", "bytes=-9"):
        response = client.get(ADDRESS, headers={"range": wanted})
        assert (response.status_code, response.content) == (206, file.read_bytes()[-9:])


def test_a_range_behind_the_end_is_refused_with_the_size(client: Client, file: Path) -> None:
    size = file.stat().st_size
    response = client.get(ADDRESS, headers={"range": f"bytes={size}-"})
    assert (response.status_code, response["Content-Range"]) == (416, f"bytes */{size}")


@pytest.mark.parametrize(
    "wanted", ["", "bytes=", "bytes=-", "lines=0-5", "bytes=9-3", "bytes=0-1,4-5", "bytes=x-"]
)
def test_what_is_no_single_range_gives_the_whole_file(client: Client, file: Path, wanted: str) -> None:
    response = client.get(ADDRESS, headers={"range": wanted})
    assert (response.status_code, response.content) == (200, file.read_bytes())


def test_a_range_of_another_edition_gives_the_whole_file(client: Client, file: Path) -> None:
    etag = client.head(ADDRESS)["ETag"]
    same = client.get(ADDRESS, headers={"range": "bytes=0-9", "if-range": etag})
    other = client.get(ADDRESS, headers={"range": "bytes=0-9", "if-range": '"another"'})
    dated = client.get(ADDRESS, headers={"range": "bytes=0-9", "if-range": formatdate(usegmt=True)})
    assert [same.status_code, other.status_code, dated.status_code] == [206, 200, 200]
    assert other.content == file.read_bytes()


def test_a_browser_that_has_the_file_is_told_so(client: Client, file: Path) -> None:
    etag = client.get(ADDRESS, headers={"range": "bytes=0-9"})["ETag"]
    response = client.get(ADDRESS, headers={"if-none-match": etag})
    assert (response.status_code, response.content) == (304, b"")


def test_a_file_that_was_replaced_has_another_tag(client: Client, file: Path) -> None:
    before = client.head(ADDRESS)["ETag"]
    file.write_bytes(file.read_bytes() + b" ")
    assert client.head(ADDRESS)["ETag"] != before


def test_a_large_part_is_streamed_and_complete(client: Client, large_file: Path) -> None:
    response = client.get(ADDRESS, headers={"range": "bytes=1000-2500000"})
    assert isinstance(response, StreamingHttpResponse)
    parts = response.streaming_content
    assert isinstance(parts, Iterator)
    assert b"".join(parts) == large_file.read_bytes()[1000:2_500_001]


def test_only_the_address_of_this_edition_is_kept_for_ever(client: Client, file: Path) -> None:
    etag = client.head(ADDRESS)["ETag"].strip('"')
    assert "immutable" in client.head(f"{ADDRESS}?v={etag}")["Cache-Control"]
    assert client.head(f"{ADDRESS}?v=older")["Cache-Control"] == "public, no-cache"


def test_without_a_file_there_is_nothing(client: Client, settings: LazySettings, tmp_path: Path) -> None:
    settings.BASEMAP_FILE = None
    assert client.get(ADDRESS).status_code == 404
    settings.BASEMAP_FILE = tmp_path / "taken-away.pmtiles"
    assert client.get(ADDRESS).status_code == 404


def test_nothing_can_be_sent_there(client: Client, file: Path) -> None:
    assert client.post(ADDRESS).status_code == 405


@given(st.text(alphabet="bytes=-0123456789, ", max_size=24), st.integers(0, 500))
def test_no_header_reads_outside_the_file(header: str, size: int) -> None:
    try:
        span = read_range(header, size)
    except RangeOutside:
        return
    assert span is None or (0 <= span.first < size and 0 < span.length <= size - span.first)


def test_a_span_counts_both_its_ends() -> None:
    assert read_range("bytes=2-4", 10) == Span(2, 3)
