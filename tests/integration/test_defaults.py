"""/defaults: said once, used by each /imagine that says nothing else, in this server alone."""

import json
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.ruled_server import RuledServer, Town, town

pytestmark = pytest.mark.asyncio(loop_scope="session")
OTHER = "get3w/flux-schnell"


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def shared_town(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Town]:
    async with town(tmp_path_factory.mktemp("bot")) as opened:
        yield opened


@pytest.fixture
def place(shared_town: Town) -> RuledServer:
    return shared_town.new_server()


async def test_a_default_model_and_shape_are_used_where_nothing_is_named(
    place: RuledServer,
) -> None:
    await place.decides("models allow", model=OTHER)
    alice = place.person("alice")

    answer = (await alice.use("defaults", model=OTHER, shape="tall")).message
    message = await place.grants(alice, "By default")

    assert answer is not None
    assert answer.ephemeral
    assert "**Model** flux-schnell, wherever you may use it" in answer.text
    submission = place.town.stage.api.submissions[-1]
    assert submission.model == OTHER
    assert "flux-schnell" in message.text
    width, height = map(int, str(submission.body["size"]).split("*"))
    assert height > width


async def test_what_is_named_comes_before_a_default_and_others_have_none(
    place: RuledServer,
) -> None:
    await place.decides("models allow", model=OTHER)
    alice = place.person("alice")
    await alice.use("defaults", model=OTHER)

    await place.grants(alice, "Named", model="get3w/flux-dev")
    await place.grants(place.person("bob"), "Bob's")

    assert [s.model for s in place.town.stage.api.submissions[-2:]] == ["get3w/flux-dev"] * 2


async def test_where_a_default_isn_t_allowed_any_more_the_usual_model_paints(
    place: RuledServer,
) -> None:
    await place.decides("models allow", model=OTHER)
    alice = place.person("alice")
    await alice.use("defaults", model=OTHER)
    await place.decides("models deny", model=OTHER)

    message = await place.grants(alice, "As the server wants")
    shown = (await alice.use("defaults")).message
    helped = (await alice.use("help")).message

    assert place.town.stage.api.submissions[-1].model == "get3w/flux-dev"
    assert "flux-schnell" not in message.text
    assert shown is not None
    assert "here you can't use it, so it is flux-dev" in shown.text
    assert helped is not None
    assert "without it flux-dev does" in helped.text


async def test_a_model_that_isn_t_allowed_is_refused_as_a_default(place: RuledServer) -> None:
    answer = (await place.person("alice").use("defaults", model=OTHER)).message

    assert answer is not None
    assert "isn't available in this channel" in answer.text


async def test_everything_is_taken_back_with_one_button(place: RuledServer) -> None:
    alice = place.person("alice")
    shown = (await alice.use("defaults", shape="wide", mention=False)).message
    assert shown is not None
    assert "**Mention** off" in shown.text

    await alice.press(shown, "Take all back")

    assert "**Mention** on" in shown.text
    assert "**Shape** as the model makes it" in shown.text
    assert not shown.buttons


async def test_models_and_help_tell_of_the_own_model(place: RuledServer) -> None:
    await place.decides("models allow", model=OTHER)
    alice = place.person("alice")
    await alice.use("defaults", model=OTHER)

    listed = (await alice.use("models")).message
    helped = (await alice.use("help")).message

    assert listed is not None
    assert "**flux-schnell** · $0.003 a picture · the usual one" in listed.text.replace("\\", "")
    assert helped is not None
    assert "without it flux-schnell does" in helped.text


async def test_the_model_is_chosen_from_those_that_may_be_used(place: RuledServer) -> None:
    alice = place.person("alice")

    offered = await alice.offered("defaults", "model")

    assert [choice.value for choice in offered] == ["usual", "get3w/flux-dev"]


async def test_defaults_are_in_a_member_s_file_and_go_with_their_data(place: RuledServer) -> None:
    alice = place.person("alice")
    await alice.use("defaults", shape="wide")
    notice = (await alice.use("privacy")).message

    exported = await alice.press(notice, "Export my data")
    assert exported.message is not None
    data = exported.message.attachments[0].data
    asked = await alice.press(notice, "Delete my data")
    await alice.press(asked.message, "Delete")
    shown = (await alice.use("defaults")).message

    assert data is not None
    assert json.loads(data)["defaults"]["shape"] == "wide"
    assert shown is not None
    assert "**Shape** as the model makes it" in shown.text
