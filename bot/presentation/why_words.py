"""The words for why somebody may or may not: each check in order, and where it is changed."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from bot.domain import refusals
from bot.domain.admission import Gate, Verdict
from bot.domain.errors import MissingPermissionError, ModelNotAllowedError, RefusalError
from bot.domain.ledgers import Holder, Measure, ReachedLimit
from bot.domain.model_rules import Check, ModelRule, Step
from bot.domain.server_settings import setting
from bot.domain.setting_declaration import Page
from bot.presentation.markup import escaped, moment
from bot.presentation.moderation_words import EFFECTS, at_place, place_of, setting_title
from bot.services.admission import Explanation

OPEN_PANEL = "Open the panel"
NOT_A_MEMBER = "⚠️ They aren't in this server, so they have no roles here."

_RULES_NAMED_MAX = 3
_CHANNELS_NAMED_MAX = 10

_TITLES: Mapping[Gate, str] = {
    Gate.PLACE: "Server",
    Gate.PAUSE: "Pause",
    Gate.SAFETY: "Safety filter",
    Gate.MEMBER: "Blocked members",
    Gate.CHANNEL: "Channels",
    Gate.PRIVATE: "Private pictures",
    Gate.UPLOADS: "Pictures of their own",
    Gate.OTHERS: "Pictures of others",
    Gate.MODEL: "Model",
    Gate.PROTECTED: "What no server allows",
    Gate.TERMS: "Blocked terms",
    Gate.PERMISSION: "My permissions",
    Gate.LIMITS: "Limits",
}
_OPEN: Mapping[Gate, str] = {
    Gate.PLACE: "I'm set up for this server.",
    Gate.PAUSE: "I'm not taking a break.",
    Gate.SAFETY: "This member isn't paused.",
    Gate.MEMBER: "This member isn't blocked.",
    Gate.CHANNEL: "Pictures can be made in this channel.",
    Gate.MODEL: "It can be used.",
    Gate.PERMISSION: "I have what I need in this channel.",
    Gate.LIMITS: "None is reached.",
}
# What depends on more than a member, a channel and a model.
_LEFT_OPEN: Mapping[Gate, str] = {
    Gate.PRIVATE: "Looked at where *private* is chosen.",
    Gate.UPLOADS: "Looked at where an *image* is given.",
    Gate.OTHERS: "Looked at where a button works on a picture.",
    Gate.PROTECTED: "Depends on the prompt.",
    Gate.TERMS: "Depends on the prompt.",
}
_CHECKS: Mapping[Check, str] = {
    Check.ROLE_IN_CHANNEL: "Role in this channel",
    Check.CHANNEL: "This channel",
    Check.ROLE: "Role",
    Check.SERVER: "Whole server",
    Check.DEFAULT: "Usual model",
    Check.CEILING: "Host",
}
_WITHOUT_RULES: Mapping[tuple[Check, bool], str] = {
    (Check.DEFAULT, True): "this is it",
    (Check.DEFAULT, False): "this isn't it",
    (Check.CEILING, True): "allows it",
    (Check.CEILING, False): "doesn't allow it",
}
_PAGES: Mapping[Gate, Page] = {
    Gate.MEMBER: Page.ACCESS,
    Gate.CHANNEL: Page.ACCESS,
    Gate.PRIVATE: Page.SAFETY,
    Gate.UPLOADS: Page.SAFETY,
    Gate.OTHERS: Page.ACCESS,
    Gate.MODEL: Page.MODELS,
    Gate.TERMS: Page.SAFETY,
    Gate.LIMITS: Page.LIMITS,
}
_BY_HOST = "Only the host of this bot can change that."
_ELSEWHERE: Mapping[Gate, str] = {
    Gate.SAFETY: "It ends by itself, and nobody in a server can end it.",
    Gate.PROTECTED: "Nobody can change that.",
    Gate.PERMISSION: "The channel's permissions in Discord change that.",
}
_LIMITS: Mapping[Measure, str] = {
    Measure.PICTURES_AN_HOUR: "pictures_per_hour",
    Measure.PICTURES_A_DAY: "pictures_per_day",
    Measure.JOBS_AT_ONCE: "at_once",
    Measure.SECONDS_BETWEEN: "cooldown",
    Measure.MICRODOLLARS_A_DAY: "budget_per_day",
    Measure.MICRODOLLARS_A_MONTH: "budget_per_month",
}


def explained(explanation: Explanation) -> list[str]:
    """Say whether a member could make a picture, by each check, and where that is changed."""
    return [
        _answer(explanation),
        "\n".join(_lines(explanation)),
        f"{_change(explanation)}\n-# Discord's own permissions come before all of this.",
    ]


def page_of(explanation: Explanation) -> Page | None:
    """Give the page of the panel that changes what was decided; ``None`` where none does."""
    deciding = explanation.deciding
    gate = Gate.MODEL if deciding is None else deciding.gate
    return None if _is_by_host(gate, explanation) else _PAGES.get(gate)


def _answer(explanation: Explanation) -> str:
    wish, deciding = explanation.wish, explanation.deciding
    can = "can" if deciding is None else "can't"
    model = "" if wish.model is None else f" with **{escaped(wish.model)}**"
    answer = f"<@{wish.visit.member_id}> {can} make pictures in <#{wish.visit.channel_id}>{model}."
    decided = "" if deciding is None else f"\n**{_TITLES[deciding.gate]}** decided that."
    return f"## {'Yes' if deciding is None else 'No'}\n{answer}{decided}"


def _change(explanation: Explanation) -> str:
    page, deciding = page_of(explanation), explanation.deciding
    if page is not None:
        return f"The page **{page.value}** of `/settings panel` changes that."
    return _BY_HOST if deciding is None else _ELSEWHERE.get(deciding.gate, _BY_HOST)


def _is_by_host(gate: Gate, explanation: Explanation) -> bool:
    """Tell whether a check that moderators have a page for was decided by the host's limits."""
    models, reached = explanation.models, explanation.reached
    if gate is Gate.MODEL and models is not None:
        return not models.allowed and models.deciding.check is Check.CEILING
    return gate is Gate.LIMITS and reached is not None and reached.limit.holder.server_id == 0


