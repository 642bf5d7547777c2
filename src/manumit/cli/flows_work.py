"""`manumit flows work`: long work that a page has started; the key comes through standard input."""

import base64
import sys
from uuid import UUID

import click

from manumit.cli import ground


@click.command("work", hidden=True)
@click.argument("what", type=click.Choice(["load", "scan"]))
@click.argument("which", type=click.UUID)
@click.option("--json", "as_json", is_flag=True, help="Answer as JSON.")
def work(what: str, which: UUID, as_json: bool) -> None:
    """Do one piece of long work (started by a page, not by hand).

    Example: manumit flows work load 0190d3c2-7b1e-7c3a-9a55-1f2e3d4c5b6a < key
    """
    ground.ready()
    secret = base64.b64decode(sys.stdin.readline().strip() or b"")
    state = _load(which, secret) if what == "load" else _scan(which, secret)
    ground.tell({"state": state}, as_json, state)


def _load(which: UUID, key: bytes) -> str:
    from manumit.core.actions import acting
    from manumit.flows import models
    from manumit.flows.actions import bringing, loading

    load = models.Load.objects.select_related("by").get(pk=which)
    by = acting.Actor(user=load.by)
    try:
        done = bringing.take_up(by=by, load_id=which, key=key, clock=ground.now)
    except Exception as problem:
        # Whatever it was, the page must not wait for ever; a value of a row never goes along.
        said = (
            f"It stopped unexpectedly ({type(problem).__name__}). Nothing was taken in; try again."
        )
        loading.stop(by=by, at=ground.now(), load=load, said=said)
        raise
    if done is None:
        said = "The file is no longer here. Give it again."
        done = loading.stop(by=by, at=ground.now(), load=load, said=said)
    return str(done.state)


def _scan(which: UUID, secret: bytes) -> str:
    from manumit.flows.actions import scanning

    return str(scanning.run(scan_id=which, secret=secret, clock=ground.now).state)
