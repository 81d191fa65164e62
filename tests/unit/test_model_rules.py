"""Who may use which model where, by examples; the whole is in the truth table."""

from time import process_time

from bot.domain.model_rules import (
    Asker,
    Check,
    Decision,
    ModelRule,
    ServerModels,
    Step,
)
from bot.domain.model_rules import ModelChecks as Checks
from bot.domain.models import ModelCeiling
from tests.unit.ruled import (
    CHANNEL,
    MEMBER,
    OPEN,
    OTHER_CHANNEL,
    OTHER_ROLE,
    ROLE,
    allow,
    decide,
    default,
    deny,
    offered,
    untraced,
)

USUAL = "get3w/flux-dev"
PRO = "get3w/flux-pro"


def asked(model: str, *rules: ModelRule, asker: Asker = MEMBER, ceiling: str = "*") -> Decision:
    patterns = tuple(ceiling.split(","))
    return decide(ServerModels(USUAL, rules), asker, model, ModelCeiling(patterns))


def on_offer(*rules: ModelRule, known: str = "", ceiling: str = "*") -> list[str]:
    patterns = ModelCeiling(tuple(ceiling.split(",")))
    return offered(ServerModels(USUAL, rules), MEMBER, known.split(), patterns)


def usual(*rules: ModelRule, server: str | None = USUAL, ceiling: str = "*") -> str | None:
    models = ServerModels(server, rules)
    return Checks.of(models, MEMBER, ModelCeiling((ceiling,))).usual_model()


def test_without_rules_the_default_may_be_used() -> None:
    assert asked(USUAL).allowed


def test_without_rules_nothing_else_may_be_used() -> None:
    assert not asked(PRO).allowed


def test_an_allow_adds_to_the_default() -> None:
    assert asked(PRO, allow(PRO)).allowed
    assert asked(USUAL, allow(PRO)).allowed


def test_without_a_default_only_rules_allow() -> None:
    assert not decide(ServerModels(None), MEMBER, USUAL, OPEN).allowed


def test_a_role_that_the_member_lacks_counts_for_nothing() -> None:
    assert not asked(PRO, allow(PRO, OTHER_ROLE)).allowed


def test_a_rule_of_another_channel_counts_for_nothing() -> None:
    assert not asked(PRO, allow(PRO, None, OTHER_CHANNEL)).allowed
    assert not asked(PRO, allow(PRO, ROLE, OTHER_CHANNEL)).allowed


def test_a_member_without_roles_is_still_asked_for_them() -> None:
    nobody = Asker(frozenset(), CHANNEL)

    assert not asked(PRO, allow(PRO, ROLE), asker=nobody).allowed


def test_one_role_that_denies_outweighs_another_that_allows() -> None:
    both = Asker(frozenset({ROLE, OTHER_ROLE}), CHANNEL)

    assert not asked(PRO, allow(PRO, ROLE), deny(PRO, OTHER_ROLE), asker=both).allowed


def test_a_channel_outweighs_a_role() -> None:
    assert asked(PRO, deny(PRO, ROLE), allow(PRO, None, CHANNEL)).allowed


def test_a_role_in_a_channel_outweighs_the_channel() -> None:
    assert asked(PRO, deny("*", None, CHANNEL), allow(PRO, ROLE, CHANNEL)).allowed


def test_the_ceiling_outweighs_every_rule() -> None:
    decision = asked(PRO, allow(PRO, ROLE, CHANNEL), ceiling=USUAL)

    assert not decision.allowed
    assert decision.deciding.check is Check.CEILING


def test_the_ceiling_cuts_a_default_off_too() -> None:
    assert not asked(USUAL, ceiling=PRO).allowed


def test_a_refusal_by_a_rule_is_not_blamed_on_the_ceiling() -> None:
    assert asked(PRO, deny(PRO), ceiling=USUAL).deciding.check is Check.SERVER


