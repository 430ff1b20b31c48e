"""The step in which faces and number plates will be blurred, between turning upright and encoding."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL import Image

NEEDS_RELEASE = "needs_release"
CLEARED = "cleared"


def redact(image: "Image.Image") -> tuple["Image.Image", str]:
    """The upright RGB picture with whatever must not be seen made unseeable, and who may show it next.

    NEEDS_RELEASE: staff must look at it before the public does. CLEARED: blurring is trusted for this
    picture. Nothing is found yet: the picture passes through and staff release it.
    """
    return image, NEEDS_RELEASE