def _lines(explanation: Explanation) -> Iterator[str]:
    for verdict in explanation.verdicts:
        decided = " ← decided" if verdict is explanation.deciding else ""
        title = f"{_icon(verdict)} **{_TITLES[verdict.gate]}**"
        yield f"{title} · {_says(verdict, explanation)}{decided}"
        if verdict.gate is Gate.MODEL and explanation.models is not None:
            yield from map(_step, explanation.models.steps)


def _icon(verdict: Verdict) -> str:
    if verdict.refusal is not None:
        return "⛔"
    return "▫️" if verdict.gate in _LEFT_OPEN else "✅"


def _says(verdict: Verdict, explanation: Explanation) -> str:
    if verdict.refusal is None:
        return _LEFT_OPEN.get(verdict.gate) or _OPEN[verdict.gate]
    if explanation.reached is not None and verdict.gate is Gate.LIMITS:
        return _reached(explanation.reached)
    return _refused(verdict.refusal)


def _refused(refusal: RefusalError) -> str:
    return _by_host(refusal) or _by_server(refusal)


def _by_host(refusal: RefusalError) -> str:
    match refusal:
        case refusals.NotSetUpError():
            return "The host of this bot hasn't set me up for this server."
        case refusals.PausedError(until):
            return f"I'm taking a break{_until(until)}. The host decided that."
        case refusals.SafetyPauseError(until):
            return f"It refused several prompts of this member, who is paused{_until(until)}."
        case _:
            return ""


def _by_server(refusal: RefusalError) -> str:
    match refusal:
        case refusals.BlockedMemberError(until):
            return f"This member is blocked{_until(until) or ' for good'}."
        case refusals.ChannelNotOpenError(channel_ids):
            return f"Pictures are made in other channels only: {_channels(channel_ids)}."
        case MissingPermissionError(permissions):
            return f"I lack {' and '.join(f'*{name}*' for name in permissions)} in this channel."
        case ModelNotAllowedError():
            return "It can't be used."
        case _:
            return "None was named, and there is no usual one here."


def _until(until: datetime | None) -> str:
    return f" until {moment(until, 'f')}" if until else ""


def _channels(channel_ids: tuple[int, ...]) -> str:
    named = [f"<#{channel_id}>" for channel_id in channel_ids[:_CHANNELS_NAMED_MAX]]
    return _and_more(named, len(channel_ids))


def _reached(reached: ReachedLimit) -> str:
    return f"{_limit(reached)} {_free(reached)}"


def _limit(reached: ReachedLimit) -> str:
    holder, limit = reached.limit.holder, reached.limit
    if holder == Holder():
        return "The host's budget for all servers is used up."
    kind = setting(_setting_name(reached))
    amount = kind.show(limit.at_most)
    if holder.server_id == 0:
        return f"The host lets a member make {amount} pictures a day, in all servers together."
    return f"{setting_title(kind.name)} is {amount}."


def _setting_name(reached: ReachedLimit) -> str:
    limit = reached.limit
    return f"{'member' if limit.holder.member_id else 'server'}_{_LIMITS[limit.measure]}"


def _free(reached: ReachedLimit) -> str:
    if reached.free_at is not None:
        return f"The next picture can be made {moment(reached.free_at)}."
    return "This model costs more." if reached.never_fits else "One of them has to finish first."


def _step(step: Step) -> str:
    decided = " ← decided" if step.decided else ""
    return f"-# {_CHECKS[step.check]}: {_said(step)}{decided}"


def _said(step: Step) -> str:
    if step.rules:
        return _and_more(map(_rule, step.rules[:_RULES_NAMED_MAX]), len(step.rules))
    return _WITHOUT_RULES.get((step.check, bool(step.says)), "no rule")


def _rule(rule: ModelRule) -> str:
    where = "" if rule.level is Check.SERVER else f" {at_place(*place_of(rule))}"
    return f"**{escaped(rule.model)}** {EFFECTS[rule.effect]}{where}"


def _and_more(named: Iterable[str], count: int) -> str:
    shown = list(named)
    more = f" and {count - len(shown)} more" if count > len(shown) else ""
    return ", ".join(shown) + more
