"""Byte ranges of one file over HTTP (RFC 9110, section 14): 200, 206, 304 and 416; no multipart answers."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse

CHUNK_BYTES = 64 * 1024
# Up to here an answer is read at once; larger ones are streamed.
WHOLE_BYTES = 1024 * 1024
_ONE_RANGE = re.compile(r"bytes=(\d{0,19})-(\d{0,19})")


@dataclass(frozen=True)
class Span:
    """Bytes from `first` on, `length` of them."""

    first: int
    length: int


class RangeOutside(Exception):
    """The range asked for begins behind the end of the file."""


def read_range(header: str, size: int) -> Span | None:
    """The span that a Range header asks for; None when it asks for none that we serve (then all is sent).

    Raises RangeOutside for what can't be satisfied.
    """
    match = _ONE_RANGE.fullmatch(header.replace(" ", ""))
    if match is None or match.group(0) == "bytes=-":
        return None
    first, last = match.groups()
    if first == "":
        return _suffix(int(last), size)
    begin, end = int(first), min(int(last) if last else size - 1, size - 1)
    if last and int(last) < begin:
        return None
    if begin >= size:
        raise RangeOutside
    return Span(begin, end - begin + 1)


def _suffix(count: int, size: int) -> Span:
    if count == 0 or size == 0:
        raise RangeOutside
    return Span(max(size - count, 0), min(count, size))


def serve_file(request: HttpRequest, path: Path, *, etag: str, content_type: str) -> HttpResponseBase:
    """The file, or the part of it that is asked for; `etag` is strong and quoted."""
    size = path.stat().st_size
    try:
        span = _wanted_span(request, size, etag)
    except RangeOutside:
        return HttpResponse(
            status=416, headers={"Content-Range": f"bytes */{size}", "Accept-Ranges": "bytes"}
        )
    response = _answer(request, path, span or Span(0, size), content_type)
    response["Accept-Ranges"] = "bytes"
    response["ETag"] = etag
    if span is not None:
        response.status_code = 206
        response["Content-Range"] = f"bytes {span.first}-{span.first + span.length - 1}/{size}"
    return response


def _wanted_span(request: HttpRequest, size: int, etag: str) -> Span | None:
    condition = request.headers.get("If-Range")
    if condition is not None and condition.strip() != etag:
        return None
    return read_range(request.headers.get("Range", ""), size)


def _answer(request: HttpRequest, path: Path, span: Span, content_type: str) -> HttpResponseBase:
    length = {"Content-Length": str(span.length)}
    if request.method == "HEAD":
        return HttpResponse(content_type=content_type, headers=length)
    if span.length <= WHOLE_BYTES:
        return HttpResponse(b"".join(_read(path, span)), content_type=content_type, headers=length)
    return StreamingHttpResponse(_read(path, span), content_type=content_type, headers=length)


def _read(path: Path, span: Span) -> Iterator[bytes]:
    left = span.length
    with path.open("rb") as file:
        file.seek(span.first)
        while left > 0 and (chunk := file.read(min(CHUNK_BYTES, left))):
            left -= len(chunk)
            yield chunk
