"""Scenes beside containers, in parks and at walls."""

from random import Random

from PIL import Image, ImageDraw, ImageFilter

from reports.imaging.scenes.textures import Colour, Size, blob, ground, shadow

GRASS = (92, 122, 66)
WALL = (196, 186, 168)
BAGS: tuple[Colour, ...] = ((34, 36, 40), (52, 56, 62), (214, 212, 204), (178, 148, 62), (62, 84, 122))


def _lawn(size: Size, random: Random) -> Image.Image:
    image = ground(size, GRASS, random, rough=34)
    draw = ImageDraw.Draw(image)
    draw.rectangle([0, 0, size[0], int(0.22 * size[1])], fill=(168, 156, 144))
    draw.rectangle([0, int(0.22 * size[1]), size[0], int(0.26 * size[1])], fill=(126, 118, 106))
    return image.filter(ImageFilter.GaussianBlur(1))


def _container(image: Image.Image, x: float) -> Image.Image:
    w, h = image.size
    image = shadow(
        image, [(x, 0.72 * h), (x + 0.34 * w, 0.72 * h), (x + 0.38 * w, 0.8 * h), (x - 0.02 * w, 0.8 * h)]
    )
    draw = ImageDraw.Draw(image)
    draw.polygon(
        [(x, 0.26 * h), (x + 0.34 * w, 0.26 * h), (x + 0.31 * w, 0.76 * h), (x + 0.03 * w, 0.76 * h)],
        fill=(38, 96, 74),
    )
    draw.rectangle([x - 0.02 * w, 0.2 * h, x + 0.36 * w, 0.29 * h], fill=(30, 80, 62))
    for rib in range(1, 5):
        at = x + rib * 0.068 * w
        draw.line([(at, 0.3 * h), (at, 0.74 * h)], fill=(28, 74, 58), width=5)
    return image


def _bags(image: Image.Image, random: Random, count: int) -> Image.Image:
    w, h = image.size
    for _ in range(count):
        x, y = random.uniform(0.06, 0.72) * w, random.uniform(0.58, 0.86) * h
        r = random.uniform(0.05, 0.1) * w
        image = shadow(image, blob(random, (x + 12, y + r * 0.7), (r * 1.1, r * 0.5)), strength=0.45)
        draw = ImageDraw.Draw(image)
        colour = random.choice(BAGS)
        draw.polygon(blob(random, (x, y), (r, r * 0.82), 18), fill=colour)
        draw.line(
            [(x - r * 0.5, y - r * 0.2), (x, y - r * 0.5), (x + r * 0.2, y)],
            fill=tuple(min(255, c + 36) for c in colour),
            width=4,
        )
    return image


def litter(size: Size, random: Random, *, fixed: bool) -> Image.Image:
    image = _container(_lawn(size, random), 0.6 * size[0])
    return image if fixed else _bags(image, random, 11)


def overflowing(size: Size, random: Random, *, fixed: bool) -> Image.Image:
    image = _container(_lawn(size, random), 0.3 * size[0])
    if fixed:
        return image
    draw = ImageDraw.Draw(image)
    w, h = size
    for _ in range(9):
        x, y = random.uniform(0.3, 0.62) * w, random.uniform(0.1, 0.24) * h
        draw.polygon(blob(random, (x, y), (0.06 * w, 0.06 * h), 14), fill=random.choice(BAGS))
    return _bags(image, random, 5)


