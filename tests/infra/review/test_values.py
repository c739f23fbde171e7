"""A plan's values are read as people mean them."""

from __future__ import annotations

from infra.review.values import LATER, after, differing, names, number, shown, wheel
from tests.infra.review.plans import Json, change, plan


def test_nothing_is_nothing() -> None:
    """Null, an empty text and a block that is not there are the same."""
    before: Json = {"name": "a", "schedule": [], "comment": None, "tags": {"x": None}}
    after_: Json = {"name": "b", "schedule": None, "comment": "", "tags": {}}
    [only] = plan("prod", change("databricks_job", before=before, after=after_)).changes
    assert differing(only) == ["name"]


def test_what_is_not_known_is_told_so() -> None:
    """At any depth; a block that is not known at all stands as before."""
    before = {"task": [{"id": 1}, {"id": 2}], "new": None, "old": [{"a": 1}]}
    unknown = {"task": [{}, {"id": True}], "new": True, "old": True}
    changed = change("databricks_job", before=before, after={"task": [{"id": 1}, {}]}, unknown=unknown)
    [only] = plan("prod", changed).changes
    assert after(only) == {"task": [{"id": 1}, {"id": LATER}], "new": LATER, "old": [{"a": 1}]}


def test_names_of_ids() -> None:
    """What is in the state has its own name; the account's outputs tell whose the others are."""
    outputs = {"qa_run_application_id": "c9", "qa_budget_policy_id": "05"}
    people: Json = {"id": "bf", "display_name": "people"}
    prior: list[Json] = [people, {"id": "1", "path": "/x"}, {"outputs": outputs}]
    assert names(plan("qa", prior=prior)) == {"bf": "people", "c9": "run-qa", "05": "the policy of qa"}


def test_values_as_sentences_tell_them() -> None:
    """Numbers without a needless fraction, words for truth, a wheel by its version."""
    assert [shown(each) for each in (None, "", True, 2.0, 0.5, "x")] == [
        "nothing",
        "nothing",
        "true",
        "2",
        "0.5",
        "x",
    ]
    assert [number(each) for each in (3.0, "7", LATER, None, True)] == [3, 7, None, None, None]
    assert wheel("/Volumes/a/pipelines-1.2-py3-none-any.whl") == "pipelines 1.2"
    assert wheel("numpy==2.0") == "numpy==2.0"
