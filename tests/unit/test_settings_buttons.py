"""Buttons that ask once: what they know stands in their ids, and nothing is applied unseen."""

import json

import pytest
from discord import ui

from bot.domain.model_rules import Effect
from bot.domain.models import Model, ModelCeiling
from bot.domain.server_document import SettingChange
from bot.domain.server_settings import all_settings
from bot.domain.setting_kinds import Choice
from bot.presentation.settings_buttons import (
    ApplyButton,
    LeaveButton,
    Plan,
    Proposal,
    SetButton,
    proposal_view,
    setting_view,
)
from bot.services.moderation import House, Moderation
from tests.unit.books import Shelf
from tests.unit.discord_side import text_of
from tests.unit.moderated import DEFAULT, MOD, PRO, SERVER, Office
from tests.unit.ruled import ROLE
from tests.unit.virtual_time import LoopClock

ID_MAX_CHARACTERS = 100
TEXT_MAX_CHARACTERS = 4_000
DIGEST = "0123456789abcdef"


@pytest.fixture
def moderation() -> Moderation:
    return Office().moderation()


def ids(view: ui.LayoutView) -> list[str]:
    buttons = (item for item in view.walk_children() if isinstance(item, ui.DynamicItem))
    return [item.custom_id for item in buttons]


@pytest.mark.parametrize("plan", Plan)
def test_an_apply_button_is_known_by_its_id_alone(plan: Plan) -> None:
    match = ApplyButton.__discord_ui_compiled_template__.fullmatch(
        ApplyButton(plan, DIGEST).custom_id
    )

    assert match is not None
    assert (Plan(match["plan"]), match["digest"]) == (plan, DIGEST)


def test_every_dangerous_setting_fits_its_button() -> None:
    dangerous = [one for one in all_settings().values() if one.dangerous]

    assert dangerous
    for one in dangerous:
        assert isinstance(one.kind, Choice)
        for value in one.kind.options:
            custom_id = SetButton(one.name, value).custom_id
            match = SetButton.__discord_ui_compiled_template__.fullmatch(custom_id)
            assert len(custom_id) <= ID_MAX_CHARACTERS
            assert match is not None
            assert (match["name"], match["text"]) == (one.name, value)


@pytest.mark.parametrize(
    "custom_id",
    ["settings-apply:everything:0123456789abcdef", "settings-apply:reset:", "settings-leave:x"],
)
def test_other_ids_are_no_button_of_ours(custom_id: str) -> None:
    for kind in (ApplyButton, SetButton, LeaveButton):
        assert kind.__discord_ui_compiled_template__.fullmatch(custom_id) is None


async def test_nothing_is_asked_where_nothing_would_change(moderation: Moderation) -> None:
    assert await proposal_view(Proposal(moderation, SERVER, Plan.RESET), None) is None


async def test_a_reset_shows_its_difference_and_asks(moderation: Moderation) -> None:
    await moderation.set(MOD, "retention_days", "7")
    proposal = Proposal(moderation, SERVER, Plan.RESET)

    view = await proposal_view(proposal, None)

    assert view is not None
    assert "**Retention days**: 7 → 30" in text_of(view)
    assert ids(view) == [f"settings-apply:reset:{await proposal.digest()}", "settings-leave"]


async def test_a_digest_tells_of_any_change(moderation: Moderation) -> None:
    proposal = Proposal(moderation, SERVER, Plan.RESET)
    before = await proposal.digest()
    await moderation.add_terms(MOD, "cat")

    assert await proposal.digest() != before


async def test_an_import_carries_its_file(moderation: Moderation) -> None:
    text = '{"version": 1, "terms": ["cat"]}'
    proposal = Proposal(moderation, SERVER, Plan.IMPORT, text)

    view = await proposal_view(proposal, None)

    assert view is not None
    (item,) = [child for child in view.children if isinstance(child, ui.File)]
    (file,) = proposal.files
    assert item.media.url == f"attachment://{file.filename}"
    assert file.fp.read().decode() == text


async def test_an_import_warns_of_models_that_nobody_can_use(moderation: Moderation) -> None:
    moderation = Office().moderation(DEFAULT, PRO)
    rules = [{"model": "new/model", "effect": "allow"}, {"model": PRO, "effect": "allow"}]
    text = json.dumps({"version": 1, "models": {"rules": rules}})

    view = await proposal_view(Proposal(moderation, SERVER, Plan.IMPORT, text), None)

    assert view is not None
    assert "doesn't allow new/model, so" in text_of(view)
    assert "doesn't list new/model." in text_of(view)


async def test_the_largest_import_fits_a_message(moderation: Moderation) -> None:
    rules = [{"model": f"{'x' * 90}/{n}", "effect": "allow"} for n in range(200)]
    terms = [f"{'_' * 40}word{n}" for n in range(1000)]
    text = json.dumps({"version": 1, "models": {"rules": rules}, "terms": terms})

    view = await proposal_view(Proposal(moderation, SERVER, Plan.IMPORT, text), None, "above")

    assert view is not None
    assert len(text_of(view)) <= TEXT_MAX_CHARACTERS


@pytest.mark.parametrize("plan", [Plan.RESET, Plan.MODELS])
async def test_a_plan_does_what_it_showed(moderation: Moderation, plan: Plan) -> None:
    await moderation.put_rule(MOD, PRO, Effect.ALLOW, ROLE)
    proposal = Proposal(moderation, SERVER, plan)

    await proposal.apply(MOD)

    assert (await moderation.policy(SERVER)).models.rules == ()
    assert (await proposal.difference()).empty


def test_a_dangerous_setting_says_what_it_means(moderation: Moderation) -> None:
    one = all_settings()["mature_pictures"]
    view = setting_view(SettingChange(one, "off", "age_restricted"), None, moderation)

    assert "off → age restricted" in text_of(view)
    assert one.meaning in text_of(view)
    assert ids(view) == ["settings-set:mature_pictures:age_restricted", "settings-leave"]


async def test_a_warning_beside_several_changes_names_its_setting() -> None:
    office = Office()
    largest = {"member_pictures_per_day": 20, "server_budget_per_day": 5_000_000}
    decided = Moderation(
        office.policies,
        Shelf((Model(DEFAULT, 0.03),)),
        House(ModelCeiling(("*",)), DEFAULT, largest),
        office.log,
        LoopClock(),
    )
    await decided.set(MOD, "member_pictures_per_day", "5")
    await decided.set(MOD, "server_budget_per_day", "2")

    view = await proposal_view(Proposal(decided, SERVER, Plan.RESET), None)

    assert view is not None
    for name, most in (("Member pictures per day", "20"), ("Server budget per day", "$5")):
        line = f"**{name}** · ⚠️ The host of this bot allows {most} at most"
        assert line in text_of(view)
