"""Only Kaseya's hosts and the operator's are ever called; a pasted address is told what is wrong."""

import pytest

from seatbridge.kit.hosts import HostList, HostRefused, clean_hostname


@pytest.mark.parametrize(
    "typed",
    ["bms.kaseya.com", " BMS.Kaseya.com \n", "bms.kaseya.com.", "bmsemea.kaseya.com", "my-bms.fabrikam.test"],
)
def test_a_plain_hostname_is_taken(typed: str) -> None:
    host, _ = clean_hostname(typed)
    assert host == typed.strip().lower().rstrip(".")


def test_a_plain_hostname_needs_no_word() -> None:
    assert clean_hostname("BMS.kaseya.com") == ("bms.kaseya.com", "")


@pytest.mark.parametrize(
    "typed",
    [
        "https://bms.kaseya.com",
        "HTTPS://bms.kaseya.com/",
        "http://bms.kaseya.com/MySettings.aspx?tab=1#top",
        "bms.kaseya.com/react/home",
        "https://bms.kaseya.com?x=https://evil.test/@",
    ],
)
def test_a_pasted_address_is_cut_to_its_host_and_said(typed: str) -> None:
    host, said = clean_hostname(typed)
    assert host == "bms.kaseya.com"
    assert "bms.kaseya.com" in said


REFUSED = [
    ("", "empty"),
    ("  \t", "empty"),
    ("https://", "names no host"),
    ("https:///path", "names no host"),
    ("bms kaseya.com", "space"),
    ("bms.kaseya.com\u00a0x", "space"),
    ("bms.kas\x00eya.com", "control characters"),
    ("bms.kas\teya.com", "control characters"),
    ("bms.kaseya.com\r\nHost: evil.test", "control characters"),
    ("alice:secret@bms.kaseya.com", "user name or password"),
    ("https://bms.kaseya.com@evil.test/", "user name or password"),
    ("bms.kaseya.com:8443", "port"),
    ("https://bms.kaseya.com:443/", "port"),
    ("ftp://bms.kaseya.com", "ftp://"),
    ("javascript://bms.kaseya.com", "javascript://"),
    ("bms.kаseya.com", "outside a-z"),  # noqa: RUF001 - a Cyrillic letter is the point
    ("bms。kaseya.com", "outside a-z"),
    ("xn--bms-kaseya-8za.com", "foreign letters"),
    ("bms.kaseya.com\\@evil.test", "backslash"),
    ("bms%2ekaseya.com", "percent"),
    ("localhost", "this machine"),
    ("api.localhost", "this machine"),
    ("LOCALHOST.", "this machine"),
    ("localhost.localdomain", "this machine"),
    ("127.0.0.1", "loopback"),
    ("127.1.2.3", "loopback"),
    ("http://127.0.0.1/", "loopback"),
    ("10.0.0.5", "private network"),
    ("192.168.1.1", "private network"),
    ("172.16.0.1", "private network"),
    ("169.254.169.254", "link-local"),
    ("8.8.8.8", "an IPv4 address, not a name"),
    ("2130706433", "is a number"),
    ("0x7f.1", "is a number"),
    ("127.1", "is a number"),
    ("0177.0.0.1", "is a number"),
    ("0x7f000001", "is a number"),
    ("[::1]", "loopback"),
    ("::1", "loopback"),
    ("http://[::1]:9100/", "loopback"),
    ("[::1", "loopback"),
    ("[zz]", "is a number"),
    ("fe80::1", "link-local"),
    ("fd00::1", "private network"),
    ("2606:4700::1111", "an IPv6 address, not a name"),
    ("[::ffff:127.0.0.1]", "loopback"),
    ("bms.corp", "private network"),
    ("psa.internal", "private network"),
    ("printer.local", "private network"),
    ("bms", "full hostname"),
    ("-bms.kaseya.com", "only letters"),
    ("bms..kaseya.com", "only letters"),
    ("bms_1.kaseya.com", "only letters"),
    ("*.kaseya.com", "only letters"),
    (".kaseya.com", "only letters"),
    ("bms.kaseya.com,evil.test", "only letters"),
    ("a" * 64 + ".com", "too long"),
    ("a." * 130 + "com", "too long"),
]


