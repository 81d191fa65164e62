"""What each server has decided, turned once into what checks work with."""

from bot.domain.admission import ServerRules
from bot.domain.server_policy import ServerPolicy
from bot.domain.server_settings import from_stored
from bot.domain.store_ports import ServerPolicies
from bot.domain.terms import BlockedTerms


class RuleBook:
    """Keeps what is made of a policy for as long as that policy is at hand.

    A thousand blocked terms take some 20 ms to make ready, so they are made ready anew only where
    they have changed.
    """

    def __init__(self, policies: ServerPolicies) -> None:
        self._policies = policies
        self._ready: dict[int, ServerRules] = {}

    async def of(self, server_id: int) -> ServerRules:
        """Give the rules of a server.

        Raises
        ------
        StoreUnavailableError
        """
        policy = await self._policies.get(server_id)
        ready = self._ready.get(server_id)
        if ready is None or ready.policy is not policy:
            ready = self._ready[server_id] = _made_ready(policy, ready)
        return ready

    def forget(self, server_id: int) -> None:
        """Let go of what was kept of a server."""
        self._ready.pop(server_id, None)


def _made_ready(policy: ServerPolicy, before: ServerRules | None) -> ServerRules:
    same_terms = before is not None and before.policy.terms == policy.terms
    terms = before.terms if before and same_terms else BlockedTerms.of(policy.terms)
    return ServerRules(policy, from_stored(policy.settings), terms)
