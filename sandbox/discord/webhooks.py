"""What follows the first answer: edits of the original, follow-ups, deletions.

The interaction's token alone authorises them, for 15 minutes. `@original` is the message of the
answer, or the one that a component's interaction came from when the answer updates that.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.discord.buckets import Limit
from sandbox.discord.drafting import next_state
from sandbox.discord.errors import ApiError, Problem
from sandbox.discord.message_payloads import message_json
from sandbox.discord.posting import answer_message, draft_of
from sandbox.discord.routing import NO_CONTENT, Answer, Call, Route

if TYPE_CHECKING:
    from sandbox.discord.interactions import Interaction
    from sandbox.discord.messages import SandboxMessage
    from sandbox.discord.state import State

ORIGINAL = "@original"


class Webhooks:
    """Answers `/webhooks/{application}/{token}` and what is below it."""

    def __init__(self, state: State) -> None:
        self._state = state

    def routes(self) -> list[Route]:
        """Return the routes."""
        root = "/webhooks/{application}/{token}"
        one = f"{root}/messages/{{message}}"
        return [
            Route("POST", root, self.follow_up, open=True),
            Route("GET", one, self.fetch, open=True),
            Route("PATCH", one, self.edit, open=True),
            Route("DELETE", one, self.delete, open=True),
        ]

    def follow_up(self, call: Call) -> Answer:
        """Add a message; straight after a deferred answer it fills that one instead."""
        use, headers = self._enter(call)
        message = self._filled(use, call) or self._added(use, call)
        return Answer(message_json(message, self._state.world), headers=headers)

    def fetch(self, call: Call) -> Answer:
        """Return a message of this interaction."""
        use, headers = self._enter(call)
        message = self._message(use, call)
        return Answer(message_json(message, self._state.world), headers=headers)

    def edit(self, call: Call) -> Answer:
        """Change a message of this interaction."""
        use, headers = self._enter(call)
        message = self._change(self._message(use, call), call)
        return Answer(message_json(message, self._state.world), headers=headers)

    def delete(self, call: Call) -> Answer:
        """Take a message of this interaction away."""
        use, headers = self._enter(call)
        self._state.delete_message(self._message(use, call))
        return Answer(status=NO_CONTENT, headers=headers)

    def _enter(self, call: Call) -> tuple[Interaction, dict[str, str]]:
        use = self._interaction(call)
        limits = self._limits(use, hidden=call.route.method in ("POST", "PATCH"))
        return use, self._state.buckets.take(limits, self._state.clock.now())

    def _interaction(self, call: Call) -> Interaction:
        if call.id("application") != self._state.world.application.id:
            raise ApiError(Problem.UNKNOWN_WEBHOOK)
        use = self._state.by_token.get(call.params["token"])
        age_s = self._state.clock.now() - use.created_at_s if use else 0.0
        if use is None or use.expired or age_s > self._state.settings.token_life_s:
            raise ApiError(Problem.INVALID_WEBHOOK_TOKEN)
        if use.answer is None:
            raise ApiError(Problem.UNKNOWN_WEBHOOK)
        return use

    def _limits(self, use: Interaction, *, hidden: bool) -> list[Limit]:
        settings = self._state.settings
        limits = [Limit(f"webhook:{use.id}", settings.webhook_rate)]
        if hidden and settings.hidden_rate is not None:
            key = f"hidden:{use.channel.id}"
            limits.append(Limit(key, settings.hidden_rate, "shared", announced=False))
        return limits

    def _message(self, use: Interaction, call: Call) -> SandboxMessage:
        name = call.params["message"]
        own = [item for item in (use.message, *use.followups) if item and not item.deleted]
        for message in own:
            if name == str(message.id) or (name == ORIGINAL and message is use.message):
                return message
        raise ApiError(Problem.UNKNOWN_MESSAGE)

    def _filled(self, use: Interaction, call: Call) -> SandboxMessage | None:
        original = use.message
        if original is None or original.deleted or not original.now.loading:
            return None
        return self._change(original, call)

    def _added(self, use: Interaction, call: Call) -> SandboxMessage:
        message = answer_message(self._state, use, call.body, call.uploads)
        use.followups.append(message)
        return message

    def _change(self, message: SandboxMessage, call: Call) -> SandboxMessage:
        draft = draft_of(self._state, message.channel, call.body, call.uploads)
        self._state.change_message(message, next_state(message.now, draft))
        return message
