"""The words a report's fields may hold."""

from django.db.models import IntegerChoices, TextChoices
from django.utils.translation import gettext_lazy as _


class ReportStatus(TextChoices):
    RECEIVED = "received", _("received")
    ACKNOWLEDGED = "acknowledged", _("seen by the district")
    PLANNED = "planned", _("planned")
    IN_PROGRESS = "in_progress", _("in progress")
    RESOLVED = "resolved", _("fixed")
    CLOSED = "closed", _("closed")
    REJECTED = "rejected", _("not taken on")
    DUPLICATE = "duplicate", _("already reported")
    REFERRED = "referred", _("passed to another body")
    WAITING = "waiting", _("waiting for you")
    REOPENED = "reopened", _("open again")


# Nobody works on it: what the desk may still reject, merge, refer or ask about.
UNTOUCHED_STATUSES = (
    ReportStatus.RECEIVED,
    ReportStatus.ACKNOWLEDGED,
    ReportStatus.WAITING,
    ReportStatus.REOPENED,
)
UNDER_WAY_STATUSES = (ReportStatus.PLANNED, ReportStatus.IN_PROGRESS)
OPEN_STATUSES = (*UNTOUCHED_STATUSES, *UNDER_WAY_STATUSES)
ENDED_STATUSES = (
    ReportStatus.RESOLVED,
    ReportStatus.CLOSED,
    ReportStatus.REJECTED,
    ReportStatus.DUPLICATE,
    ReportStatus.REFERRED,
)


class Urgency(IntegerChoices):
    """Higher leads every queue."""

    NORMAL = 0, _("normal")
    URGENT = 1, _("urgent")
    DANGER = 2, _("danger")


class Visibility(TextChoices):
    PUBLIC = "public", _("public")
    PRIVATE = "private", _("private")
    HIDDEN = "hidden", _("hidden by moderation")


class Channel(TextChoices):
    WEB = "web", _("web page")
    APP = "app", _("app")
    CALL = "call", _("call centre")
    COUNTER = "counter", _("counter")
    OPEN311 = "open311", _("Open311")


class ClosedBy(TextChoices):
    """Silence is not confirmation."""

    RESIDENT = "resident", _("confirmed by the resident")
    SILENCE = "silence", _("no answer for fourteen days")


class PhotoPolicy(TextChoices):
    RELEASE = "release", _("staff releases each photo")
    NEVER = "never", _("photos are never public")


class PhotoRole(TextChoices):
    RESIDENT = "resident", _("from the resident")
    BEFORE = "before", _("before the work")
    AFTER = "after", _("after the work")
    OBSTACLE = "obstacle", _("what was in the way")
    REOPENING = "reopening", _("why it is open again")


class PhotoStatus(TextChoices):
    PENDING = "pending", _("being prepared")
    READY = "ready", _("ready")
    FAILED = "failed", _("could not be read")


class PhotoSource(TextChoices):
    """Whence a phone took a photo; it says so itself."""

    CAMERA = "camera", _("camera")
    GALLERY = "gallery", _("gallery")


class Outcome(TextChoices):
    """What a finished job came to; the report's progress follows from it."""

    FIXED = "fixed", _("fixed")
    MADE_SAFE = "made_safe", _("made safe")
    NOTHING_FOUND = "nothing_found", _("nothing found")
