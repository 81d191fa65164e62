"""What a person does on the page: commands, autocomplete, buttons, selects, forms, deletions."""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING, Final

from aiohttp import web

from sandbox.discord.json_types import as_list, as_object, int_of, objects, text_of
from sandbox.discord.permissions import Permission
from sandbox.page import asked, wire
from sandbox.page.options import Values
from sandbox.page.replies import json_response, refusals_told
from sandbox.page.uploads import Uploads

if TYPE_CHECKING:
    from sandbox.discord.interactions import Interaction, Modal
    from sandbox.discord.json_types import Json, JsonObject
    from sandbox.discord.messages import SandboxMessage
    from sandbox.discord.options import OptionValue
    from sandbox.discord.server import DiscordSandbox
    from sandbox.discord.world import Channel, User

# The sandbox gives up on the bot by its own clock; so long the page waits for it to say so.
PATIENCE_S: Final = 2.0
FORMS_KEPT: Final = 100


class ActHandlers:
    """The POST half of the contract."""

    def __init__(self, discord: DiscordSandbox) -> None:
        self._discord = discord
        self._forms: OrderedDict[int, Modal] = OrderedDict()
        self._uploads = Uploads()
        self._values = Values(discord.world, self._uploads)

    def routes(self) -> list[web.RouteDef]:
        """Return its addresses."""
        return [
            web.post("/page/commands", self.command),
            web.post("/page/autocomplete", self.autocomplete),
            web.post("/page/menus", self.menu),
            web.post("/page/components", self.component),
            web.post("/page/modals", self.modal),
            web.post("/page/uploads", self.upload),
            web.post("/page/deletions", self.delete),
        ]

    async def command(self, request: web.Request) -> web.Response:
        """Send a command and answer once the bot has, or hasn't in time."""
        body, user, channel = await self._acting(request)
        name, options = self._command(body, user, channel)
        with refusals_told():
            use = await self._discord.invoke(user, channel, name, options)
        return await self._outcome(use)

    async def autocomplete(self, request: web.Request) -> web.Response:
        """Answer with what the bot offers for an option."""
        body, user, channel = await self._acting(request)
        name, options = self._command(body, user, channel)
        focused = text_of(body, "focused")
        with refusals_told():
            choices = await self._discord.autocomplete(
                user, channel, name, options, focused=focused
            )
        shown: list[Json] = [{"name": choice.name, "value": choice.value} for choice in choices]
        return json_response({"choices": shown})

    async def menu(self, request: web.Request) -> web.Response:
        """Choose a command in the menu of a message."""
        body, user, _ = await self._acting(request)
        message = asked.message_of(self._discord, body, user)
        with refusals_told():
            use = await self._discord.choose_in_menu(user, message, text_of(body, "name"))
        return await self._outcome(use)

    async def component(self, request: web.Request) -> web.Response:
        """Press a button or choose in a select."""
        body, user, _ = await self._acting(request)
        message = asked.message_of(self._discord, body, user)
        custom_id = text_of(body, "custom_id")
        with refusals_told():
            use = await self._use(body, user, message, custom_id)
        return await self._outcome(use)

    async def modal(self, request: web.Request) -> web.Response:
        """Submit a form."""
        body = await asked.body_of(request)
        asked.actor_of(body, self._discord.world)
        form = asked.found(self._forms.get(int_of(body, "modal")), "form")
        values = self._values.of_fields(form.components, objects(body.get("fields")))
        with refusals_told():
            use = await self._discord.submit_modal(form, values)
        return await self._outcome(use)

    async def upload(self, request: web.Request) -> web.Response:
        """Take in a file that a later option or form will hold."""
        name = request.query.get("name", "file")
        return json_response({"id": self._uploads.add(name, await request.read())})

    async def delete(self, request: web.Request) -> web.Response:
        """Delete a message as a moderator, or as its owner a private one."""
        body, user, channel = await self._acting(request)
        message = asked.message_of(self._discord, body, user)
        world = self._discord.world
        if not message.ephemeral and not wire.may(world, channel, user, Permission.MANAGE_MESSAGES):
            raise web.HTTPBadRequest(text="only a moderator may delete it")
        self._discord.delete_message(message)
        return json_response({})

    async def _use(
        self, body: JsonObject, user: User, message: SandboxMessage, custom_id: str
    ) -> Interaction:
        if "values" not in body:
            return await self._discord.press(user, message, custom_id=custom_id)
        values = self._values.of_select(message.components, custom_id, as_list(body["values"]))
        return await self._discord.select(user, message, values, custom_id=custom_id)

    async def _acting(self, request: web.Request) -> tuple[JsonObject, User, Channel]:
        body = await asked.body_of(request)
        user = asked.actor_of(body, self._discord.world)
        return body, user, asked.channel_of(self._discord.world, int_of(body, "channel"), user)

    def _command(
        self, body: JsonObject, user: User, channel: Channel
    ) -> tuple[str, dict[str, OptionValue]]:
        name = text_of(body, "command")
        commands = self._discord.commands_for(user, channel)
        return name, self._values.of_options(commands, name, as_object(body.get("options")))

    async def _outcome(self, use: Interaction) -> web.Response:
        try:
            await use.until(lambda it: it.answer is not None or it.failed, self._patience_s())
        except TimeoutError:
            return json_response({"status": "failed", "modal": None})
        self._remember(use.modal)
        return json_response(
            {
                "status": "failed" if use.failed else "answered",
                "modal": wire.modal_json(use.modal) if use.modal else None,
            }
        )

    def _patience_s(self) -> float:
        return self._discord.settings.answer_within_s + PATIENCE_S

    def _remember(self, form: Modal | None) -> None:
        if form is None:
            return
        self._forms[form.interaction.id] = form
        while len(self._forms) > FORMS_KEPT:
            self._forms.popitem(last=False)
