"""Every page of the product, read from the URL resolver, and how to fill its address."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")


@dataclass(frozen=True)
class Page:
    """One line of the URL table."""

    name: str
    route: str
    view: Callable[..., Any]
    kwargs: tuple[str, ...]

    @property
    def permission(self) -> str:
        return str(getattr(self.view, "permission", ""))

    @property
    def public(self) -> str:
        return str(getattr(self.view, "public", ""))

    @property
    def methods(self) -> tuple[str, ...]:
        """The methods it answers; HEAD goes with GET."""
        told = tuple(getattr(self.view, "methods", ()))
        return told + (("HEAD",) if "GET" in told else ())


def _walk(patterns: list[Any], route: str = "") -> Iterator[Page]:
    for pattern in patterns:
        here = route + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _walk(pattern.url_patterns, here)
        elif isinstance(pattern, URLPattern):
            kwargs = tuple(pattern.pattern.converters) or tuple(pattern.pattern.regex.groupindex)
            yield Page(pattern.name or "", here, pattern.callback, kwargs)


def every(urlconf: str | None = None) -> list[Page]:
    """Return all pages in the order of the table."""
    return list(_walk(get_resolver(urlconf).url_patterns))