def branch(size: Size, random: Random, *, fixed: bool) -> Image.Image:
    image = _lawn(size, random)
    w, h = size
    draw = ImageDraw.Draw(image)
    draw.polygon([(0, 0.8 * h), (w, 0.62 * h), (w, 0.86 * h), (0, h)], fill=(176, 168, 152))
    if fixed:
        return image
    image = shadow(
        image, [(0.08 * w, 0.76 * h), (0.92 * w, 0.5 * h), (0.94 * w, 0.6 * h), (0.1 * w, 0.86 * h)]
    )
    draw = ImageDraw.Draw(image)
    draw.line(
        [(0.06 * w, 0.78 * h), (0.5 * w, 0.62 * h), (0.95 * w, 0.46 * h)],
        fill=(88, 66, 46),
        width=max(14, w // 34),
    )
    for _ in range(70):
        x = random.uniform(0.2, 0.95)
        y = 0.74 - 0.3 * x + random.uniform(-0.14, 0.16)
        shade = random.randint(-22, 22)
        draw.polygon(
            blob(random, (x * w, y * h), (0.03 * w, 0.025 * h), 9),
            fill=(64 + shade, 104 + shade, 50 + shade // 2),
        )
    return image


def graffiti(size: Size, random: Random, *, fixed: bool) -> Image.Image:
    image = ground(size, WALL, random, rough=18)
    w, h = size
    draw = ImageDraw.Draw(image)
    for row in range(9):
        draw.line([(0, row * h / 8), (w, row * h / 8)], fill=(170, 160, 144), width=2)
    draw.rectangle([0, int(0.88 * h), w, h], fill=(120, 116, 110))
    if fixed:
        draw.rectangle([int(0.1 * w), int(0.24 * h), int(0.9 * w), int(0.76 * h)], fill=(204, 196, 180))
        return image.filter(ImageFilter.GaussianBlur(1))
    for colour in ((38, 60, 120), (176, 40, 66), (30, 30, 34)):
        x, y = 0.14 * w, random.uniform(0.35, 0.65) * h
        points = [(x, y)]
        while x < 0.84 * w:
            x, y = x + random.uniform(0.03, 0.09) * w, random.uniform(0.3, 0.7) * h
            points.append((x, y))
        draw.line(points, fill=colour, width=max(9, w // 50), joint="curve")
    return image.filter(ImageFilter.GaussianBlur(1.4))


def lamp(size: Size, random: Random, *, fixed: bool) -> Image.Image:
    image = ground(size, (44, 54, 78), random, rough=14).filter(ImageFilter.GaussianBlur(4))
    w, h = size
    draw = ImageDraw.Draw(image)
    for block in range(5):
        left, top = block * 0.22 * w - 20, random.uniform(0.5, 0.66) * h
        draw.rectangle([left, top, left + 0.2 * w, h], fill=(30, 36, 52))
        for _ in range(7):
            x, y = left + random.uniform(0.02, 0.16) * w, random.uniform(top / h + 0.04, 0.94) * h
            draw.rectangle(
                [x, y, x + 14, y + 18], fill=(206, 172, 98) if random.random() < 0.6 else (44, 50, 66)
            )
    draw.line(
        [(0.5 * w, h), (0.5 * w, 0.16 * h), (0.64 * w, 0.12 * h)], fill=(16, 18, 24), width=max(9, w // 56)
    )
    draw.rounded_rectangle([0.6 * w, 0.1 * h, 0.74 * w, 0.15 * h], 8, fill=(24, 26, 32))
    if not fixed:
        return image
    glow = Image.new("L", size, 0)
    ImageDraw.Draw(glow).polygon(
        [(0.62 * w, 0.14 * h), (0.72 * w, 0.14 * h), (0.98 * w, h), (0.3 * w, h)], fill=150
    )
    image = Image.composite(
        Image.new("RGB", size, (252, 224, 158)), image, glow.filter(ImageFilter.GaussianBlur(40))
    )
    ImageDraw.Draw(image).ellipse([0.62 * w, 0.13 * h, 0.72 * w, 0.17 * h], fill=(255, 246, 214))
    return image


def bench(size: Size, random: Random, *, fixed: bool) -> Image.Image:
    image = _lawn(size, random)
    w, h = size
    image = shadow(
        image, [(0.14 * w, 0.78 * h), (0.88 * w, 0.78 * h), (0.92 * w, 0.88 * h), (0.16 * w, 0.88 * h)]
    )
    draw = ImageDraw.Draw(image)
    for leg in (0.2, 0.78):
        draw.rectangle([leg * w, 0.42 * h, (leg + 0.03) * w, 0.82 * h], fill=(52, 54, 58))
    for plank in range(5):
        y = (0.42 + plank * 0.065) * h
        broken = not fixed and plank in {1, 3}
        right, drop = (0.52 * w, 0.16 * h) if broken else (0.86 * w, 0)
        draw.polygon(
            [(0.14 * w, y), (right, y + drop), (right, y + drop + 0.04 * h), (0.14 * w, y + 0.04 * h)],
            fill=(140, 96, 58),
        )
    return image
