"""What each frame of a client leads to, once hello was said."""

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from django.contrib.auth.models import AnonymousUser
from django.utils import timezone, translation

from accounts.models import User
from live import closing, frames
from live.commands import carry_out
from live.delivery import Ack, Position, believed_time
from live.looking import KIND, person_key
from live.people import Reader, identify
from live.registry import ack_call, positions_call, tells_lookers

if TYPE_CHECKING:
    from live.socket import Socket

PING = frames.encode({"type": "ping"})
PONG = frames.encode({"type": "pong"})


async def answer(socket: "Socket", frame: frames.Frame) -> None:
    """Raises frames.FrameRefused for a frame that can't be understood."""
    handler = _HANDLERS.get(frame["type"])
    if handler is None:
        raise frames.FrameRefused("unknown_type", f"No frame of type {frame['type'][:40]!r}.", field="type")
    await handler(socket, frame)


async def _ping(socket: "Socket", frame: frames.Frame) -> None:
    socket.outbox.put(PONG)


async def _pong(socket: "Socket", frame: frames.Frame) -> None:
    """That it came is all it says."""


async def _ack(socket: "Socket", frame: frames.Frame) -> None:
    stream, offset = frames.word(frame, "stream"), frames.whole(frame, "offset")
    subscription = socket.subscriptions.get(stream)
    if subscription is None:
        raise frames.FrameRefused("not_open", "This stream is not open here.", field="stream")
    if offset > subscription.offset:
        raise frames.FrameRefused("not_sent", "No such event was sent yet.", field="offset")
    reader = socket.reader
    if reader.signed_in and ack_call() is not None:
        ack = Ack(reader.user, reader.device, stream, offset, timezone.now())
        socket.hub.acks.put((reader.user.pk, reader.device, stream), ack)


async def _command(socket: "Socket", frame: frames.Frame) -> None:
    """One after the other, so that a client's commands keep their order."""
    if not socket.signed_in:
        raise closing.Closing(closing.SIGNED_OUT)
    socket.outbox.put(await socket.hub.work.run(_result_text, socket.reader, frame))


def _result_text(reader: Reader, frame: frames.Frame) -> str:
    """Who commands is asked anew: what was known of them at hello may be an hour old."""
    at = timezone.now()
    user = identify(reader.credential, at=at)
    if not isinstance(user, User) or user.pk != reader.user.pk:
        raise closing.Closing(closing.SIGNED_OUT)
    with translation.override(reader.language):
        return frames.encode(carry_out(user, frame, at=at))


async def _position(socket: "Socket", frame: frames.Frame) -> None:
    user = socket.reader.user
    if isinstance(user, AnonymousUser):
        raise closing.Closing(closing.SIGNED_OUT)
    streams = tuple(socket.subscriptions)
    position = Position(
        user=user,
        streams=streams,
        lat=frames.number(frame, "lat", least=-90, most=90),
        lon=frames.number(frame, "lon", least=-180, most=180),
        accuracy=frames.optional_number(frame, "accuracy", least=0, most=100_000),
        at=believed_time(frames.optional_moment(frame, "at"), at=timezone.now()),
    )
    if positions_call() is not None:
        socket.hub.positions.put((user.pk, streams), position)


async def _looking(socket: "Socket", frame: frames.Frame) -> None:
    """The answer names all who look at something now; what changes later comes by itself."""
    stream, user = frames.word(frame, "stream"), socket.reader.user
    report, is_writing = frames.optional_word(frame, "report"), frames.flag(frame, "writing")
    if stream not in socket.subscriptions or not tells_lookers(stream) or not isinstance(user, User):
        raise frames.FrameRefused("not_open", "This stream is not open here.", field="stream")
    lookers = socket.hub.lookers
    lookers.look(socket.id, stream, user, report=report, is_writing=is_writing)
    others = [item for item in lookers.known(stream) if item["id"] != str(socket.id)]
    socket.reply({"type": KIND, "stream": stream, "you": person_key(user), "people": others})


_HANDLERS: dict[str, Callable[["Socket", frames.Frame], Awaitable[None]]] = {
    "ping": _ping,
    "pong": _pong,
    "ack": _ack,
    "command": _command,
    "position": _position,
    "looking": _looking,
}
