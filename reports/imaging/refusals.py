"""What a person is told when a photo can't be taken, and what a task is told when the machine failed."""

import unicodedata

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.errors import DomainError
from reports.imaging.limits import LIMITS, MB, Limits

LONGEST_NAME = 80

SENTENCES = {
    "photo_empty": gettext_noop(
        "“%(file)s” is empty, so it was not added. Everything else is kept; please choose the photo again."
    ),
    "photo_too_large": gettext_noop(
        "“%(file)s” is larger than %(megabytes)s MB, so it was not added. "
        "Everything else is kept; please send a smaller photo."
    ),
    "photo_too_many_pixels": gettext_noop(
        "“%(file)s” has more than %(megapixels)s megapixels or needs too much memory to open, "
        "so it was not added. Everything else is kept; please send a smaller photo."
    ),
    "photo_not_an_image": gettext_noop(
        "“%(file)s” is not a picture, so it was not added. Everything else is kept; please choose a photo."
    ),
    "photo_unsupported_format": gettext_noop(
        "“%(file)s” is not a kind of picture we can open, so it was not added. "
        "Everything else is kept; please send it as JPEG, PNG, WebP, HEIC or AVIF."
    ),
    "photo_animated": gettext_noop(
        "“%(file)s” is an animation, so it was not added. Everything else is kept; please send a still photo."
    ),
    "photo_broken": gettext_noop(
        "“%(file)s” is damaged or incomplete, so it was not added. "
        "Everything else is kept; please take or choose the photo again."
    ),
}


class PhotoRefused(DomainError):
    """The file is at fault: trying again won't help. `code` is one of SENTENCES, `data["file"]` its name."""

    http_status = 422

    def __init__(self, code: str, *, name: str, limits: Limits = LIMITS) -> None:
        self.code = code
        shown = shown_name(name)
        bounds = {"megabytes": limits.max_bytes // MB, "megapixels": limits.max_pixels // MB}
        facts = {"file": shown, **bounds}
        super().__init__(_(SENTENCES[code]) % facts, field="photos", file=shown)


class ProcessingFailed(DomainError):
    """The machine, not the file, is at fault: the same call may succeed later, and nothing was written.

    `reason` is "busy" (another decode held the lock), "memory", "time" or "worker" (the child did not start).
    """

    code = "photo_processing_failed"
    http_status = 503

    def __init__(self, reason: str, *, name: str) -> None:
        self.reason = reason
        shown = shown_name(name)
        detail = _("“%(file)s” could not be opened just now. It is kept; please try again in a minute.")
        super().__init__(detail % {"file": shown}, field="photos", file=shown, reason=reason)


def failure(reason: str, *, name: str, limits: Limits) -> DomainError:
    """What a child's failure means: refused when the file is at fault, else to be tried again."""
    if reason in {"broken", "too_many_pixels"}:
        return PhotoRefused(f"photo_{reason}", name=name, limits=limits)
    return ProcessingFailed(reason, name=name)


def shown_name(name: str) -> str:
    """A file's name fit for a sentence: no folders, no control or direction characters, not long."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    kept = "".join(c for c in last if unicodedata.category(c)[0] != "C").strip()
    if len(kept) > LONGEST_NAME:
        kept = kept[: LONGEST_NAME - 1] + "…"
    return kept or _("photo")
