"""The demo city's categories, after the subjects that Sofia's own contact centre sorts by.

Each row: code, group, icon (Tabler), urgency, hours to be seen, working hours to be fixed, days of guarantee,
scene, names, keywords.
"""

from dataclasses import dataclass

from reports.models import Urgency

GROUPS = {
    "roads": {"bg": "Улици и тротоари", "en": "Streets and pavements"},
    "waste": {"bg": "Чистота", "en": "Cleanliness"},
    "green": {"bg": "Зелени площи и паркове", "en": "Green areas and parks"},
    "light": {"bg": "Осветление и вода", "en": "Lighting and water"},
    "other": {"bg": "Друго", "en": "Other"},
}


@dataclass(frozen=True)
class DemoCategory:
    """One category: times in working hours, `scene` names the drawing that shows it."""

    code: str
    group: str
    icon: str
    names: dict[str, str]
    keywords: dict[str, list[str]]
    scene: str
    urgency: Urgency = Urgency.NORMAL
    see_h: int = 8
    fix_h: int = 45
    guarantee_days: int = 0
    is_private: bool = False


CATEGORIES = [
    DemoCategory(
        "pothole",
        "roads",
        "road-off",
        {"bg": "Дупка на платното", "en": "Pothole"},
        {"bg": ["дупка", "яма", "асфалт", "пропаднало"], "en": ["pothole", "hole", "road", "asphalt"]},
        "pothole",
        guarantee_days=365,
    ),
    DemoCategory(
        "manhole",
        "roads",
        "alert-triangle",
        {"bg": "Отворена шахта", "en": "Open manhole"},
        {"bg": ["шахта", "капак", "решетка"], "en": ["manhole", "cover", "drain"]},
        "manhole",
        urgency=Urgency.DANGER,
        see_h=1,
        fix_h=9,
        guarantee_days=180,
    ),
    DemoCategory(
        "sign",
        "roads",
        "traffic-lights",
        {"bg": "Паднал или повреден знак", "en": "Fallen or damaged sign"},
        {"bg": ["знак", "табела", "светофар"], "en": ["sign", "traffic", "post"]},
        "sign",
        urgency=Urgency.URGENT,
        fix_h=18,
        guarantee_days=180,
    ),
    DemoCategory(
        "dumped-litter",
        "waste",
        "trash",
        {"bg": "Изхвърлен боклук", "en": "Dumped litter"},
        {"bg": ["боклук", "чували", "сметище", "отпадъци"], "en": ["litter", "rubbish", "dump", "bags"]},
        "litter",
        fix_h=18,
    ),
    DemoCategory(
        "full-container",
        "waste",
        "trash-off",
        {"bg": "Препълнен контейнер", "en": "Overflowing container"},
        {"bg": ["контейнер", "кофа", "препълнен"], "en": ["container", "bin", "full"]},
        "overflowing",
        fix_h=9,
    ),
    DemoCategory(
        "graffiti",
        "waste",
        "spray",
        {"bg": "Надписи по стена", "en": "Graffiti"},
        {"bg": ["графити", "надпис", "стена"], "en": ["graffiti", "paint", "wall"]},
        "graffiti",
        fix_h=90,
    ),
    DemoCategory(
        "tree",
        "green",
        "tree",
        {"bg": "Паднал клон или дърво", "en": "Fallen branch or tree"},
        {"bg": ["дърво", "клон", "паднал"], "en": ["tree", "branch", "fallen"]},
        "branch",
        urgency=Urgency.URGENT,
        fix_h=18,
    ),
    DemoCategory(
        "bench",
        "green",
        "armchair",
        {"bg": "Счупена пейка или съоръжение", "en": "Broken bench or equipment"},
        {"bg": ["пейка", "площадка", "люлка"], "en": ["bench", "playground", "swing"]},
        "bench",
        fix_h=90,
        guarantee_days=365,
    ),
    DemoCategory(
        "lamp",
        "light",
        "bulb-off",
        {"bg": "Лампа не свети", "en": "Street lamp out"},
        {"bg": ["лампа", "тъмно", "осветление"], "en": ["lamp", "light", "dark"]},
        "lamp",
        fix_h=27,
        guarantee_days=180,
    ),
    DemoCategory(
        "water-leak",
        "light",
        "droplet",
        {"bg": "Теч на улицата", "en": "Water leak"},
        {"bg": ["вода", "теч", "авария"], "en": ["water", "leak", "flood"]},
        "water",
        urgency=Urgency.URGENT,
        see_h=2,
        fix_h=18,
    ),
    DemoCategory(
        "homeless-person",
        "other",
        "heart-handshake",
        {"bg": "Човек в нужда", "en": "Person in need"},
        {"bg": ["човек", "помощ", "студ"], "en": ["person", "help", "cold"]},
        "bench",
        urgency=Urgency.URGENT,
        see_h=1,
        fix_h=9,
        is_private=True,
    ),
    DemoCategory(
        "other",
        "other",
        "dots",
        {"bg": "Друго", "en": "Something else"},
        {"bg": [], "en": []},
        "bench",
    ),
]

DANGER_NOTICE = {
    "bg": "Ако има опасност за хора, първо се обадете на 112.",
    "en": "If people are in danger, call 112 first.",
}

POTHOLE_QUESTIONS = [
    {
        "code": "depth",
        "datatype": "singlevaluelist",
        "required": False,
        "order": 1,
        "description": {"bg": "Колко е дълбока?", "en": "How deep is it?"},
        "values": [
            {"key": "shallow", "name": {"bg": "до 5 см", "en": "up to 5 cm"}},
            {"key": "deep", "name": {"bg": "над 5 см", "en": "over 5 cm"}},
        ],
    }
]
