"""Ninety days of the demo city, told through the same services that the pages use, each at its own time."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.utils import translation

from accounts.models import User
from dispatch.demo.boundaries import latin
from dispatch.demo.categories import DemoCategory
from dispatch.demo.names import invent_names
from dispatch.demo.pictures import Pool
from dispatch.demo.texts import REASONS, REOPENINGS
from dispatch.models import Crew, DeclineReason, Job
from dispatch.services.assign import assign_job
from dispatch.services.steps import accept_job, arrive, decline_job, finish_job, start_job
from dispatch.services.taking import Device
from districts.models import Membership, Role
from reports.links import private_token
from reports.models import Channel, Outcome, Photo, PhotoRole, Report
from reports.services.create import create_report
from reports.services.draft import ContactDraft, ReportDraft
from reports.services.photos import release_photo
from reports.services.resident import confirm_report, reopen_report
from reports.services.states import acknowledge_report, reject_report, wait_for_resident

# How far a report has come, and how many of a hundred of its age end there.
YOUNG = {
    "new": 44,
    "seen": 14,
    "declined": 2,
    "assigned": 14,
    "accepted": 8,
    "moving": 8,
    "fixed": 6,
    "waiting": 4,
}
MIDDLE = {"fixed": 46, "confirmed": 30, "assigned": 6, "moving": 4, "rejected": 8, "reopened": 6}
OLD = {"confirmed": 54, "fixed": 34, "rejected": 8, "nothing": 4}


SEEN_FIRST = {"seen", "rejected", "waiting"}

METRES_A_DEGREE = 111_195.0  # of latitude
Tap = tuple[Callable[..., object], float]
# With the hours that it comes at most after the one before.
ACCEPT: Tap = (accept_job, 1)
START: Tap = (start_job, 2)
ARRIVE: Tap = (arrive, 0.4)


@dataclass(frozen=True)
class Scene:
    """One report to be told: what, where, when, and how far it comes."""

    category: DemoCategory
    place: tuple[float, float]
    address: str
    description: str
    language: str
    received_at: datetime
    seed: int
    photos: int


class Teller:
    """Tells scenes: the dispatcher and the crew are those of the district that the report lands in."""

    def __init__(self, pool: Pool, random: Random, *, now: datetime) -> None:
        self.pool, self.random, self.now = pool, random, now
        self.residents = invent_names(random)
        self.dispatchers = {
            membership.district_id: membership.user
            for membership in Membership.objects.filter(role=Role.DISPATCHER).select_related("user")
            if membership.district_id is not None
        }
        self.crews: dict[int, list[Crew]] = {}
        for crew in Crew.objects.prefetch_related("members"):
            self.crews.setdefault(crew.district_id, []).append(crew)

    def tell(self, scene: Scene) -> Report:
        """The report, brought as far as its age makes likely."""
        report = self.receive(scene)
        age = self.now - scene.received_at
        shares = YOUNG if age < timedelta(days=4) else MIDDLE if age < timedelta(days=14) else OLD
        end = self.random.choices(list(shares), list(shares.values()))[0]
        self._go_on(scene, report, end)
        return report

    def receive(self, scene: Scene) -> Report:
        """The report as its resident sends it, with its photos."""
        photos = [
            self.pool.make_photo(
                scene.category.scene,
                scene.seed + number,
                fixed=False,
                role=PhotoRole.RESIDENT,
                uploader=None,
                at=scene.received_at,
            )
            for number in range(scene.photos)
        ]
        draft = ReportDraft(
            uuid=self._uuid(),
            lon=scene.place[0],
            lat=scene.place[1],
            category=scene.category.code,
            accuracy_m=float(self.random.choice([4, 6, 8, 12, 25])),
            address=scene.address,
            description=scene.description,
            language=scene.language,
            contact=ContactDraft(name=self._resident(scene.language)),
            photo_ids=tuple(photo.pk for photo in photos),
        )
        with translation.override(scene.language):
            created = create_report(
                draft=draft, channel=Channel.WEB, actor=AnonymousUser(), at=scene.received_at
            )
        return created.report

    def _go_on(self, scene: Scene, report: Report, end: str) -> None:
        if end == "new":
            return
        desk = self.dispatchers[report.district_id]
        at = self._later(scene.received_at, hours=5)
        # Most are sent to a crew at the first look, which acknowledges them.
        if end in SEEN_FIRST or self.random.random() < 0.25:
            acknowledge_report(report_id=report.pk, actor=desk, at=at)
        for photo in Photo.objects.filter(report=report):
            release_photo(photo_id=photo.pk, actor=desk, at=at)
        if end == "seen":
            return
        if end == "rejected":
            reject_report(report_id=report.pk, reason=REASONS[scene.language], actor=desk, at=self._later(at))
        elif end == "waiting":
            question = "На кой вход е?" if scene.language == "bg" else "At which entrance is it?"
            wait_for_resident(report_id=report.pk, question=question, actor=desk, at=self._later(at))
        else:
            self._send_crew(scene, report, end, desk, self._later(at, hours=9))

    def _send_crew(self, scene: Scene, report: Report, end: str, desk: User, at: datetime) -> None:
        crew = self.random.choice(self.crews[report.district_id])
        rider = crew.members.all()[0]
        job = assign_job(report_id=report.pk, crew_id=crew.pk, actor=desk, at=at, command_id=self._uuid()).job
        if end == "assigned":
            return
        if end == "declined":
            self._decline(job, rider, at)
            return
        at = self._ride(job, rider, end, at)
        if end not in {"accepted", "moving"}:
            self._finish(scene, report, job, rider, desk, end, self._later(at, hours=1))

    def _ride(self, job: Job, rider: User, end: str, at: datetime) -> datetime:
        """What the crew taps before it finishes: few tap everything. When the last tap was."""
        for step, hours in self._taps(end):
            at = self._later(at, hours=hours)
            step(job_id=job.pk, actor=rider, at=at, command_id=self._uuid())
        return at

    def _taps(self, end: str) -> list[Tap]:
        accepts, arrives = self.random.random() < 0.3, self.random.random() < 0.5
        if end == "accepted":
            return [ACCEPT]
        return [ACCEPT, START, ARRIVE][0 if accepts else 1 : 3 if arrives else 2]

    def _decline(self, job: Job, rider: User, at: datetime) -> None:
        decline_job(
            job_id=job.pk,
            actor=rider,
            at=self._later(at),
            command_id=self._uuid(),
            reason=DeclineReason.NO_EQUIPMENT,
        )

    def _finish(
        self, scene: Scene, report: Report, job: Job, rider: User, desk: User, end: str, at: datetime
    ) -> None:
        nothing = end == "nothing"
        photo = self.pool.make_photo(
            scene.category.scene, scene.seed, fixed=True, role=PhotoRole.AFTER, uploader=rider, at=at
        )
        finish_job(
            job_id=job.pk,
            actor=rider,
            at=at,
            command_id=self._uuid(),
            outcome=Outcome.NOTHING_FOUND if nothing else Outcome.FIXED,
            photo_ids=[photo.pk],
            device=self._device(report, at),
        )
        release_photo(photo_id=photo.pk, actor=desk, at=self._later(at))
        self._answer(scene, report, end, self._later(at, hours=30))

    def _device(self, report: Report, at: datetime) -> Device:
        """Nearly always beside the place; now and then the phone knew better where the crew had lunch."""
        metres = 320.0 if self.random.random() < 0.08 else self.random.uniform(3, 25)
        return Device(
            at=at, point=(report.point.x, report.point.y + metres / METRES_A_DEGREE), accuracy_m=8.0
        )

    def _answer(self, scene: Scene, report: Report, end: str, at: datetime) -> None:
        token = private_token(report)
        if end == "confirmed":
            confirm_report(report_id=report.pk, actor=AnonymousUser(), at=at, token=token)
        elif end == "reopened":
            text = REOPENINGS[scene.language]
            reopen_report(report_id=report.pk, actor=AnonymousUser(), at=at, token=token, text=text)

    def _later(self, at: datetime, *, hours: float = 2.0) -> datetime:
        """Some time later, but not in the future."""
        wanted = at + timedelta(hours=self.random.uniform(0.1, 1) * hours)
        return min(wanted, self.now - timedelta(seconds=self.random.randint(5, 90)))

    def _resident(self, language: str) -> str:
        """Who writes in another language writes the name in Latin letters too."""
        name = next(self.residents)
        return name if language == "bg" else latin(name)

    def _uuid(self) -> UUID:
        return UUID(int=self.random.getrandbits(128), version=4)
