import io
import logging

import pytest

from manumit.web import logs

CANARY = "Amal-Canary-Example"


@pytest.fixture
def written():
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(logs.Formatter())
    names = ("django.request", "django.security.csrf", "manumit.example", "gunicorn.error")
    for name in names:
        logging.getLogger(name).addHandler(handler)
    yield stream
    for name in names:
        logging.getLogger(name).removeHandler(handler)


def fail() -> None:
    secret = CANARY
    raise ValueError(f"cannot read {secret}")


def test_an_error_is_its_type_and_place_and_never_its_message(written):
    try:
        fail()
    except ValueError:
        logging.getLogger("django.request").exception("Internal Server Error: /case/%s", CANARY)
    line = written.getvalue()
    assert CANARY not in line
    assert "ValueError at" in line
    assert "test_logs.py" in line
    assert " fail" in line


def test_causes_are_named_without_their_messages(written):
    try:
        try:
            fail()
        except ValueError as error:
            raise RuntimeError(CANARY) from error
    except RuntimeError:
        logging.getLogger("gunicorn.error").exception(CANARY + " long " * 40)
    assert CANARY not in written.getvalue()
    assert "RuntimeError at" in written.getvalue()
    assert "ValueError at" in written.getvalue()


def test_arguments_of_other_peoples_messages_are_left_out(written):
    logging.getLogger("django.security.csrf").warning("Forbidden (%s): %s", "reason", f"/{CANARY}")
    assert CANARY not in written.getvalue()
    assert "Forbidden (%s): %s" in written.getvalue()


def test_our_own_fixed_sentences_are_written(written):
    logging.getLogger("manumit.example").warning("The record was signed.")
    assert "WARNING manumit.example The record was signed." in written.getvalue()


def test_a_plain_formatter_would_have_leaked():
    plain = logging.Formatter()
    try:
        fail()
    except ValueError as error:
        record = logging.LogRecord(
            "x", 40, "", 1, "m", (), (type(error), error, error.__traceback__)
        )
    assert CANARY in plain.format(record)
    assert CANARY not in logs.Formatter().format(record)


def test_the_developers_error_page_shows_no_value():
    try:
        fail()
    except ValueError as error:
        reporter = logs.Reporter(None, type(error), error, error.__traceback__)
    for text in (reporter.get_traceback_html(), reporter.get_traceback_text()):
        assert CANARY not in text
        assert "ValueError at" in text
