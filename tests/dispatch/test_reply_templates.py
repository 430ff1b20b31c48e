"""Reply templates at the desk: their page, and the choice above the words of an act."""

from collections.abc import Callable, Iterator
from html import unescape
from typing import Any
from uuid import uuid4

import pytest

from dispatch.acts.act import Subject
from dispatch.acts.words import Reply
from districts import locating
from districts.models import District, Role
from reports.codes import format_code
from reports.models import Category, ReplyTemplate, Report, Update
from tests.dispatch.desks import Border, Person, hidden

pytestmark = pytest.mark.django_db
PAGE = "/desk/templates/"


@pytest.fixture
def border() -> Iterator[Border]:
    locating.forget()
    yield Border()
    locating.forget()


@pytest.fixture
def sonya(border: Border) -> Person:
    return border.make_person(border.left, Role.SUPERVISOR, name="Sonya")


def form(**fields: Any) -> dict[str, Any]:
    given = {"id": str(uuid4()), "title": "Seen", "purpose": "reply", "language": "en", "category": ""}
    return given | {"body": "We have {code}."} | fields


def template(body: str, **fields: Any) -> ReplyTemplate:
    return ReplyTemplate.objects.create(**({"title": "Seen", "body": body, "language": "en"} | fields))


def test_a_supervisor_keeps_changes_and_retires_a_template(border: Border, sonya: Person) -> None:
    sent = form()
    for _twice in range(2):
        assert sonya.send(f"{PAGE}new/", **sent).status_code == 302
    kept = ReplyTemplate.objects.get()
    assert (kept.district, kept.category) == (border.left, None)
    assert "We have <mark>{code}</mark>." in sonya.open(PAGE)
    changed = sonya.send(f"{PAGE}{kept.pk}/", **form(body="Thanks for {code}.", version=1))
    assert changed.status_code == 302
    unseen = sonya.send(f"{PAGE}{kept.pk}/", **form(body="Unseen, for {code}."))
    assert unseen.status_code == 409
    late = sonya.send(f"{PAGE}{kept.pk}/", **form(body="Mine, for {code}.", version=1))
    assert late.status_code == 409
    page = late.content.decode()
    assert "Thanks for <mark>{code}</mark>." in page
    assert "Mine, for {code}." in page
    assert 'name="version" value="2"' in page
    assert sonya.send(f"{PAGE}{kept.pk}/retire/").status_code == 302
    assert "1 retired" in sonya.open(PAGE)
    assert sonya.send(f"{PAGE}{kept.pk}/retire/", back="1").status_code == 302
    kept.refresh_from_db()
    assert (kept.body, kept.retired_at) == ("Thanks for {code}.", None)


def test_a_template_keeps_its_category_though_residents_are_not_offered_it_any_more(sonya: Person) -> None:
    lamp = Category.objects.get(code="lamp")
    kept = template("x", district=District.objects.get(code="left"), category=lamp)
    Category.objects.filter(pk=lamp.pk).update(is_active=False)
    page = sonya.open(f"{PAGE}{kept.pk}/")
    assert '<option value="lamp" selected>' in page
    sent = form(category="lamp", title="Other", version=1)
    assert sonya.send(f"{PAGE}{kept.pk}/", **sent).status_code == 302
    kept.refresh_from_db()
    assert (kept.category, kept.title) == (lamp, "Other")


def test_an_unknown_placeholder_is_refused_at_its_field(sonya: Person) -> None:
    refused = sonya.send(f"{PAGE}new/", **form(body="By {deadline}."))
    assert refused.status_code == 422
    page = refused.content.decode()
    assert "There is no placeholder {deadline}." in page
    assert 'aria-invalid="true"' in page


