"""The end of a job: its outcome, with the proof here or still on its way."""

from dataclasses import replace
from datetime import datetime

from dispatch.services.beginning import begin_draft
from dispatch.services.taking import Ask, Held, Taken, take, take_alone
from dispatch.workflow import Step
from reports.models import Outcome


def finish(ask: Ask, held: Held, outcome: Outcome) -> Taken:
    """The job is done; "made safe" opens a draft for the rest of the work."""
    if outcome is not Outcome.MADE_SAFE:
        return take(ask, held, outcome=outcome.value)
    taken = take_alone(ask, held, outcome=outcome.value)
    rest = replace(ask, command_id=ask.derived("follow_on"), content={})
    begin_draft(rest, held.report, previous=held.job, note=ask.note or held.job.note, crew=held.job.crew)
    return taken


def promise_proof(ask: Ask, held: Held, outcome: Outcome) -> Taken:
    """The crew has finished, and photos are still to come: the job waits for them with its outcome."""
    return take(replace(ask, step=Step.PROMISE), held, outcome=outcome.value)


def prove(held: Held, at: datetime) -> Taken:
    """All proof is here: what the crew said when it finished comes true. The job is held and waits."""
    said = held.job.steps.filter(name=Step.PROMISE).latest("at")
    asked = Ask("prove", Step.PROVE, held.job.pk, said.actor, at, said.command_id, note=said.note)
    return finish(replace(asked, command_id=asked.derived("prove")), held, Outcome(held.job.outcome))
