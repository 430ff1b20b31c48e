"""Invented people of the demo city, named as people in Sofia are."""

from collections.abc import Iterator
from itertools import cycle, product
from random import Random

WOMEN = ("Мария", "Елена", "Десислава", "Ива", "Радост", "Гергана", "Весела", "Цветелина", "Яна", "Снежана")
MEN = ("Георги", "Димитър", "Николай", "Борис", "Стефан", "Пламен", "Красимир", "Асен", "Любомир", "Явор")
# A woman's has an "а" at its end, or for the last letter where that is a vowel.
FAMILIES = (
    "Иванов",
    "Петров",
    "Тодоров",
    "Колев",
    "Стоянов",
    "Маринов",
    "Ангелов",
    "Вълчев",
    "Златев",
    "Божков",
    "Раковски",
    "Дончев",
)


def invent_names(random: Random) -> Iterator[str]:
    """Full names in an order of chance, each once before one comes again."""
    women = [f"{first} {_her(family)}" for first, family in product(WOMEN, FAMILIES)]
    men = [f"{first} {family}" for first, family in product(MEN, FAMILIES)]
    names = women + men
    random.shuffle(names)
    return cycle(names)


def _her(family: str) -> str:
    return f"{family.removesuffix('и')}а"
