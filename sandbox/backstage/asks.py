"""Discord's half of the ledger: who asked for which picture, and what the messages say."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sandbox.backstage.facts import AskFacts, Claim, MessageFacts
from sandbox.discord.interactions import InteractionKind
from sandbox.discord.json_types import as_object, objects, text_of
from sandbox.terminal import first_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from sandbox.discord.interactions import Interaction
    from sandbox.discord.json_types import JsonObject
    from sandbox.discord.messages import SandboxMessage, Snapshot
    from sandbox.discord.server import DiscordSandbox

# How a message begins that won't change by itself any more.
ENDED: Final = ("⚠", "⏹")
PROMPT: Final = "prompt"
QUOTE: Final = "> "
CLAIMS: Final = (Claim.NOTHING, Claim.USUALLY_NOT, Claim.MAYBE)


def asks_of(discord: DiscordSandbox) -> Iterator[AskFacts]:
    """Give every wish for a picture, in order."""
    messages = discord.messages
    for use in discord.interactions:
        if prompt := _prompt_of(use):
            yield AskFacts(
                id=use.id,
                prompt=prompt,
                person=use.user.display_name,
                asked_at_s=use.created_at_s,
                said="\n".join(_states(use.message)),
                message=_message_facts(discord, _latest(use, messages)),
            )


def _prompt_of(use: Interaction) -> str:
    """Return what picture an interaction asks for; empty when it asks for none."""
    if use.kind is InteractionKind.COMMAND:
        return _typed_prompt(use.payload)
    # A button or a form asks for one where the answer is a message of its own that quotes it.
    made = use.message if use.message is not use.source else None
    return _quoted_prompt(made) if made and use.kind is not InteractionKind.AUTOCOMPLETE else ""


def _typed_prompt(payload: JsonObject) -> str:
    options = objects(as_object(payload.get("data")).get("options"))
    return next((text_of(item, "value") for item in options if item.get("name") == PROMPT), "")


def _quoted_prompt(message: SandboxMessage) -> str:
    lines = (line for text in _states(message) for line in text.splitlines())
    quoted = next((line for line in lines if line.startswith(QUOTE)), "")
    return quoted.removeprefix(QUOTE).replace("\\", "")


def _states(message: SandboxMessage | None) -> list[str]:
    return [state.text for state in message.history] if message else []


def _latest(use: Interaction, messages: Sequence[SandboxMessage]) -> SandboxMessage | None:
    """Return the message of a wish, or the later one that carries it on."""
    original = use.message
    if original is None:
        return None
    return next((item for item in messages if _carries_on(item, original)), original)


def _carries_on(message: SandboxMessage, original: SandboxMessage) -> bool:
    """Say whether a message replies or links to an earlier one, and answers nothing itself."""
    if message is original or message.cause is not None:
        return False
    return message.reply_to is original or str(original.id) in message.text


def _message_facts(discord: DiscordSandbox, message: SandboxMessage | None) -> MessageFacts | None:
    if message is None:
        return None
    now, ended = message.now, _first(state for state in message.history if _is_end(state))
    return MessageFacts(
        id=message.id,
        channel_id=message.channel.id,
        guild_id=message.channel.guild_id,
        headline=_headline(discord, message),
        changed_at_s=now.at_s,
        ended_at_s=ended.at_s if ended else None,
        has_picture=bool(now.attachments),
        claim=next((claim for claim in CLAIMS if claim in now.text.lower()), Claim.SILENT),
        deleted=message.deleted,
    )


def _headline(discord: DiscordSandbox, message: SandboxMessage) -> str:
    if message.deleted:
        return "The message was deleted"
    if message.attachments:
        return "🖼️ The picture is there"
    if message.now.loading:
        return "💭 Thinking"
    return first_line(message.now, discord.world, discord.clock.now) or "An empty message"


def _is_end(state: Snapshot) -> bool:
    return bool(state.attachments) or state.text.startswith(ENDED)


def _first(states: Iterable[Snapshot]) -> Snapshot | None:
    return next(iter(states), None)