def test_dispatchers_read_supervisors_write_and_the_citys_are_an_administrators(
    border: Border, sonya: Person
) -> None:
    citys, theirs = template("All: {code}"), template("Right: {code}", district=border.right)
    read = border.mira.open(PAGE)
    assert "All: " in read
    assert "Right: " not in read
    assert border.mira.client.get(f"{PAGE}new/").status_code == 403
    for person in (border.mira, sonya):
        for path in (f"{PAGE}{citys.pk}/", f"{PAGE}{theirs.pk}/", f"{PAGE}{theirs.pk}/retire/"):
            assert person.send(path, **form(version=1)).status_code == 404, path
    ada = border.make_person(None)
    assert ada.send(f"{PAGE}new/?district=left", **form(is_citywide="on")).status_code == 302
    assert ada.send(f"{PAGE}{citys.pk}/", **form(body="Whole city", version=1)).status_code == 302
    assert not ReplyTemplate.objects.filter(district=border.left).exists()


def test_a_chosen_template_begins_the_words_without_javascript(border: Border) -> None:
    Report.objects.update(address="<b>{link}</b>")
    chosen = template("{code}: {place}")
    path = border.path(act="comment")
    raw = border.mira.client.get(f"{path}?template={chosen.pk}").content.decode()
    assert "&lt;b&gt;{link}&lt;/b&gt;</textarea>" in raw
    assert "<b>{link}" not in raw
    assert border.operator.client.get(f"{path}?template={chosen.pk}").status_code == 200
    assert border.mira.send(path, text="As begun.").status_code == 302
    assert Update.objects.filter(text="As begun.").exists()


def test_a_template_chosen_without_javascript_keeps_what_was_typed_and_sends_nothing(border: Border) -> None:
    chosen = template("{code} is theirs.", purpose="referral")
    path = border.path(act="refer")
    page = border.mira.open(path)
    button = f'<button class="reply-card" form="act-form" name="template" value="{chosen.pk}" formnovalidate'
    assert button in page
    assert page.index('<button form="act-form" hidden>') < page.index(button)  # Enter chooses no template
    sent = {"id": hidden(page, "id"), "version": hidden(page, "version"), "text": "Dear Ann,", "body": ""}
    begun = unescape(border.mira.send(path, **sent, template=str(chosen.pk)).content.decode())
    code = format_code(border.report.code)
    assert f"Dear Ann,\n\n{code} is theirs.</textarea>" in begun
    assert (hidden(begun, "id"), hidden(begun, "version")) == (sent["id"], sent["version"])
    assert "field--wrong" not in begun
    assert border.fresh().version == border.report.version
    assert border.mira.send(path, **sent, template="nonsense").status_code == 404
    assert border.boris.send(path, **sent, template=str(chosen.pk)).status_code == 404


@pytest.mark.parametrize(
    ("act", "purpose"), [("ask", "question"), ("reject", "refusal"), ("refer", "referral"), ("note", None)]
)
def test_each_act_offers_what_is_meant_for_it(border: Border, act: str, purpose: str | None) -> None:
    for each in ReplyTemplate.Purpose.values:
        template(f"Meant as {each}", purpose=each)
    page = border.mira.open(border.path(act=act))
    assert [each for each in ReplyTemplate.Purpose.values if f"Meant as {each}" in page] == (
        [purpose] if purpose else []
    )


def test_a_template_that_does_not_fit_or_is_anothers_is_not_found(border: Border) -> None:
    path = border.path(act="comment")
    others = [
        template("x", district=border.right),
        template("{crew} comes."),
        template("x", purpose="refusal"),
    ]
    for wrong in (*(each.pk for each in others), "nonsense"):
        assert border.mira.client.get(f"{path}?template={wrong}").status_code == 404, wrong
    border.assign()
    assert "Left 1 comes." in border.mira.open(f"{path}?template={others[1].pk}")


def test_many_templates_cost_a_form_two_queries(
    border: Border, django_assert_num_queries: Callable[..., Any]
) -> None:
    for number in range(20):
        template("{crew} {place} {link}", title=f"No. {number}")
    border.assign()
    assert border.mira.user is not None
    report = Report.objects.select_related("district", "category", "neighbourhood").get()
    act = Reply(Subject(border.mira.user, report))
    with django_assert_num_queries(2):
        assert len(act.templates) == 20
