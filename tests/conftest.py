"""What holds for every test: an environment without settings, and no network but loopback."""

import os
import sys

from tests.loopback import refuse_other_networks

# A setting that leaks in from the developer's shell could reach the real Discord with a real
# token, or make a test pass on one machine only.
_SETTING_PREFIXES = ("DISCORD_", "GET3W_")
_SETTINGS = frozenset(
    {
        "ALERT_URL",
        "ALLOWED_MODELS",
        "BUDGET_USD_PER_DAY",
        "DATABASE_URL",
        "DEFAULT_MODEL",
        "DIRECT_MESSAGES",
        "HTTP_PORT",
        "LOG_FORMAT",
        "LOG_LEVEL",
        "MEMBER_PICTURES_PER_DAY",
        "MEMBER_WAITING_MAX",
        "PAUSED",
        "PICTURES_IN_MEMORY",
        "PICTURES_ON_DISK_MB",
        "RETENTION_DAYS_MAX",
        "SERVERS",
        "SHARD_COUNT",
        "SHARD_IDS",
        "SHUTDOWN_GRACE_S",
    }
)
# Where the description of Discord's API lies is the tests' own affair.
_KEPT = frozenset({"DISCORD_OPENAPI"})


def _is_setting(name: str) -> bool:
    return name not in _KEPT and (name in _SETTINGS or name.startswith(_SETTING_PREFIXES))


for _name in [name for name in os.environ if _is_setting(name.upper())]:
    del os.environ[_name]

sys.addaudithook(refuse_other_networks)
