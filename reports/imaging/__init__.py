"""Pictures: told apart by content, decoded in a short-lived child process, re-encoded without metadata.

The only package that imports PIL and pillow_heif, and only in the child. Others call:

- `sniff.sniff(source, name=…) -> Sniffed`: format and stored size from the headers, nothing decoded.
- `process.process(src, out_dir, name=…) -> Processed`: three derivatives, hashes and capture facts.
- `capture.read_capture(source, name=…) -> Captured`: when and where a picture says it was taken.
- `hashes.sha256_of(file) -> str` and `hashes.distance(a, b) -> int`: the same file, a similar picture.
- `refusals.PhotoRefused`: the file is at fault. `refusals.ProcessingFailed`: trying again may help.
- `limits.LIMITS`: what is accepted and what a child may use.
- `redact`: the step in which faces and plates will be blurred; until then staff release what the public sees.
"""
