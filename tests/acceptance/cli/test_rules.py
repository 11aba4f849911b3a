"""Rules from the command line: shown, set, overridden for one company, taken back, refused with words."""

from tests.support.commands import Seatbridge


def test_a_rule_is_set_overridden_and_taken_back(mapped: Seatbridge) -> None:
    shown = mapped.ok("integration", "rules", 1)
    assert shown["rules"]["drop_share"] == "50"
    assert shown["changed"] == []

    mapped.ok("integration", "rules", 1, "--set", "drop_share=70", "--set", "zero_policy=leave")
    own = mapped.ok("integration", "rules", 1, "--company", "northwind", "--set", "zero_policy=write")
    assert (own["rules"]["zero_policy"], own["rules"]["drop_share"]) == ("write", "70")
    assert "run_min_units" not in own["rules"]
    back = mapped.ok("integration", "rules", 1, "--reset", "drop_share")
    assert (back["changed"], back["companies"]) == (["zero_policy"], ["northwind"])
    table = mapped("integration", "rules", 1)
    assert "drop_share" in table.out
    assert "changed" in table.out
    assert mapped("ledger", "verify").code == 0


def test_what_cannot_be_is_refused_and_changes_nothing(mapped: Seatbridge) -> None:
    for typed, said in (
        (["--set", "drop_share=x", "--set", "drop_units=9"], "drop_share: Write a percentage"),
        (["--set", "drop_share"], "sets nothing"),
        (["--set", "moon=1"], "no such rule"),
        (["--company", "northwind", "--set", "run_min_units=1"], "run as a whole"),
        (["--company", "nobody", "--set", "drop_units=1"], "no company nobody"),
        (["--set", "drop_units=1", "--reset", "drop_units"], "at once"),
    ):
        refused = mapped("integration", "rules", 1, *typed)
        assert refused.code == 2
        assert said in refused.err
    assert mapped.ok("integration", "rules", 1)["changed"] == []
