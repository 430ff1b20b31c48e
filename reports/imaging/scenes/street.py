"""Scenes on the road and the pavement."""

from random import Random

from PIL import Image, ImageDraw, ImageFilter

from reports.imaging.scenes.textures import Size, blob, ground, shadow

ASPHALT = (104, 106, 112)
PAVEMENT = (158, 152, 143)


def road(size: Size, random: Random) -> Image.Image:
    """Asphalt with a white line and the edge of a pavement."""
    image = ground(size, ASPHALT, random)
    draw = ImageDraw.Draw(image)
    w, h = size
    lean = random.uniform(0.08, 0.2) * w
    left = random.uniform(0.08, 0.24) * w
    draw.polygon(
        [(left + lean, 0), (left + lean + 0.05 * w, 0), (left + 0.06 * w, h), (left - 0.02 * w, h)],
        fill=(214, 211, 203),
    )
    draw.polygon([(0.86 * w, 0), (w, 0), (w, 0.55 * h)], fill=(150, 142, 128))
    return image.filter(ImageFilter.GaussianBlur(0.7))


def _cracks(draw: ImageDraw.ImageDraw, random: Random, centre: tuple[float, float], reach: float) -> None:
    for _ in range(5):
        x, y = centre[0] + random.uniform(-reach, reach), centre[1] + random.uniform(-reach, reach) * 0.6
        points = [(x, y)]
        for _step in range(6):
            x, y = x + random.uniform(-reach, reach) * 0.2, y + random.uniform(-reach, reach) * 0.12
            points.append((x, y))
        draw.line(points, fill=(58, 58, 60), width=2)


def pothole(size: Size, random: Random, *, fixed: bool) -> Image.Image:
    image = road(size, random)
    w, h = size
    centre = (random.uniform(0.45, 0.62) * w, random.uniform(0.48, 0.6) * h)
    hole = blob(random, centre, (0.19 * w, 0.16 * h))
    if fixed:
        return _patch(image, centre)
    image = shadow(image, blob(random, centre, (0.22 * w, 0.19 * h)), strength=0.35)
    draw = ImageDraw.Draw(image)
    _cracks(draw, random, centre, 0.3 * w)
    draw.polygon(hole, fill=(46, 44, 42), outline=(156, 146, 128), width=4)
    water = Image.new("L", size, 0)
    ImageDraw.Draw(water).ellipse(
        [centre[0] - 0.09 * w, centre[1] - 0.05 * h, centre[0] + 0.1 * w, centre[1] + 0.09 * h], fill=190
    )
    return Image.composite(
        Image.new("RGB", size, (74, 88, 100)), image, water.filter(ImageFilter.GaussianBlur(12))
    )


def _patch(image: Image.Image, centre: tuple[float, float]) -> Image.Image:
    w, h = image.size
    x, y = centre
    outline = [
        (x - 0.24 * w, y - 0.19 * h),
        (x + 0.22 * w, y - 0.2 * h),
        (x + 0.25 * w, y + 0.2 * h),
        (x - 0.22 * w, y + 0.21 * h),
    ]
    mask = Image.new("L", image.size, 0)
    ImageDraw.Draw(mask).polygon(outline, fill=255)
    fresh = ground(image.size, (58, 58, 62), Random(7), rough=18)
    image = Image.composite(fresh, image, mask)
    ImageDraw.Draw(image).line([*outline, outline[0]], fill=(34, 34, 36), width=5)
    return image


def manhole(size: Size, random: Random, *, fixed: bool) -> Image.Image:
    image = road(size, random)
    w, h = size
    x, y = random.uniform(0.45, 0.58) * w, random.uniform(0.5, 0.58) * h
    box = [x - 0.2 * w, y - 0.17 * h, x + 0.2 * w, y + 0.17 * h]
    image = shadow(
        image, [(box[0], box[1]), (box[2], box[1]), (box[2], box[3]), (box[0], box[3])], strength=0.25
    )
    draw = ImageDraw.Draw(image)
    draw.ellipse(box, fill=(88, 84, 80) if fixed else (18, 17, 18), outline=(120, 114, 106), width=9)
    if fixed:
        for step in range(-3, 4):
            draw.line(
                [(x + step * 0.05 * w, y - 0.12 * h), (x + step * 0.05 * w, y + 0.12 * h)],
                fill=(66, 63, 60),
                width=5,
            )
        return image
    draw.chord(
        [box[0] + 0.3 * w, box[1] - 0.12 * h, box[2] + 0.26 * w, box[3] - 0.16 * h],
        0,
        360,
        fill=(96, 92, 88),
        outline=(58, 56, 54),
        width=6,
    )
    return image


def sign(size: Size, random: Random, *, fixed: bool) -> Image.Image:
    image = ground(size, PAVEMENT, random)
    w, h = size
    draw = ImageDraw.Draw(image)
    for row in range(1, 6):
        draw.line([(0, row * h / 6), (w, row * h / 6 + 8)], fill=(128, 123, 116), width=2)
    draw.rectangle([0, 0, w, int(0.2 * h)], fill=(128, 134, 128))
    base = (0.5 * w, 0.86 * h)
    top = (0.5 * w, 0.2 * h) if fixed else (0.86 * w, 0.66 * h)
    image = shadow(image, [base, (base[0] + 40, base[1]), (top[0] + 60, top[1] + 30), top], strength=0.3)
    draw = ImageDraw.Draw(image)
    draw.line([base, top], fill=(150, 152, 156), width=max(8, w // 60))
    r = 0.13 * w
    draw.ellipse([top[0] - r, top[1] - r, top[0] + r, top[1] + r], fill=(196, 40, 36))
    draw.ellipse(
        [top[0] - r * 0.76, top[1] - r * 0.76, top[0] + r * 0.76, top[1] + r * 0.76], fill=(238, 236, 230)
    )
    return image


def water(size: Size, random: Random, *, fixed: bool) -> Image.Image:
    image = road(size, random)
    w, h = size
    if fixed:
        return _patch(image, (0.55 * w, 0.5 * h))
    mask = Image.new("L", size, 0)
    draw = ImageDraw.Draw(mask)
    draw.polygon(blob(random, (0.55 * w, 0.6 * h), (0.34 * w, 0.26 * h), 22), fill=220)
    draw.polygon([(0.5 * w, 0.55 * h), (0.66 * w, 0.55 * h), (0.9 * w, h), (0.36 * w, h)], fill=200)
    sky = ground(size, (126, 146, 158), random, rough=20).filter(ImageFilter.GaussianBlur(5))
    return Image.composite(sky, image, mask.filter(ImageFilter.GaussianBlur(9)))
