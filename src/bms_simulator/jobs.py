"""A bulk update takes effect when its background job ends, line by line."""

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal

from bms_simulator.job_records import BulkValues, Job
from bms_simulator.lines import Line, Terms, moved_to, shown_terms, terms_on
from bms_simulator.state import State


def finish_jobs(state: State, now: datetime) -> None:
    """Let every job whose time has come take effect, the earliest first."""
    over = [job for job in state.jobs.running.values() if job.ends_at <= now]
    for job in sorted(over, key=lambda job: (job.ends_at, job.id)):
        del state.jobs.running[job.service_id]
        _finish(state, job)


def _finish(state: State, job: Job) -> None:
    if job.fails:
        state.jobs.log(job, "Failed", "The job ended with an error.")
        return
    for contract_id, line_id in job.selected:
        line = state.world.lines.get(line_id)
        if line is None or (line.contract_id, line.service_id) != (contract_id, job.service_id):
            state.jobs.log(job, "Skipped", f"Service {line_id} was not found.")
        elif line.excluded_from_bulk or line_id in job.passes_over:
            state.jobs.log(job, "Skipped", f"Service {line_id} was passed over.")
        else:
            _update(state, job, line)
            state.jobs.log(job, "Updated", f"Service {line_id} was updated.")


def _update(state: State, job: Job, line: Line) -> None:
    """Apply the values under this BMS's meaning of their date; without a date they hold throughout."""
    values, today = job.values, state.world.today
    meaning = state.world.knobs.bulk_date
    day = values.effective_date
    if day is None or meaning == "immediate":
        everywhere = tuple(_changed(terms, values) for terms in line.history)
        state.change_line(line, replace(line, history=everywhere), job.seq, since=None)
    elif meaning == "from-date":
        state.change_line(line, _changed_from(line, values, day), job.seq, since=day)
    else:
        terms = replace(_changed(shown_terms(line, today), values), since=day)
        state.change_line(line, moved_to(line, terms), job.seq, since=day)


def _changed_from(line: Line, values: BulkValues, day: date) -> Line:
    before = tuple(terms for terms in line.history if terms.since < day)
    later = tuple(_changed(terms, values) for terms in line.history if terms.since >= day)
    then = terms_on(line, day)
    if then is not None and then.since < day:
        later = (replace(_changed(then, values), since=day), *later)
    return replace(line, history=(*before, *later))


def _changed(terms: Terms, values: BulkValues) -> Terms:
    def new(value: Decimal | None, old: Decimal) -> Decimal:
        return old if value is None else value

    return replace(
        terms,
        unit_price=new(values.unit_price, terms.unit_price),
        unit_cost=new(values.unit_cost, terms.unit_cost),
        name=terms.name if values.name is None else values.name,
        description=terms.description if values.description is None else values.description,
    )
