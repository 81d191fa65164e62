"""A server's panel in tests: a policy, what stands around it, and a moderator who presses."""

from collections.abc import AsyncGenerator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, cast

import discord
from discord import ui

from bot.domain.errors import ImagineError
from bot.domain.model_rules import Effect, ServerModels
from bot.domain.models import ModelCeiling
from bot.domain.refusals import BadInputError
from bot.domain.role_limits import RoleLimit
from bot.domain.server_policy import JsonValue, MemberBlock, ServerPolicy
from bot.domain.server_settings import all_settings
from bot.domain.setting_declaration import Page
from bot.domain.snowflake_kinds import Sort
from bot.presentation.panel.overview import Overview
from bot.presentation.panel.pages import page_blocks
from bot.presentation.panel.panel import Panel
from bot.presentation.panel.places import Spot
from bot.presentation.panel.screens import page_view, screens_of
from bot.presentation.panel.sight import Sight
from tests.unit.moderated import DEFAULT, MOD, Office
from tests.unit.ruled import CHANNEL, OPEN, OTHER_CHANNEL, OTHER_ROLE, ROLE, a_rule
from tests.unit.virtual_time import START, LoopClock

Payload = dict[str, Any]

LONG = 10**18
SIGHT = Sight(
    {
        Sort.ROLE: {ROLE: "Artist", OTHER_ROLE: "Moderator"},
        Sort.CHANNEL: {CHANNEL: "art", OTHER_CHANNEL: "mod-log"},
    },
    lambda _, __: (),
)


@dataclass(frozen=True)
class Host:
    """Fulfils ``HostLimits``."""

    models: ModelCeiling = OPEN
    limits: Mapping[str, int] = field(default_factory=dict)

    def is_admitted(self, model: str) -> bool:
        return self.models.admits(model)

    def largest(self, name: str) -> int | None:
        return self.limits.get(name)


HOST = Host()


def seen(
    policy: ServerPolicy | None = None,
    sight: Sight = SIGHT,
    host: Host = HOST,
    reports: int | None = None,
    **settings: JsonValue,
) -> Overview:
    policy = policy or ServerPolicy(ServerModels(DEFAULT), settings)
    return Overview(policy, sight, host, START, reports)


def screens(page: Page, overview: Overview, note: str = "") -> list[ui.LayoutView]:
    """Lay out all screens of a page."""
    blocks = page_blocks(Spot(page), overview)
    return [
        page_view(Spot(page, at), page_blocks(Spot(page, at), overview), note)
        for at in range(len(screens_of(blocks)))
    ]


def parts(payload: object) -> Iterator[Payload]:
    """Give all components of a message or a form as Discord would get them."""
    if isinstance(payload, dict):
        if "type" in payload:
            yield payload
        for value in payload.values():
            yield from parts(value)
    elif isinstance(payload, list):
        for value in payload:
            yield from parts(value)


def components(view: ui.LayoutView) -> list[Payload]:
    return [one for one in parts(view.to_components()) if isinstance(one["type"], int)]


def pressable(view: ui.LayoutView) -> list[Payload]:
    return [one for one in components(view) if "custom_id" in one]


def texts(view: ui.LayoutView) -> str:
    return "\n".join(one["content"] for one in components(view) if one["type"] == 10)


def the_fullest() -> Overview:
    """Everything that a server can decide, as long as it can be."""
    ids = range(LONG, LONG + 100)
    many: dict[str, JsonValue] = {
        "open_channels": [str(one) for one in ids],
        "spoiler_roles": [str(one) for one in ids[:25]],
        "log_channel": str(LONG),
    }
    table = tuple(RoleLimit(one, "pictures_per_day", 10_000) for one in ids)
    many["role_limits"] = all_settings()["role_limits"].dump(table)
    rules = tuple(
        a_rule(Effect.ALLOW, f"vendor-{at}/".ljust(100, "_"), LONG + at, LONG + at)
        for at in range(200)
    )
    blocks = {
        LONG + at: MemberBlock(LONG + at, START + timedelta(days=9), "*" * 300, 1, START)
        for at in range(200)
    }
    terms = tuple(f"{at:04}".ljust(60, "_") for at in range(1000))
    policy = ServerPolicy(ServerModels("a/".ljust(100, "_"), rules), many, terms, blocks)
    blind = Sight({Sort.ROLE: {}, Sort.CHANNEL: {}}, lambda _, __: ("Attach Files",))
    counts = (one.name for one in all_settings().values() if one.page is Page.LIMITS)
    numbers = (name for name in counts if name != "role_limits")
    strict = Host(ModelCeiling(()), dict.fromkeys(numbers, 1))
    return Overview(policy, blind, strict, START, 10**6)