@pytest.mark.parametrize(("typed", "words"), REFUSED)
def test_each_wrong_hostname_is_told_what_is_wrong(typed: str, words: str) -> None:
    with pytest.raises(HostRefused) as caught:
        clean_hostname(typed)
    assert words in caught.value.what
    assert caught.value.fix


@pytest.mark.parametrize(
    "host", ["bms.kaseya.com", "bmsemea.kaseya.com", "bmsapac.kaseya.com", "acme.vorexlogin.com"]
)
def test_kaseyas_own_hosts_have_their_api_beside_them(host: str) -> None:
    assert HostList().base_url(host) == f"https://api.{host}"


@pytest.mark.parametrize(
    "host",
    [
        "evil.test",
        "kaseya.com",
        "xbms.kaseya.com",
        "bms.kaseya.com.evil.test",
        "evil-vorexlogin.com",
        "acme.vorexlogin.com.evil.test",
        "bms.kaseya.co",
    ],
)
def test_every_other_host_is_refused_with_what_to_do(host: str) -> None:
    with pytest.raises(HostRefused, match="neither one of Kaseya's") as caught:
        HostList().base_url(host)
    assert "SEATBRIDGE_PSA_HOSTS" in caught.value.fix


@pytest.mark.parametrize("host", ["api.bms.kaseya.com", "api.bms.fabrikam.test", "api.acme.vorexlogin.com"])
def test_the_api_host_is_taken_for_a_slip(host: str) -> None:
    with pytest.raises(HostRefused, match="API's own host") as caught:
        HostList.parse("bms.fabrikam.test").base_url(host)
    assert caught.value.fix == f"Type {host.removeprefix('api.')}."


def test_the_operator_allows_hosts_with_or_without_a_base_url() -> None:
    hosts = HostList.parse(" bms.fabrikam.test=http://127.0.0.1:9100/ , psa.contoso.test ,, ")
    assert hosts.base_url("bms.fabrikam.test") == "http://127.0.0.1:9100"
    assert hosts.base_url("psa.contoso.test") == "https://api.psa.contoso.test"
    with pytest.raises(HostRefused):
        hosts.base_url("sub.psa.contoso.test")


def test_the_operator_may_send_one_of_kaseyas_hosts_elsewhere() -> None:
    assert (
        HostList.parse("bms.kaseya.com=https://proxy.test/bms").base_url("bms.kaseya.com")
        == "https://proxy.test/bms"
    )


def test_no_hosts_are_a_list_too() -> None:
    assert HostList.parse("") == HostList()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("127.0.0.1=http://127.0.0.1:9100", "loopback"),
        ("https://bms.fabrikam.test", "plain hostname"),
        ("a.test,a.test=https://b.test", "listed twice"),
        ("a.test=", "not a web address"),
        ("a.test=127.0.0.1:9100", "not a web address"),
        ("a.test=ftp://b.test", "not a web address"),
        ("a.test=http://b.test:port", "not a web address"),
        ("a.test=http://b .test", "not a web address"),
        ("a.test=https://alice:secret@b.test", "no user name"),
        ("a.test=https://b.test/?x=1", r"no user name, \? or #"),
        ("=https://b.test", "empty"),
    ],
)
def test_a_wrong_entry_stops_the_start_with_one_clear_line(text: str, words: str) -> None:
    with pytest.raises(HostRefused, match=words) as caught:
        HostList.parse(text)
    assert "\n" not in str(caught.value)
    assert caught.value.fix


@pytest.mark.parametrize(
    "text", ["a.test=https://alice:planted@b.test", "alice:planted@a.test=https://b.test"]
)
def test_a_password_in_an_entry_is_not_repeated(text: str) -> None:
    with pytest.raises(HostRefused) as caught:
        HostList.parse(text)
    assert "planted" not in str(caught.value)
    assert "a.test" in str(caught.value)
