"""`manumit serve`: the production server, in this process, with its static files.

gunicorn with threads; the application is loaded once and shared. It refuses to start where it
would not be safe: developers' pages on, tables missing, pages not built, or plain HTTP on an
address that others can reach.
"""

import gc
import ipaddress
from typing import Any

import click

from manumit.cli import ground


@click.command()
@click.option("--bind", default="127.0.0.1:8000", show_default=True, help="Address and port.")
@click.option(
    "--workers",
    default=2,
    show_default=True,
    type=click.IntRange(1, 64),
    help="Processes; about one per processor.",
)
@click.option(
    "--threads",
    default=4,
    show_default=True,
    type=click.IntRange(1, 64),
    help="Threads in each process.",
)
@click.option("--check", "only_check", is_flag=True, help="Say whether it would start, and stop.")
@click.option("--json", "as_json", is_flag=True, help="Answer as JSON.")
def serve(bind: str, workers: int, threads: int, only_check: bool, as_json: bool) -> None:
    """Run the production server until it is stopped (Ctrl-C).

    Behind a TLS proxy set MANUMIT_HOSTS and MANUMIT_PROXIES; see docs/settings.md.

    Example: manumit serve --bind 127.0.0.1:8000 --workers 2
    """
    ground.ready_with_tables()
    from django.conf import settings

    reason = why_not(
        bind=bind,
        debug=settings.DEBUG,
        https=settings.MANUMIT_HTTPS,
        built=(settings.STATIC_ROOT / "build" / "manifest.json").exists(),
    )
    if reason:
        ground.fail(reason)
    scheme = "https" if settings.MANUMIT_HTTPS else "http"
    answer = {"bind": bind, "workers": workers, "threads": threads, "scheme": scheme}
    ground.tell(answer, as_json, f"Manumit answers on {bind} ({workers} × {threads} threads).")
    if not only_check:
        run(bind=bind, workers=workers, threads=threads)


def why_not(*, bind: str, debug: bool, https: bool, built: bool) -> str:
    """Return why the server must not start like this; "" when it may. The text names the cure."""
    if debug:
        return "MANUMIT_DEBUG=1 shows inner workings to strangers. Unset it to serve."
    if not built:
        return "The pages' style sheet and script are not built. Cure: npm ci && npm run build"
    if not https and not _loopback(bind):
        return (
            f"MANUMIT_HTTPS=0 sends passphrases in the clear and {bind} can be reached by others. "
            "Bind to 127.0.0.1, or set MANUMIT_HTTPS=1 behind a TLS proxy."
        )
    return ""


def _loopback(bind: str) -> bool:
    if bind.startswith("unix:"):
        return True
    host = bind.rpartition(":")[0].strip("[]")
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def options(*, bind: str, workers: int, threads: int) -> dict[str, Any]:
    """Return gunicorn's settings: no access log (it would hold addresses), memory for heartbeats."""
    return {
        "bind": bind,
        "workers": workers,
        "threads": threads,
        "worker_class": "gthread",
        "preload_app": True,
        "accesslog": None,
        "errorlog": "-",
        "loglevel": "warning",
        "worker_tmp_dir": "/dev/shm",  # noqa: S108 (heartbeat files only, in memory)
        "umask": 0o077,
        "graceful_timeout": 20,
        "timeout": 60,
        "keepalive": 5,
        "limit_request_line": 4094,
        "limit_request_fields": 60,
        "max_requests": 20_000,
        "max_requests_jitter": 2_000,
        "forwarded_allow_ips": "127.0.0.1,::1",
        "secure_scheme_headers": {},
    }


def run(*, bind: str, workers: int, threads: int) -> None:
    """Run the server until it is stopped."""
    from django.db import connections
    from django.urls import get_resolver
    from gunicorn.app.base import BaseApplication

    from manumit.core.actions import upkeep
    from manumit.web.wsgi import application

    upkeep.refresh_statistics()
    # What every process needs is loaded before they are forked, and kept out of the collector's
    # hands: its marks would copy the pages of memory that the processes share.
    get_resolver().url_patterns  # noqa: B018 (reading it loads every view)
    gc.collect()
    gc.freeze()
    # Connections opened while checking must not be shared by the processes that are forked next.
    connections.close_all()

    class Server(BaseApplication):  # type: ignore[misc]
        def load_config(self) -> None:
            known = self.cfg.settings
            for name, value in options(bind=bind, workers=workers, threads=threads).items():
                if name in known:
                    self.cfg.set(name, value)

        def load(self) -> Any:
            return application

    Server().run()