@dataclass
class Answers:
    """Takes what an interaction is answered with."""

    views: list[ui.LayoutView] = field(default_factory=list)
    forms: list[Payload] = field(default_factory=list)
    private: list[bool] = field(default_factory=list)

    async def send_message(self, *, view: ui.LayoutView, ephemeral: bool) -> None:
        self.views.append(view)
        self.private.append(ephemeral)

    async def edit_message(self, *, view: ui.LayoutView) -> None:
        self.views.append(view)

    async def send_modal(self, modal: ui.Modal) -> None:
        assert modal.is_finished(), "the library would keep it"
        self.forms.append(modal.to_dict())


@dataclass
class Desk:
    """A moderator before the panel; ``error`` is what the last press met."""

    office: Office = field(default_factory=Office)
    permissions: discord.Permissions = field(
        default_factory=lambda: discord.Permissions(manage_guild=True)
    )
    error: ImagineError | None = None
    answers: Answers = field(default_factory=Answers)

    @property
    def panel(self) -> Panel:
        return Panel(self.office.moderation(), LoopClock())

    @property
    def policy(self) -> ServerPolicy:
        return self.office.policies.kept[MOD.server_id]

    @property
    def text(self) -> str:
        """What the panel shows now."""
        return texts(self.answers.views[-1])

    @property
    def note(self) -> str:
        """The panel's first lines, which say what was changed."""
        return self.text.partition("\n## ")[0]

    @property
    def form(self) -> Payload:
        return self.answers.forms[-1]

    @asynccontextmanager
    async def answering(self, _: discord.Interaction) -> AsyncGenerator[None]:
        self.error = None
        try:
            yield
        except ImagineError as error:
            self.error = error

    @property
    def flaw(self) -> tuple[str, str]:
        assert isinstance(self.error, BadInputError)
        return self.error.field, self.error.flaw.name

    async def open(self) -> None:
        await self.panel.open(self._interaction(discord.InteractionType.application_command, {}))

    async def press(self, custom_id: str, *values: str) -> None:
        kind = discord.InteractionType.component
        data: Payload = {"custom_id": custom_id, "component_type": 3 if values else 2}
        await self.panel.answer(self._interaction(kind, {**data, "values": list(values)}))

    async def submit(self, custom_id: str, **fields: str | Sequence[str]) -> None:
        kind = discord.InteractionType.modal_submit
        labels = [{"type": 18, "component": _field(*one)} for one in fields.items()]
        data = {"custom_id": custom_id, "components": labels}
        await self.panel.answer(self._interaction(kind, data))

    def _interaction(
        self, kind: discord.InteractionType, data: Mapping[str, object]
    ) -> discord.Interaction:
        return cast("discord.Interaction", Sent(self, kind, data))


def _field(name: str, value: str | Sequence[str]) -> Payload:
    if isinstance(value, str):
        return {"type": 4, "custom_id": name, "value": value}
    return {"type": 5, "custom_id": name, "values": list(value)}


@dataclass
class Person:
    id: int = MOD.member_id


@dataclass
class Sent:
    """What Discord sends of a press, as far as the panel looks at it."""

    client: Desk
    type: discord.InteractionType
    data: Mapping[str, object]
    guild_id: int = MOD.server_id
    guild: None = None
    user: Person = field(default_factory=Person)

    @property
    def permissions(self) -> discord.Permissions:
        return self.client.permissions

    @property
    def response(self) -> Answers:
        return self.client.answers
