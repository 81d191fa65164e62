"""The first answer to an interaction.

It must come within 3 s, once, and be of a kind that fits the interaction; whether the message is
private is decided here for good.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sandbox.discord.command_rules import check_choices
from sandbox.discord.component_rules import MODAL, check_components, check_length
from sandbox.discord.drafting import next_state
from sandbox.discord.errors import ApiError, Problem, invalid
from sandbox.discord.events import EventKind
from sandbox.discord.interactions import AnswerKind, Choice, InteractionKind, Modal
from sandbox.discord.json_types import as_object, int_of, objects, text_of
from sandbox.discord.media import resolved
from sandbox.discord.message_payloads import message_json
from sandbox.discord.messages import MessageFlag, Snapshot
from sandbox.discord.posting import answer_message, draft_of, post
from sandbox.discord.routing import NO_CONTENT, Answer, Call, Route

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sandbox.discord.interactions import Interaction
    from sandbox.discord.json_types import JsonObject
    from sandbox.discord.messages import SandboxMessage
    from sandbox.discord.state import State

A = AnswerKind
NEW_MESSAGE: Final = frozenset({A.MESSAGE, A.DEFERRED_MESSAGE})
WITHOUT_RESOURCE: Final = frozenset({A.DEFERRED_MESSAGE, A.DEFERRED_UPDATE})
UPDATES: Final = frozenset({A.DEFERRED_UPDATE, A.UPDATE})
FITTING: Final[Mapping[InteractionKind, frozenset[AnswerKind]]] = {
    InteractionKind.COMMAND: NEW_MESSAGE | {A.MODAL},
    InteractionKind.COMPONENT: NEW_MESSAGE | UPDATES | {A.MODAL},
    InteractionKind.AUTOCOMPLETE: frozenset({A.CHOICES}),
    InteractionKind.MODAL: NEW_MESSAGE | UPDATES,
}


class Callbacks:
    """Answers `POST /interactions/{interaction}/{token}/callback`."""

    def __init__(self, state: State) -> None:
        self._state = state

    def routes(self) -> list[Route]:
        """Return the route."""
        path = "/interactions/{interaction}/{token}/callback"
        return [Route("POST", path, self.answer, open=True)]

    def answer(self, call: Call) -> Answer:
        """Take the first answer; 10062 when it is late, 40060 when there was one."""
        use = self._pending(call)
        kind = _kind(use, call.body)
        self._carry_out(use, kind, call)
        self._settle(use, kind)
        return self._confirmed(use, kind, call)

    def _pending(self, call: Call) -> Interaction:
        use = self._state.interactions.get(call.id("interaction"))
        if use is None or use.token != call.params["token"]:
            raise ApiError(Problem.UNKNOWN_INTERACTION)
        if use.answer is not None:
            raise ApiError(Problem.ALREADY_ACKNOWLEDGED)
        age_s = self._state.clock.now() - use.created_at_s
        if use.failed or age_s > self._state.settings.answer_within_s:
            raise ApiError(Problem.UNKNOWN_INTERACTION)
        return use

    def _carry_out(self, use: Interaction, kind: AnswerKind, call: Call) -> None:
        data = as_object(call.body.get("data"))
        match kind:
            case A.MESSAGE:
                use.message = answer_message(self._state, use, data, call.uploads)
            case A.DEFERRED_MESSAGE:
                use.message = self._loading_message(use, data)
            case A.DEFERRED_UPDATE:
                use.message = _source_of(use)
            case A.UPDATE:
                self._update(use, data, call)
            case A.CHOICES:
                use.choices = _choices(data)
            case A.MODAL:
                use.modal = _modal(use, data)

    def _loading_message(self, use: Interaction, data: JsonObject) -> SandboxMessage:
        flags = MessageFlag(int_of(data, "flags"))
        if flags & ~MessageFlag.EPHEMERAL:
            raise invalid("data.flags", "INTERACTION_FLAGS_INVALID", "Only EPHEMERAL may be set.")
        state = Snapshot(self._state.clock.now(), flags | MessageFlag.LOADING)
        return post(self._state, use, state)

    def _update(self, use: Interaction, data: JsonObject, call: Call) -> None:
        source = _source_of(use)
        draft = draft_of(self._state, use.channel, data, call.uploads)
        self._state.change_message(source, next_state(source.now, draft))
        use.message = source

    def _settle(self, use: Interaction, kind: AnswerKind) -> None:
        use.answer, use.answered_at_s = kind, self._state.clock.now()
        if use.deadline is not None:
            use.deadline.cancel()
        self._state.publish(EventKind.INTERACTION_ANSWERED, interaction=use)
        also = {A.MODAL: EventKind.MODAL_OPENED, A.CHOICES: EventKind.CHOICES_OFFERED}.get(kind)
        if also is not None:
            self._state.publish(also, interaction=use)

    def _confirmed(self, use: Interaction, kind: AnswerKind, call: Call) -> Answer:
        if not call.flag("with_response"):
            return Answer(status=NO_CONTENT)
        shown: JsonObject = {"id": str(use.id), "type": int(use.kind)}
        if use.message is None:
            return Answer({"interaction": shown})
        message = message_json(use.message, self._state.world)
        shown |= {
            "response_message_id": message["id"],
            "response_message_loading": use.message.now.loading,
            "response_message_ephemeral": use.message.ephemeral,
        }
        if kind in WITHOUT_RESOURCE:
            return Answer({"interaction": shown})
        return Answer({"interaction": shown, "resource": {"type": int(kind), "message": message}})


def _kind(use: Interaction, body: JsonObject) -> AnswerKind:
    number = int_of(body, "type")
    if number not in FITTING[use.kind]:
        raise invalid("type", "INTERACTION_TYPE_INVALID", f"Type {number} can't answer this.")
    return AnswerKind(number)


def _source_of(use: Interaction) -> SandboxMessage:
    if use.source is None:
        raise invalid("type", "INTERACTION_TYPE_INVALID", "There is no message to update.")
    if use.source.deleted:
        raise ApiError(Problem.UNKNOWN_MESSAGE)
    return use.source


def _choices(data: JsonObject) -> tuple[Choice, ...]:
    choices = objects(data.get("choices"))
    check_choices(choices, "data.choices")
    return tuple(Choice(text_of(item, "name"), _value(item)) for item in choices)


def _value(choice: JsonObject) -> str | int | float:
    value = choice.get("value")
    return value if isinstance(value, str | int | float) else ""


def _modal(use: Interaction, data: JsonObject) -> Modal:
    components = objects(data.get("components"))
    check_length(len(text_of(data, "title")), 1, 45, "data.title")
    check_length(len(text_of(data, "custom_id")), 1, 100, "data.custom_id")
    check_length(len(components), 1, 5, "data.components")
    check_components(components, MODAL, "data.components")
    numbered = resolved(components, ())
    return Modal(text_of(data, "custom_id"), text_of(data, "title"), numbered, use)
