import pytest

from manumit.web import environment

GOOD = "k3Jx9-" * 10 + "abcdefghijklmnop"


def no_file(path: str) -> str:
    raise FileNotFoundError(path)


def test_a_value_comes_from_the_variable_the_file_or_the_default():
    assert environment.value("MANUMIT_LANGUAGE", {"MANUMIT_LANGUAGE": "ar"}, no_file) == "ar"
    found = environment.value(
        "MANUMIT_SECRET_KEY", {"MANUMIT_SECRET_KEY_FILE": "/x"}, lambda _: "s\n"
    )
    assert found == "s"
    assert environment.value("MANUMIT_LANGUAGE", {}, no_file) == "en"
    assert environment.value("MANUMIT_SECRET_KEY", {}, no_file) == ""


def test_two_sources_for_one_setting_are_refused():
    both = {"MANUMIT_LANGUAGE": "ar", "MANUMIT_LANGUAGE_FILE": "/x"}
    with pytest.raises(environment.BadSetting, match="both set"):
        environment.value("MANUMIT_LANGUAGE", both, no_file)


def test_a_file_that_cannot_be_read_names_the_file_and_the_cure():
    with pytest.raises(environment.BadSetting, match=r"/gone.*Correct the path"):
        environment.value("MANUMIT_LOG_KEY", {"MANUMIT_LOG_KEY_FILE": "/gone"}, no_file)


@pytest.mark.parametrize("weak", ["", "short", "a" * 80, "abc" * 30])
def test_a_weak_secret_is_refused_with_the_command_that_makes_a_good_one(weak):
    assert "python -c" in environment.why_weak(weak)


def test_a_strong_secret_is_accepted():
    assert environment.why_weak(GOOD) == ""


@pytest.mark.parametrize("bad", ["", "zz" * 32, "11" * 31, "11" * 33])
def test_a_log_key_that_is_not_32_bytes_is_refused(bad):
    with pytest.raises(environment.BadSetting, match="64 hexadecimal"):
        environment.log_key(bad)


def test_a_log_key_is_read():
    assert environment.log_key("0a" * 32) == bytes([10]) * 32


def test_a_flag_is_zero_or_one_and_a_number_is_whole():
    assert environment.flag("MANUMIT_DEBUG", "1")
    assert not environment.flag("MANUMIT_DEBUG", "0")
    assert environment.number("MANUMIT_PROXIES", "2") == 2
    with pytest.raises(environment.BadSetting, match="MANUMIT_DEBUG"):
        environment.flag("MANUMIT_DEBUG", "yes")
    with pytest.raises(environment.BadSetting, match="MANUMIT_PROXIES"):
        environment.number("MANUMIT_PROXIES", "-1")


def test_hosts_are_named_and_plain_http_stays_on_this_machine():
    assert environment.hosts("a.example, b.example", https=True) == ["a.example", "b.example"]
    assert environment.hosts("localhost", https=False) == ["localhost"]
    for text in ("*", "", " , "):
        with pytest.raises(environment.BadSetting, match="MANUMIT_HOSTS"):
            environment.hosts(text, https=True)
    with pytest.raises(environment.BadSetting, match=r"a\.example"):
        environment.hosts("localhost,a.example", https=False)


def test_language_and_country_are_checked():
    assert environment.language("ckb") == "ckb"
    assert environment.country("jo") == "JO"
    assert environment.country("") == ""
    with pytest.raises(environment.BadSetting, match="MANUMIT_LANGUAGE"):
        environment.language("xx")
    with pytest.raises(environment.BadSetting, match="MANUMIT_COUNTRY"):
        environment.country("JOR")


def test_subkeys_differ_by_purpose_and_by_secret():
    keys = {environment.subkey(s, p) for s in ("one", "two") for p in ("a", "b")}
    assert len(keys) == 4
    assert environment.subkey("one", "a") == environment.subkey("one", "a")
