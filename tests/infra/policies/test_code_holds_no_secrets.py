"""No secret is in what is synthesized."""

from __future__ import annotations

from typing import Any

import pytest

from tests.infra.policies.changing import Shipped

POLICY = "code_holds_no_secrets"


def test_holds_as_shipped(shipped: Shipped) -> None:
    """The shipped stacks keep it."""
    assert shipped.violations(POLICY) == []


def test_a_token_is_found_in_any_text(shipped: Shipped) -> None:
    """A token in a job's parameter is a token in every plan."""
    token = "dapi" + "0" * 32
    changed = shipped.changed(
        "prod", "job", "flights/ingest/Job", lambda item: item.update(description=f"uses {token}")
    )
    assert changed.violations(POLICY) == ["prod: description holds a Databricks token"]


def test_a_literal_password_is_found(shipped: Shipped) -> None:
    """A webhook's password is a sensitive variable; written out it is everybody's."""

    def write(item: dict[str, Any]) -> None:
        item["config"]["generic_webhook"]["password"] = "hunter2"

    changed = shipped.changed("prod", "notification_destination", "Notifications/RetrainingHook", write)
    assert changed.violations(POLICY) == [
        "prod: config.generic_webhook.password is a literal: give it as a sensitive variable"
    ]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("dose" + "0" * 32, "a Databricks OAuth secret"),
        ("AKIA" + "A" * 16, "an AWS access key"),
        ("AccountKey=" + "A" * 86 + "==", "an Azure storage key"),
        ("https://x.example/a?sv=2024&sig=" + "A" * 40, "an Azure signature"),
        ("AIza" + "A" * 35, "a Google API key"),
        ("-----BEGIN RSA PRIVATE KEY-----", "a private key"),
        ("eyJhbGciOiJI.eyJzdWIiOiIx.c2lnbmF0dXJl".replace(".", "AAAA."), "a JSON web token"),
        ("ghp_" + "A" * 36, "a GitHub token"),
        ("github_pat_" + "A" * 60, "a GitHub token"),
        ("xoxb-0123456789-abc", "a Slack token"),
        ("https://me:hunter2@x.example", "a URL with a password"),
    ],
)
def test_known_secrets_are_found_by_their_shape(shipped: Shipped, text: str, kind: str) -> None:
    """Wherever they stand: here in the words of a job."""
    changed = shipped.changed(
        "prod", "job", "flights/ingest/Job", lambda item: item.update(description=f"uses {text} for all")
    )
    assert changed.violations(POLICY) == [f"prod: description holds {kind}"]


@pytest.mark.parametrize(
    "path",
    [
        "auth_secret",
        "aws_secret_access_key_plaintext",
        "client_secret",
        "integration_key",
        "oauth_token",
        "openai_api_key_plaintext",
        "password",
        "private_key",
        "storage_account_key",
        "value_plaintext",
    ],
)
def test_what_the_provider_calls_sensitive_is_no_literal(shipped: Shipped, path: str) -> None:
    """A reference may stand there: to a sensitive variable, or to a secret in a scope."""

    def give(value: str) -> list[str]:
        changed = shipped.changed(
            "prod", "job", "flights/ingest/Job", lambda item: item.update(extra={path: value})
        )
        return changed.violations(POLICY)

    assert give("x1") == [f"prod: extra.{path} is a literal: give it as a sensitive variable"]
    assert give("${var.retraining_hook_password}") == give("{{secrets/flights/key}}") == []


def test_a_parameter_by_its_name_is_found(shipped: Shipped) -> None:
    """A list's parameters and variables are called by their names."""

    def change(item: dict[str, Any]) -> None:
        item["parameter"] = [{"name": "api_token", "default": "abc"}]
        item["task"] = [{"task_key": "x", "spark_env_vars": {"DB_PASSWORD": "abc"}}]

    changed = shipped.changed("prod", "job", "flights/ingest/Job", change)
    assert changed.violations(POLICY) == [
        "prod: parameter[0].api_token is a literal: give it as a sensitive variable",
        "prod: task[0].spark_env_vars.DB_PASSWORD is a literal: give it as a sensitive variable",
    ]


def test_what_is_no_resource_is_looked_at(shipped: Shipped) -> None:
    """Backends, outputs, and variables with a value from the start are in the document, too."""
    changed = (
        shipped.declaring("prod", "variable", db_password={"type": "string", "default": "hunter2"})
        .declaring("prod", "output", key={"value": "-----BEGIN PRIVATE KEY-----"})
        .declaring("prod", "terraform", backend={"s3": {"bucket": "b", "secret_key": "abc"}})
    )
    assert changed.violations(POLICY) == [
        "prod: value holds a private key",
        "prod: s3.secret_key is a literal: give it as a sensitive variable",
        "prod: db_password is a literal: give it as a sensitive variable",
    ]


def test_a_variable_that_is_printed_is_found(shipped: Shipped) -> None:
    """Terraform prints what is not declared sensitive."""
    changed = shipped.declaring("prod", "variable", retraining_hook_password={"type": "string"})
    assert changed.violations(POLICY) == [
        "prod: config.generic_webhook.password would be in every plan: "
        "the variable retraining_hook_password is not sensitive"
    ]
