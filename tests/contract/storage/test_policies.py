"""What moderators decide is kept whole, apart from other servers, and changed by one at a time."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.model_rules import Effect, ServerModels
from bot.domain.server_policy import PolicyChange, ServerPolicy
from bot.observability.clock import SystemClock
from bot.storage.audit import StoredAudit
from bot.storage.database import Database
from bot.storage.policies import StoredPolicies
from bot.storage.writer import JournalWriter
from tests.contract.storage.policies import (
    HOST_DEFAULT,
    MODERATOR,
    NOW,
    OTHER,
    SERVER,
    a_rule,
    an_entry,
    block,
    forbid,
    put,
    reset_models,
    set_to,
    to,
)

UNDECIDED = ServerPolicy(ServerModels(HOST_DEFAULT))


async def test_a_server_that_has_decided_nothing_has_the_hosts_default(
    policies: StoredPolicies,
) -> None:
    assert await policies.get(SERVER) == UNDECIDED


async def test_rules_of_every_level_come_back_as_they_were_the_oldest_first(
    policies: StoredPolicies,
) -> None:
    rules = (
        a_rule(age=4),
        a_rule("google/*", Effect.DENY, role_id=2**60, age=3),
        a_rule(effect=Effect.DENY, channel_id=2**61, age=2),
        a_rule(role_id=5, channel_id=6, age=1),
    )
    for rule in reversed(rules):
        await policies.change(SERVER, MODERATOR, put(rule))

    assert (await policies.get(SERVER)).models == ServerModels(HOST_DEFAULT, rules)


async def test_a_rule_takes_the_place_of_one_for_the_same_model_and_place(
    policies: StoredPolicies,
) -> None:
    await policies.change(SERVER, MODERATOR, put(a_rule(role_id=5, age=1)))
    await policies.change(SERVER, MODERATOR, put(a_rule(role_id=5, effect=Effect.DENY)))

    rules = (await policies.get(SERVER)).models.rules
    assert rules == (a_rule(role_id=5, effect=Effect.DENY),)


async def test_a_rule_that_is_gone_is_gone(policies: StoredPolicies) -> None:
    await policies.change(SERVER, MODERATOR, put(a_rule(role_id=5)))
    await policies.change(SERVER, MODERATOR, put(a_rule(channel_id=6)))
    await policies.change(
        SERVER, MODERATOR, to(ServerPolicy(ServerModels(HOST_DEFAULT, (a_rule(role_id=5),))))
    )

    assert (await policies.get(SERVER)).models.rules == (a_rule(role_id=5),)


async def test_a_default_of_its_own_is_kept(policies: StoredPolicies) -> None:
    await policies.change(SERVER, MODERATOR, put(a_rule(effect=Effect.DEFAULT)))

    assert (await policies.get(SERVER)).models.default == OTHER


async def test_a_server_without_any_default_keeps_none(policies: StoredPolicies) -> None:
    await policies.change(SERVER, MODERATOR, put(a_rule(HOST_DEFAULT, Effect.DENY)))

    assert (await policies.get(SERVER)).models.default is None


async def test_a_default_that_was_decided_stays_when_the_host_has_another(
    policies: StoredPolicies, database: Database, stores_writer: JournalWriter
) -> None:
    await policies.change(SERVER, MODERATOR, put(a_rule(HOST_DEFAULT, Effect.DEFAULT)))

    later = StoredPolicies(database, stores_writer, SystemClock(), "google/imagen4")
    assert (await later.get(SERVER)).models.default == HOST_DEFAULT


async def test_a_server_that_was_reset_follows_the_hosts_default(
    policies: StoredPolicies, database: Database, stores_writer: JournalWriter
) -> None:
    await policies.change(SERVER, MODERATOR, put(a_rule(effect=Effect.DEFAULT)))
    await policies.change(SERVER, MODERATOR, reset_models)

    later = StoredPolicies(database, stores_writer, SystemClock(), "google/imagen4")
    assert (await later.get(SERVER)).models.default == "google/imagen4"


async def test_another_rule_doesnt_decide_on_the_default(
    policies: StoredPolicies, database: Database, stores_writer: JournalWriter
) -> None:
    await policies.change(SERVER, MODERATOR, put(a_rule()))

    later = StoredPolicies(database, stores_writer, SystemClock(), "google/imagen4")
    assert (await later.get(SERVER)).models.default == "google/imagen4"


async def test_settings_of_every_kind_come_back_as_they_were(policies: StoredPolicies) -> None:
    settings = {"a": True, "b": 2**53, "c": 0.25, "d": "x\u00e9", "e": None, "f": ["1", {"g": 2}]}
    await policies.change(SERVER, MODERATOR, set_to(**settings))

    assert (await policies.get(SERVER)).settings == settings


async def test_a_setting_is_changed_without_the_others(policies: StoredPolicies) -> None:
    await policies.change(SERVER, MODERATOR, set_to(a=1, b=2))
    await policies.change(SERVER, MODERATOR, set_to(b=3))

    assert (await policies.get(SERVER)).settings == {"a": 1, "b": 3}


async def test_terms_come_back_in_the_order_of_the_alphabet(policies: StoredPolicies) -> None:
    await policies.change(SERVER, MODERATOR, forbid("dog*", "c\u00e2t"))
    await policies.change(SERVER, MODERATOR, forbid("*ana*"))

    assert (await policies.get(SERVER)).terms == ("*ana*", "c\u00e2t", "dog*")


async def test_a_block_keeps_its_end_its_reason_and_who_made_it(policies: StoredPolicies) -> None:
    until = NOW + timedelta(days=2)
    await policies.change(SERVER, MODERATOR, block(2**62, until))

    kept = (await policies.get(SERVER)).blocks[2**62]
    assert (kept.until, kept.reason, kept.by_id, kept.since) == (until, "spam", MODERATOR, NOW)


async def test_a_block_for_good_has_no_end(policies: StoredPolicies) -> None:
    await policies.change(SERVER, MODERATOR, block(7))

    assert (await policies.get(SERVER)).blocks[7].until is None


async def test_everything_can_be_taken_back_at_once(policies: StoredPolicies) -> None:
    for step in (put(a_rule()), set_to(a=1), forbid("dog"), block(7)):
        await policies.change(SERVER, MODERATOR, step)

    await policies.change(SERVER, MODERATOR, to(UNDECIDED))

    assert await policies.get(SERVER) == UNDECIDED


async def test_another_server_never_hears_of_it(policies: StoredPolicies) -> None:
    for step in (put(a_rule(effect=Effect.DEFAULT)), set_to(a=1), forbid("dog"), block(7)):
        await policies.change(SERVER, MODERATOR, step)
    await policies.change(SERVER + 1, MODERATOR, to(UNDECIDED))

    assert await policies.get(SERVER + 1) == UNDECIDED
    assert len((await policies.get(SERVER)).terms) == 1


async def test_a_step_that_raises_changes_nothing(policies: StoredPolicies) -> None:
    def refuse(_: ServerPolicy) -> PolicyChange:
        raise LookupError("a limit of the domain")

    with pytest.raises(LookupError):
        await policies.change(SERVER, MODERATOR, refuse)

    assert await policies.get(SERVER) == UNDECIDED


async def test_steps_at_the_same_moment_all_count(policies: StoredPolicies) -> None:
    await asyncio.gather(
        *(policies.change(SERVER, MODERATOR, forbid(f"term {number}")) for number in range(50))
    )

    assert len((await policies.get(SERVER)).terms) == 50


async def test_a_change_returns_what_its_step_gave(policies: StoredPolicies) -> None:
    change = await policies.change(SERVER, MODERATOR, forbid("dog"))

    assert change == PolicyChange(UNDECIDED, replace(UNDECIDED, terms=("dog",)))


async def test_a_change_and_its_log_are_kept_together(
    policies: StoredPolicies, database: Database, stores_writer: JournalWriter
) -> None:
    await policies.change(SERVER, MODERATOR, to(UNDECIDED, an_entry("a"), an_entry("b")))

    page = await StoredAudit(database, stores_writer).page(SERVER, 10)
    assert [record.entry for record in page] == [an_entry("b"), an_entry("a")]


async def test_a_policy_is_read_by_one_query(
    policies: StoredPolicies, statements: list[str]
) -> None:
    await policies.change(SERVER, MODERATOR, put(a_rule()))
    await policies.change(SERVER, MODERATOR, forbid("dog"))
    statements.clear()

    await policies.get(SERVER)

    assert len([text for text in statements if text.startswith("SELECT")]) == 1
