"""Reply templates that the demo city begins with, in Bulgarian and English."""

from reports.models import Category, ReplyTemplate

_REPLY, _QUESTION = ReplyTemplate.Purpose.REPLY, ReplyTemplate.Purpose.QUESTION
_REFUSAL, _REFERRAL = ReplyTemplate.Purpose.REFUSAL, ReplyTemplate.Purpose.REFERRAL

# Purpose, category or nothing, and by language the title and the words.
TEMPLATES: list[tuple[ReplyTemplate.Purpose, str, dict[str, tuple[str, str]]]] = [
    (
        _REPLY,
        "",
        {
            "bg": (
                "Приехме го",
                "Благодарим Ви за сигнала {code}. {district} го пое и трябва да го оправи до {due}."
                " Тук се вижда докъде е стигнал: {link}",
            ),
            "en": (
                "We have it",
                "Thank you for {code}. {district} has taken it on, to be fixed by {due}."
                " How it goes on stands here: {link}",
            ),
        },
    ),
    (
        _REPLY,
        "",
        {
            "bg": ("Екипът има задачата", "{crew} има задачата: {place}. Крайният срок е {due}."),
            "en": ("A crew has it", "{crew} has the job: {place}. It is to be done by {due}."),
        },
    ),
    (
        _REPLY,
        "pothole",
        {
            "bg": (
                "Дупка: временен ремонт",
                "Дупката ({place}) ще бъде запълнена временно."
                " Трайният ремонт се прави, щом времето позволи.",
            ),
            "en": (
                "Pothole: filled for now",
                "The hole ({place}) will be filled for now."
                " It is repaired for good once the weather allows it.",
            ),
        },
    ),
    (
        _QUESTION,
        "",
        {
            "bg": (
                "Къде точно?",
                "Не намерихме мястото: {place}. Бихте ли ни казали кой вход или номер е най-близо?",
            ),
            "en": (
                "Where exactly?",
                "We could not find the place: {place}. Which entrance or number is closest to it?",
            ),
        },
    ),
    (
        _REFUSAL,
        "",
        {
            "bg": (
                "Частен имот",
                "Мястото ({place}) е частен имот и {district} няма право да работи там."
                " Моля, обърнете се към собственика.",
            ),
            "en": (
                "Private land",
                "The place ({place}) is private land, where {district} may not work. Please ask its owner.",
            ),
        },
    ),
    (
        _REFERRAL,
        "",
        {
            "bg": ("Предадохме го", "Предадохме сигнала Ви от {received} ({category}). Отговор дават те."),
            "en": (
                "Passed on",
                "We have passed on your report of {received} ({category}). They will answer.",
            ),
        },
    ),
]


def make_templates() -> None:
    """For all districts, so that every desk of the demo has them."""
    categories = {category.code: category for category in Category.objects.all()}
    ReplyTemplate.objects.bulk_create(
        ReplyTemplate(
            purpose=purpose, category=categories.get(code), language=language, title=title, body=body
        )
        for purpose, code, words in TEMPLATES
        for language, (title, body) in words.items()
        if not code or code in categories
    )
