"""The append-only log: streams, their events, and how far each reader has come."""

import uuid

from django.db import models


class Stream(models.Model):
    """One ordered story, such as all that concerns one crew.

    `head` is the offset of its last event, 0 before the first. `epoch` changes when offsets can no longer be
    compared with those that clients remember, after a restored backup for example.
    """

    name = models.CharField(max_length=100, unique=True)
    epoch = models.UUIDField(default=uuid.uuid4)
    head = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return self.name


class Event(models.Model):
    """One thing that happened: ids, states, numbers and times, never text that a person wrote."""

    # The unique constraint is the index: a second one on the stream alone would cost every append.
    stream = models.ForeignKey(Stream, on_delete=models.CASCADE, related_name="events", db_index=False)
    offset = models.BigIntegerField()
    kind = models.CharField(max_length=60)
    payload = models.JSONField(default=dict)
    at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["stream", "offset"], name="live_event_offset_unique"),
            models.CheckConstraint(condition=models.Q(offset__gt=0), name="live_event_offset_positive"),
        )

    def __str__(self) -> str:
        return f"{self.stream_id}@{self.offset} {self.kind}"


class ReaderPosition(models.Model):
    """How far a reader of LIVE_READERS has handled a stream; a claim keeps a second run away meanwhile."""

    reader = models.CharField(max_length=60)
    stream = models.ForeignKey(Stream, on_delete=models.CASCADE, related_name="positions")
    offset = models.BigIntegerField(default=0)
    claimed_until = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["reader", "stream"], name="live_reader_position_unique"),
        )

    def __str__(self) -> str:
        return f"{self.reader} has read {self.stream_id} to {self.offset}"


class ServerProcess(models.Model):
    """A process that serves sockets. What it says of them holds while its heartbeat is young."""

    id = models.UUIDField(primary_key=True)
    beat_at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.id)


class Presence(models.Model):
    """A connection by which a person follows a stream, on which app, since when.

    `connection` is the socket, `process` the ServerProcess that serves it. When it is over, `gone_at` says
    when something last came from it; such a row is kept until the person comes back.
    """

    class App(models.TextChoices):
        PAGE = "page"
        NATIVE = "native"

    connection = models.UUIDField()
    stream = models.CharField(max_length=100)
    process = models.UUIDField()
    user = models.ForeignKey("accounts.User", on_delete=models.CASCADE, related_name="+")
    device = models.CharField(max_length=100, blank=True)
    app = models.CharField(max_length=6, choices=App.choices)
    since = models.DateTimeField()
    gone_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["stream", "connection"], name="live_presence_unique"),)

    def __str__(self) -> str:
        return f"{self.user_id} in {self.stream}"


class Setback(models.Model):
    """A row at which a sweep failed, `failures` times in a row; it is left out until `retry_at`."""

    sweep = models.CharField(max_length=60)
    row = models.CharField(max_length=40)
    failures = models.PositiveSmallIntegerField()
    retry_at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["sweep", "row"], name="live_setback_unique"),)

    def __str__(self) -> str:
        return f"{self.sweep} at {self.row}"
