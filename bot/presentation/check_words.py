"""What ``python -m bot check`` says of each thing, and the step that mends it."""

from collections.abc import Mapping
from typing import NamedTuple

from bot.domain.findings import Cause, Finding


class Said(NamedTuple):
    """What is so, and what mends it; the second may be empty."""

    what: str
    how: str = ""


_RESET = "Discord's developer portal → your application → Bot → Reset Token; set the new one."
_KEYS = "Your Get3W account → API keys; a key works only after the account's first top-up."
_AT_DISCORD = "Look at this host's network, and at DISCORD_API_URL where it is set."
_AT_GET3W = "Look at this host's network, and at GET3W_API_URL where it is set."
_SAID: Mapping[Cause, Said] = {
    Cause.SETTINGS_READ: Said("{given} given, the rest as they come"),
    Cause.SETTING_WRONG: Said("{variable} {what}.", "{how}"),
    Cause.TOKEN_TAKEN: Said("Discord takes it: {name}, in {servers} servers"),
    Cause.TOKEN_REFUSED: Said("Discord refuses DISCORD_TOKEN ({status}).", _RESET),
    Cause.TOKEN_IS_CLIENT_SECRET: Said(
        "DISCORD_TOKEN is the application's client secret, not its bot's token.", _RESET
    ),
    Cause.TOKEN_IS_PUBLIC_KEY: Said(
        "DISCORD_TOKEN is the application's public key, not its bot's token.", _RESET
    ),
    Cause.TOKEN_IS_APPLICATION_ID: Said(
        "DISCORD_TOKEN is the application's id, not its bot's token.", _RESET
    ),
    Cause.TOKEN_MISSHAPEN: Said(
        "DISCORD_TOKEN isn't whole: a bot's token has three parts with dots between them.", _RESET
    ),
    Cause.DISCORD_ANSWERS: Said("answers"),
    Cause.DISCORD_UNREACHABLE: Said("Discord can't be reached ({reason}).", _AT_DISCORD),
    Cause.REACH_LISTED: Said("works in the servers that SERVERS lists ({servers})"),
    Cause.REACH_PRIVATE: Said("works wherever it is; only you can invite it"),
    Cause.REACH_PUBLIC: Said(
        "Anybody can invite the bot, and SERVERS=* lets them spend your money.",
        "Set SERVERS to the ids of your servers; or, in Discord's developer portal, set"
        " Installation → Install Link to None and then take off Bot → Public Bot.",
    ),
    Cause.SHARDS_ENOUGH: Said("{shards} are enough"),
    Cause.SHARDS_TOO_FEW: Said(
        "Discord recommends {wanted} shards, SHARD_COUNT is {shards}.",
        "Raise SHARD_COUNT in every process, or leave it empty.",
    ),
    Cause.STARTS_FEW: Said(
        "Only {left} starts are left today.", "Look in the log for what restarts the bot so often."
    ),
    Cause.CLOCK_RIGHT: Said("right"),
    Cause.CLOCK_OFF: Said(
        "This machine's clock is {seconds:.0f} s {direction}; days and limits come out wrong.",
        "Set it by the network: sudo timedatectl set-ntp true",
    ),
    Cause.KEY_TAKEN: Said("the image API takes it"),
    Cause.KEY_REFUSED: Said("The image API refuses GET3W_API_KEY ({status}).", _KEYS),
    Cause.API_ANSWERS: Said("answers"),
    Cause.API_UNREACHABLE: Said("The image API can't be reached ({reason}).", _AT_GET3W),
    Cause.BALANCE_LEFT: Said("${usd:.2f} left"),
    Cause.BALANCE_ENOUGH: Said("enough is left"),
    Cause.BALANCE_EMPTY: Said(
        "${usd:.2f} are left at the image API, which is no picture's price.",
        "Top up your Get3W account.",
    ),
    Cause.BALANCE_UNKNOWN: Said("The image API doesn't say what is left.", "Look in your account."),
    Cause.MODEL_OFFERED: Said("{model}, ${usd:g} a picture"),
    Cause.MODEL_UNPRICED: Said("{model}; its price isn't told, so $0.05 is booked"),
    Cause.MODELS_UNLISTED: Said(
        "The image API lists no models, so nobody knows whether it has yours.",
        _AT_GET3W,
    ),
    Cause.MODEL_UNKNOWN: Said(
        "The image API has no {model}, which DEFAULT_MODEL names.",
        "Set DEFAULT_MODEL to one that it has, such as {hint}.",
    ),
    Cause.CEILING_IDLE: Said(
        "ALLOWED_MODELS has {patterns}, which fits no model of the image API.",
        "Look for a slip there.",
    ),
    Cause.FOLDER_OURS: Said("{path} can be written to"),
    Cause.FOLDER_FOREIGN: Said(
        "{shut} belongs to {owner}, and the bot runs as {user}.", "sudo chown -R {user} {quoted}"
    ),
    Cause.FOLDER_OF_SYSTEM: Said(
        "{shut} belongs to {owner}, and the bot runs as {user}.",
        "Give it a folder of its own: start it in another one, or set another DATABASE_URL.",
    ),
    Cause.FOLDER_SHUT: Said("{shut} can't be written to.", "chmod u+rwX {quoted_shut}"),
    Cause.FOLDER_MOUNTED_READ_ONLY: Said(
        "{shut} is mounted read-only.", "Mount it so that {user} may write to it."
    ),
    Cause.FOLDER_MISSING: Said(
        "{path} isn't there, and the bot ({user}) can't make it.",
        "sudo mkdir -p {quoted} && sudo chown {user} {quoted}",
    ),
    Cause.DISK_ROOMY: Said("{free_mb:,.0f} MB free"),
    Cause.DISK_FULL: Said(
        "Only {free_mb:,.0f} MB are free at {path}; the bot needs {needed_mb:,.0f} MB.",
        "Make room there, or lower PICTURES_ON_DISK_MB.",
    ),
    Cause.FILE_SYSTEM_LOCAL: Said("{kind}, of this machine"),
    Cause.FILE_SYSTEM_REMOTE: Said(
        "The database {path} is on {kind}, where SQLite loses data.",
        "Put it on a disk of this machine by DATABASE_URL, or use PostgreSQL.",
    ),
    Cause.FILE_SYSTEM_UNKNOWN: Said("this system doesn't tell what it is"),
    Cause.DATABASE_WELL: Said("{place}, schema {found}"),
    Cause.DATABASE_OLDER: Said("{place}, schema {found}; the next start brings it to {known}"),
    Cause.DATABASE_NEW: Said("{place} is empty; the first start fills it"),
    Cause.DATABASE_TROUBLE: Said("{place} {trouble}.", "{mended_by}"),
    Cause.DATABASE_UNSOUND: Said(
        "{place} is damaged.", "Stop the bot, then put a copy in its place: python -m bot restore"
    ),
    Cause.SCHEMA_NEWER: Said(
        "{place} has the schema {found} of a newer version of the bot; this one knows {known}.",
        "Start the newer version again, or restore a copy from before the upgrade:"
        " python -m bot restore",
    ),
    Cause.SCHEMA_NEWER_TAKEN: Said(
        "{place} has the schema {found} of a newer version, which this one may use.",
        "Upgrade this process too.",
    ),
    Cause.COPIES_FRESH: Said("{count}, the newest of {age_h:.0f} h ago"),
    Cause.COPIES_NONE: Said("none yet; the running bot makes one a day"),
    Cause.COPIES_OLD: Said(
        "The newest copy is {age_h:.0f} h old, and one is made each day.",
        "Look whether the bot runs, or make one: python -m bot backup",
    ),
    Cause.COPIES_BY_SERVER: Said("by pg_dump, which is yours to call: docs/backup.md"),
    Cause.ALERTS_SET: Said("go to ALERT_URL; check --alert tries it"),
    Cause.ALERTS_UNSET: Said("are in the log alone; ALERT_URL isn't set"),
    Cause.ALERT_TAKEN: Said("one was sent to ALERT_URL and taken"),
    Cause.ALERT_REFUSED: Said("ALERT_URL didn't take an alert ({reason}).", "Look at ALERT_URL."),
    Cause.NOT_ASKED: Said("not looked at before {first} is mended"),
}
ALERT_TITLE = "imagine: this is a test"
ALERT_DETAIL = "You asked for it by check --alert. Alerts about budget and account come here."


def said(finding: Finding) -> Said:
    """Give the words for a finding."""
    words = _SAID[finding.cause]
    return Said(words.what.format(**finding.facts), words.how.format(**finding.facts))


def summary(to_mend: int) -> str:
    """Say at the end how it is altogether."""
    if not to_mend:
        return "All is well."
    return "1 thing to mend." if to_mend == 1 else f"{to_mend} things to mend."
