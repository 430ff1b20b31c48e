"""What making the derivatives of a photo costs, against bare Pillow; and how much memory the child takes.

`python bench/photo.py [--quick]`. Exits 1 when a bound is missed.
"""

import argparse
import os
import platform
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import pillow_heif
from PIL import Image, __version__

ROOT = Path(__file__).resolve().parent.parent
RATIO_BOUND = 1.5
JPEG_BOUND, OTHER_BOUND = 300_000_000, 1_200_000_000
TWELVE, SIXTY = (4000, 3000), (9480, 6328)
TIMED_RUNS, QUICK_RUNS = 15, 5
FLOOR = """
import sys
from io import BytesIO
from PIL import Image
picture = Image.open(BytesIO(sys.stdin.buffer.read()))
{decode}
for argument in sys.argv[1:]:
    side, quality = map(int, argument.split("x"))
    picture.thumbnail((side, side))
    out = BytesIO()
    picture.save(out, "JPEG", quality=quality)
    sys.stdout.buffer.write(out.getvalue())
"""
AT_HALF_SIZE = "picture.draft(None, (1920, 1440)); picture.load()"
WHOLE = "picture.load()"


def main() -> int:
    """Print what was measured under which conditions; 1 when a bound was missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="few runs, and only the formats quickly made")
    parser.add_argument("--peak", type=Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.peak:
        print(peak_of_child(arguments.peak))
        return 0
    versions = f"Pillow {__version__}, pillow-heif {pillow_heif.__version__}"
    machine = f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}"
    print(f"Python {platform.python_version()}, {versions}, {machine}")
    with tempfile.TemporaryDirectory() as folder:
        kept = [measure_time(Path(folder), QUICK_RUNS if arguments.quick else TIMED_RUNS)]
        for name, save in SAVES.items():
            if not arguments.quick or name in QUICK:
                kept.append(measure_peak(Path(folder) / name, save))
    return 0 if all(kept) else 1


def noisy_picture(size: tuple[int, int]) -> Image.Image:
    """Slopes, blotches of several sizes and a sensor's noise: compresses like a photo, not like a drawing."""
    slopes = [Image.linear_gradient("L").rotate(angle).resize(size) for angle in (0, 90, 180)]
    picture = Image.merge("RGB", slopes)
    for share, strength in ((40, 90), (8, 60), (2, 25)):
        noise = [Image.effect_noise((size[0] // share, size[1] // share), strength) for _ in range(3)]
        blotches = Image.merge("RGB", noise).resize(size, Image.Resampling.BICUBIC)
        picture = Image.blend(picture, blotches, 0.3)
    return picture


# --- time ------------------------------------------------------------------------------------------------


def measure_time(folder: Path, runs: int) -> bool:
    """Print the ratio of medians over interleaved runs, the first thrown away; whether it keeps its bound."""
    photo = folder / "twelve.jpg"
    noisy_picture(TWELVE).save(photo, quality=92)
    ways: dict[str, Callable[[], None]] = {
        "ours": lambda: derive(photo, folder / "out"),
        "floor": lambda: bare_pillow(photo, AT_HALF_SIZE),
        "whole": lambda: bare_pillow(photo, WHOLE),
    }
    rounds = [{way: milliseconds(run) for way, run in ways.items()} for _ in range(runs + 1)][1:]
    ours, floor, whole = (statistics.median(took[way] for took in rounds) for way in ways)
    print(
        f"a 12-megapixel JPEG → three derivatives: {ours:.0f} ms, floor (bare Pillow decode + three encodes "
        f"of the same sizes and quality, in a process of the same kind) {floor:.0f} ms, "
        f"ratio {ours / floor:.2f} (≤ {RATIO_BOUND})"
    )
    print(f"  {photo.stat().st_size / 1e6:.1f} MB; medians of {runs} interleaved runs; the floor decodes")
    print(f"  at half size, as we do; decoding all pixels first, it takes {whole:.0f} ms")
    return ours / floor <= RATIO_BOUND


def milliseconds(run: Callable[[], None]) -> float:
    """Wall time of one run."""
    start = time.perf_counter()
    run()
    return 1000 * (time.perf_counter() - start)


def derive(photo: Path, out_dir: Path) -> None:
    """All that a task does for a photo: sniff, hash, lock, child, checks, files on disk."""
    sys.path.insert(0, str(ROOT))
    from reports.imaging.limits import LIMITS
    from reports.imaging.process import process

    process(photo, out_dir, limits=LIMITS._replace(max_bytes=2**31), lock=out_dir.parent / "lock")


def bare_pillow(photo: Path, decode: str) -> None:
    """The floor: decode and three encodes and nothing else, in a process started like our child."""
    from reports.imaging.sizes import SIZES

    sizes = [f"{size.side}x{size.quality}" for size in SIZES]
    with photo.open("rb") as file:
        subprocess.run(
            [sys.executable, "-s", "-c", FLOOR.format(decode=decode), *sizes],
            stdin=file,
            stdout=subprocess.PIPE,
            env={"LC_ALL": "C.UTF-8", "MALLOC_ARENA_MAX": "1"},
            check=True,
        )


# --- memory ----------------------------------------------------------------------------------------------


def with_alpha(picture: Image.Image) -> Image.Image:
    """The same picture, half seen through."""
    picture.putalpha(Image.linear_gradient("L").resize(picture.size))
    return picture


def save_heic(picture: Image.Image, path: Path) -> None:
    """In tiles of 512 pixels, as telephones do."""
    pillow_heif.from_pillow(picture).save(path, quality=40, tile_size=512, enc_params={"preset": "ultrafast"})


SAVES: dict[str, Callable[[Image.Image, Path], None]] = {
    "baseline.jpg": lambda picture, path: picture.save(path, quality=85),
    "progressive.jpg": lambda picture, path: picture.save(path, quality=85, progressive=True),
    "cmyk.jpg": lambda picture, path: picture.convert("CMYK").save(path, quality=85),
    "lossy.webp": lambda picture, path: picture.save(path, quality=70, method=0),
    "alpha.webp": lambda picture, path: with_alpha(picture).save(path, quality=70, method=0),
    "rgb.png": lambda picture, path: picture.save(path, compress_level=1),
    "alpha.png": lambda picture, path: with_alpha(picture).save(path, compress_level=1),
    "rgb.avif": lambda picture, path: picture.save(path, quality=60, speed=10),
    "alpha.avif": lambda picture, path: with_alpha(picture).save(path, quality=60, speed=10),
    "tiles.heic": save_heic,
}
QUICK = {"baseline.jpg", "progressive.jpg", "lossy.webp"}


def measure_peak(path: Path, save: Callable[[Image.Image, Path], None]) -> bool:
    """Print the child's peak memory on this picture at 60 megapixels; whether it keeps its bound."""
    save(noisy_picture(SIXTY), path)
    bound = JPEG_BOUND if path.suffix == ".jpg" else OTHER_BOUND
    told = subprocess.run(
        [sys.executable, __file__, "--peak", str(path)], stdout=subprocess.PIPE, check=True, cwd=ROOT
    )
    peak = int(told.stdout)
    print(
        f"peak memory of the child, {path.name} at 60 megapixels: {peak / 1e6:.0f} MB (< {bound / 1e6:.0f})"
    )
    path.unlink()
    return peak < bound


def peak_of_child(photo: Path) -> int:
    """Largest resident memory in bytes of the child that decodes this photo; run in a fresh process."""
    derive(photo, photo.parent / "out")
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    sys.exit(main())
