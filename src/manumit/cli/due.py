"""`manumit due`: everything that time does, as often as one likes."""

import click

from manumit.cli import ground


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Answer as JSON.")
def due(as_json: bool) -> None:
    """Mark what is late, end what has run out, and sign the record.

    Referrals that no service answered in time become "no answer" and their worker gets a new duty;
    grants of consents whose last day has passed are destroyed; overdue duties are brought before
    more people. Once a day, what was kept as long as the rules of keeping say is erased, unless a
    legal hold stands. Running it twice changes nothing more.

    \b
    Example, every five minutes by cron:
      */5 * * * *  manumit due --json
    """
    ground.ready_with_tables()
    from manumit.cases.actions import due as acts
    from manumit.core.actions import acting, holding, sending, upkeep
    from manumit.flows.actions import takingout
    from manumit.network.actions import givenfiles, looks

    report = acts.run(by=acting.SYSTEM, at=ground.now())
    looks_ended = looks.run(by=acting.SYSTEM, at=ground.now())
    sending.forget(at=ground.now())
    holding.forget(at=ground.now())
    takingout.sweep_all()
    givenfiles.forget_old(at=ground.now())
    upkeep.refresh_statistics()
    if report.ended_by_rule or report.erased_by_rule or looks_ended:
        upkeep.leave_nothing_behind()
    text = (
        f"Referrals without an answer in time: {report.no_answer}\n"
        f"Consents that ended: {report.consents_ended}\n"
        f"Late duties brought before more people: {report.escalated}\n"
        f"Kinds of content kept long enough, and erased: {report.ended_by_rule}\n"
        f"People of whom nothing is left to keep, and erased: {report.erased_by_rule}\n"
        f"Looks across cases kept long enough, and erased: {looks_ended}\n"
        f"Record signed at {report.checkpoint_size} entries."
    )
    ground.tell(report.as_dict() | {"looks_ended": looks_ended}, as_json, text)