def test_the_explanation_has_every_check_in_order() -> None:
    denied, allowed = deny("get3w/*"), allow(PRO, ROLE)

    assert asked(PRO, denied, allowed).steps == (
        Step(Check.ROLE_IN_CHANNEL, says=None, rules=(), decided=False),
        Step(Check.CHANNEL, says=None, rules=(), decided=False),
        Step(Check.ROLE, says=True, rules=(allowed,), decided=True),
        Step(Check.SERVER, says=False, rules=(denied,), decided=False),
        Step(Check.DEFAULT, says=False, rules=(), decided=False),
        Step(Check.CEILING, says=True, rules=(), decided=False),
    )


def test_the_explanation_leaves_out_rules_about_other_models() -> None:
    steps = asked(PRO, allow(PRO), allow("google/*"), deny("b/two")).steps

    assert [step.rules for step in steps if step.rules] == [(allow(PRO),)]


def test_the_usual_model_is_the_servers_default() -> None:
    assert usual() == USUAL


def test_a_role_may_have_a_usual_model_of_its_own() -> None:
    assert usual(default(PRO, ROLE)) == PRO
    assert asked(PRO, default(PRO, ROLE)).allowed


def test_the_strongest_default_is_the_usual_model() -> None:
    assert usual(default("a/role", ROLE), default("a/channel", None, CHANNEL)) == "a/channel"


def test_of_two_roles_with_a_default_the_older_rule_counts() -> None:
    later, earlier = default("a/later", ROLE, day=2), default("a/earlier", ROLE, day=1)

    assert usual(later, earlier) == "a/earlier"


def test_a_default_that_is_denied_here_gives_way_to_a_weaker_one() -> None:
    assert usual(default(PRO, ROLE), deny(PRO, None, CHANNEL)) == USUAL


def test_a_default_that_the_ceiling_cuts_off_gives_way_too() -> None:
    assert usual(default(PRO, ROLE), ceiling=USUAL) == USUAL


def test_where_no_default_may_be_used_there_is_no_usual_model() -> None:
    assert usual(deny("*", None, CHANNEL)) is None
    assert usual(server=None) is None


def test_the_picker_offers_the_default_alone_while_there_are_no_rules() -> None:
    assert on_offer(known=f"a/one {PRO} {USUAL}") == [USUAL]


def test_the_picker_begins_with_the_usual_model_of_the_member() -> None:
    assert on_offer(default(PRO, ROLE), allow("a/*"), known="a/one") == [PRO, USUAL, "a/one"]


def test_the_picker_offers_a_named_model_that_no_catalogue_lists() -> None:
    assert on_offer(allow("new/model")) == [USUAL, "new/model"]


def test_the_picker_keeps_the_order_of_the_catalogue() -> None:
    known = f"b/two a/one {USUAL} c/x"

    assert on_offer(allow("*"), known=known) == [USUAL, "b/two", "a/one", "c/x"]


def test_the_picker_offers_nothing_that_is_denied_here() -> None:
    rules = (allow("*"), deny("b/*", ROLE), deny(USUAL, None, CHANNEL))

    assert on_offer(*rules, known="a/one b/two") == ["a/one"]


def test_the_picker_offers_nothing_above_the_ceiling() -> None:
    assert on_offer(allow("*"), allow("new/x"), known="a/one b/2", ceiling="b/*") == ["b/2"]


def test_a_star_is_no_model_to_be_used_by_default() -> None:
    assert usual(default("a/*", ROLE)) == USUAL


def cpu_ms_of_a_picker() -> float:
    known = [f"vendor-{n % 40}/model-{n}" for n in range(1000)]
    stars = (f"vendor-{n}/*" for n in range(25))
    parts = (f"*el-{n}*" for n in range(25))
    models = ServerModels(USUAL, tuple(allow(model) for model in (*stars, *parts)))
    started = process_time()
    offered(models, MEMBER, known, OPEN)
    return (process_time() - started) * 1000


@untraced
def test_a_picker_over_a_thousand_models_and_fifty_rules_takes_ten_milliseconds_at_most() -> None:
    assert min(cpu_ms_of_a_picker() for _ in range(5)) <= 10
