"""What a photo may be, and what the child process that opens it may use."""

from typing import NamedTuple

MB = 1_000_000


class Limits(NamedTuple):
    """Bounds on the file, on the child that decodes it, and on waiting for the machine's one decoder.

    Bytes, pixels and seconds. `coefficient_bytes` bounds what a progressive JPEG must hold in memory before
    its first pixel; a baseline JPEG holds nothing. The memory limits are address space, so that resident
    memory is always below them.
    """

    max_bytes: int = 25 * MB
    max_pixels: int = 60 * MB
    coefficient_bytes: int = 200 * MB
    jpeg_memory: int = 300 * MB
    memory: int = 1_200 * MB
    cpu_seconds: int = 30
    wall_seconds: float = 60.0
    wait_seconds: float = 120.0

    def memory_for(self, photo_format: str) -> int:
        """Address space in bytes that a child may use to decode this format."""
        return self.jpeg_memory if photo_format == "jpeg" else self.memory


LIMITS = Limits()
