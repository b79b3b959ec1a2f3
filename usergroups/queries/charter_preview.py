"""What another setting of a rule would change, before anybody sets it."""

from collections.abc import Sequence
from dataclasses import dataclass

from usergroups.charter import Exemption, evaluate
from usergroups.inputs.charter import RuleInput
from usergroups.queries import charter, charter_facts
from usergroups.queries.charter_facts import Looked

_SHOWN = 12


@dataclass(frozen=True, slots=True)
class Preview:
    """How many living groups fail a rule today, and how many would, with the first of those."""

    groups: int
    failing: int
    would_fail: int
    # Those that would come to fail: how many, and some of them by slug and name.
    worse: int
    shown: Sequence[tuple[str, str]]
    better: int


def of(given: RuleInput) -> Preview:
    """Every living group by the rule as it stands and as it would be; at most five queries."""
    looked = charter_facts.of_living({given.kind})
    exemptions = charter.exemptions_of_groups()
    [present] = [rule for rule in charter.rules() if rule.kind is given.kind]
    before = [_fails(present, one, exemptions) for one in looked]
    after = [_fails(given, one, exemptions) for one in looked]
    pairs = list(zip(looked, before, after, strict=True))
    worse = [one.group for one, was, would in pairs if would and not was]
    return Preview(
        groups=len(looked),
        failing=sum(before),
        would_fail=sum(after),
        worse=len(worse),
        shown=[(group.slug, group.name) for group in worse[:_SHOWN]],
        better=sum(was and not would for _, was, would in pairs),
    )


def _fails(rule: RuleInput, one: Looked, exemptions: dict[int, list[Exemption]]) -> bool:
    granted = exemptions.get(one.group.id, ())
    return any(not verdict.is_met for verdict in evaluate([rule], one.facts, granted))
