"""Tags say what data is: the project's on its schema, a table's own on the table."""

from __future__ import annotations

from tests.infra.synthesis import Synthesized


def test_every_environment_has_the_projects_tags(stacks: dict[str, Synthesized]) -> None:
    """What data is does not depend on where it is."""
    for name in ("dev", "staging", "prod"):
        tags = {
            (item["entity_type"], item["tag_key"]): item["tag_value"]
            for item in stacks[name].all("entity_tag_assignment")
        }
        assert tags[("schemas", "domain")] == "aviation"
        assert tags[("schemas", "data_classification")] == "public"
        assert tags[("tables", "source")] == "aircraft register"
