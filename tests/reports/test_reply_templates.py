"""Reply templates: plain placeholders, what is offered for a report, and what it reads like."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from accounts.errors import NotAllowed, NotFound
from accounts.models import User
from districts.models import District, Neighbourhood, Role
from reports.codes import format_code
from reports.models import Category, ReplyTemplate, Report, ReportStatus, Visibility
from reports.placeholders import PLACEHOLDERS, fill_placeholders, split_at_placeholders, unknown_placeholders
from reports.selectors.replies import FilledTemplate, templates_for
from reports.services.changing import Conflict
from reports.services.replies import (
    TemplateRefused,
    TemplateWords,
    add_template,
    change_template,
    retire_template,
)
from tests.factories import NOW, make_category, make_report, make_staff

REPLY, REFUSAL = ReplyTemplate.Purpose.REPLY, ReplyTemplate.Purpose.REFUSAL


def words(**fields: Any) -> TemplateWords:
    return TemplateWords(**({"title": "Seen", "body": "We have {code}.", "language": "en"} | fields))


def template(body: str = "We have {code}.", **fields: Any) -> ReplyTemplate:
    return ReplyTemplate.objects.create(**({"title": "Seen", "body": body, "language": "en"} | fields))


def offered(report: Report, purpose: ReplyTemplate.Purpose = REPLY, **more: Any) -> list[FilledTemplate]:
    return templates_for(Report.objects.get(pk=report.pk), purpose, at=more.pop("at", NOW), **more)


@pytest.fixture
def supervisor(city: tuple[District, District]) -> User:
    return make_staff(city[0], Role.SUPERVISOR)


def test_a_placeholder_is_replaced_and_never_what_stands_in_its_value() -> None:
    values = {"place": "{link} {0.__class__} %s", "code": "K7Q-3MX"}
    assert fill_placeholders("{ code }: {place}!", values) == "K7Q-3MX: {link} {0.__class__} %s!"
    assert fill_placeholders("By {due}.", values | {"due": ""}) is None
    assert unknown_placeholders("{code} {due_date} {} {code.x}") == ["due_date", "", "code.x"]
    assert list(split_at_placeholders("By {due}!")) == [("By ", False), ("{due}", True), ("!", False)]


@pytest.mark.django_db
def test_a_template_fits_by_purpose_category_district_and_language_the_closest_first(
    city: tuple[District, District],
) -> None:
    left, right = city
    report = make_report(email="ann@example.org")
    lamp = make_category("lamp")
    template(title="Any")
    template(title="Ours", district=left)
    template(title="Holes", category=report.category)
    for other in (
        {"district": right},
        {"category": lamp},
        {"purpose": REFUSAL},
        {"language": "bg"},
        {"retired_at": NOW},
    ):
        template(title="Not this", **other)
    assert [each.title for each in offered(report)] == ["Holes", "Ours", "Any"]


@pytest.mark.django_db
def test_a_report_in_a_language_without_templates_gets_those_in_the_citys(
    city: tuple[District, District], settings: Any
) -> None:
    settings.LANGUAGE_CODE = "bg"
    report = make_report()
    template("Видяхме {category}.", language="bg")
    assert [each.text for each in offered(report)] == ["Видяхме Вид pothole."]
    template("We saw it.")
    assert [each.text for each in offered(report)] == ["We saw it."]


@pytest.mark.django_db
def test_every_placeholder_is_filled_in_the_language_of_the_template(city: tuple[District, District]) -> None:
    report = make_report(address="12 Main St", language="bg")
    template(" | ".join(f"{{{name}}}" for name in PLACEHOLDERS), language="bg")
    (filled,) = offered(report, crew="Екип 1")
    code = format_code(report.code)
    told = filled.text.split(" | ")
    assert told[:4] == [code, "Вид pothole", "12 Main St", "Район left"]
    assert told[4].startswith("3 ноември")
    assert "ноември" in told[5]
    assert told[6] == "Екип 1"
    assert told[7].endswith(f"/r/{code}/")


@pytest.mark.django_db
def test_a_place_without_an_address_is_told_by_its_neighbourhood_or_honestly(
    city: tuple[District, District],
) -> None:
    report = make_report()
    template("{place}")
    assert offered(report)[0].text == "the place on the map"
    polygon = city[0].boundaries.get().polygon
    quarter = Neighbourhood.objects.create(
        district=city[0], code="q", slug="q", names={"en": "Old Town"}, polygon=polygon
    )
    Report.objects.update(neighbourhood=quarter)
    assert offered(report)[0].text == "Old Town"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("body", "change"),
    [
        ("{crew}", {}),
        ("{link}", {"visibility": Visibility.PRIVATE}),
        ("{due}", {"resolve_due_at": NOW - timedelta(hours=1)}),
        ("{due}", {"status": ReportStatus.WAITING, "waiting_since": NOW}),
        ("{due}", {"status": ReportStatus.REFERRED}),
    ],
)
def test_a_template_that_names_what_the_report_has_not_is_not_offered(
    city: tuple[District, District], body: str, change: dict[str, Any]
) -> None:
    report = make_report()
    template(body)
    assert bool(offered(report)) == bool(change)
    Report.objects.update(**change)
    assert offered(report) == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"title": " "}, "title"),
        ({"body": "\n"}, "body"),
        ({"body": "By {when}."}, "body"),
        ({"body": "x" * 1_501}, "body"),
        ({"language": "xx"}, "language"),
    ],
)
def test_what_is_wrong_is_named_by_its_field(supervisor: User, wrong: dict[str, Any], field: str) -> None:
    district = District.objects.get(code="left")
    with pytest.raises(TemplateRefused) as refusal:
        add_template(template_id=uuid4(), district=district, words=words(**wrong), actor=supervisor)
    assert refusal.value.field == field
    assert not ReplyTemplate.objects.exists()


@pytest.mark.django_db
def test_the_same_id_again_is_the_same_template_and_the_second_writer_is_told(
    supervisor: User, city: tuple[District, District]
) -> None:
    kept = [
        add_template(template_id=pk, district=city[0], words=words(), actor=supervisor)
        for pk in [uuid4()] * 2
    ]
    assert kept[0].pk == kept[1].pk
    change_template(template_id=kept[0].pk, words=words(title="First"), actor=supervisor, version=1)
    with pytest.raises(Conflict):
        change_template(template_id=kept[0].pk, words=words(title="Second"), actor=supervisor, version=1)
    assert ReplyTemplate.objects.get().title == "First"
    for _twice in range(2):
        retire_template(template_id=kept[0].pk, actor=supervisor, at=NOW)
    assert ReplyTemplate.objects.get().version == 3


@pytest.mark.django_db
def test_the_citys_templates_and_another_districts_are_not_a_supervisors(
    supervisor: User, city: tuple[District, District]
) -> None:
    for district in (None, city[1]):
        with pytest.raises(NotAllowed):
            add_template(template_id=uuid4(), district=district, words=words(), actor=supervisor)
    kept = template(district=city[1])
    with pytest.raises(NotFound):
        add_template(template_id=kept.pk, district=city[0], words=words(), actor=supervisor)
    with pytest.raises(NotAllowed):
        retire_template(template_id=kept.pk, actor=supervisor, at=NOW)


@pytest.mark.django_db
def test_the_administration_refuses_an_unknown_placeholder_too(client: Client) -> None:
    client.force_login(User.objects.create_superuser("admin@example.org", "a long password"))
    sent = {"title": "Seen", "purpose": "reply", "language": "en", "body": "By {when}."}
    page = reverse("admin:reports_replytemplate_add")
    assert "{when}" in client.post(page, sent).content.decode()
    assert Category.objects.count() == ReplyTemplate.objects.count() == 0
    assert client.post(page, sent | {"body": "By {due}."}).status_code == 302
    assert ReplyTemplate.objects.get().district is None
