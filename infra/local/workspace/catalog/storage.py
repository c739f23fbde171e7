"""The ways to cloud storage: credentials, and the locations that they open."""

from __future__ import annotations

import uuid
from collections.abc import Iterator

from infra.local.workspace.catalog.fields import CREATED, CREDENTIALS, pick, text
from infra.local.workspace.catalog.guard import Guard
from infra.local.workspace.catalog.names import Securable, check_name, parse
from infra.local.workspace.catalog.objects import Found, Objects
from infra.local.workspace.catalog.privileges import MANAGE
from infra.local.workspace.catalog.records import Records
from infra.local.workspace.errors import InvalidParameterError, NotServedError
from infra.local.workspace.identity.caller import Caller
from infra.local.workspace.store import Document

_DATABRICKS_ROLE = "arn:aws:iam::414351767826:role/unity-catalog-prod-UCMasterRole"  # takes on others' roles
_OPEN = "ISOLATION_MODE_OPEN"


class Storage:
    """Credentials and locations are securables like others; no cloud is asked whether they work."""

    def __init__(self, records: Records, guard: Guard, objects: Objects) -> None:
        self._records, self._guard, self._objects = records, guard, objects

    def create_credential(self, caller: Caller, workspace_id: int, document: Document) -> Found:
        """A new credential of one cloud, whose answer tells what that cloud must be told."""
        credential = Securable("storage_credential", check_name("storage_credential", text(document, "name")))
        fields = self._identified(pick(document, CREATED["storage_credential"]), {})
        if not any(kind in fields for kind in CREDENTIALS):
            raise NotServedError(f"A storage credential is served locally as {', '.join(CREDENTIALS)}.")
        return self._create(caller, workspace_id, credential, fields)

    def create_location(self, caller: Caller, workspace_id: int, document: Document) -> Found:
        """A new location, for who may make locations in the metastore and with the credential."""
        location = Securable("external_location", check_name("external_location", text(document, "name")))
        for needed in ("url", "credential_name"):
            text(document, needed)
        # Whoever may make no location at all learns nothing of credentials and other locations.
        self._objects.require_create(caller, workspace_id, location)
        fields = self.checked(caller, workspace_id, location, pick(document, CREATED["external_location"]))
        return self._create(caller, workspace_id, location, fields)

    def checked(self, caller: Caller, workspace_id: int, securable: Securable, changes: Document) -> Document:
        """What is to be said of a credential or location; raises where it can't be."""
        existing = self._records.get(securable)
        if existing is not None:
            self._guard.require(caller, workspace_id, MANAGE, securable, write=True)
        if securable.type == "storage_credential":
            return self._identified(changes, existing or {})
        if name := changes.get("credential_name"):
            credential = parse("storage_credential", name)
            self._guard.require(caller, workspace_id, "CREATE_EXTERNAL_LOCATION", credential)
            changes = {**changes, "credential_id": self._objects.get(credential)["id"]}
        if url := changes.get("url"):
            changes = {**changes, "url": url.rstrip("/")}
            self._refuse_overlap(workspace_id, securable, url)
        return changes

    def require_root(self, caller: Caller, workspace_id: int, fields: Document) -> None:
        """Raise unless what is to be made may keep its files at its `storage_root`, if it names one."""
        root = fields.get("storage_root")
        if root is None:
            return
        for location, document in self._locations(workspace_id):
            if _is_within(root, document["url"]):
                self._guard.require(caller, workspace_id, "CREATE_MANAGED_STORAGE", location)
                return
        raise InvalidParameterError(f"No external location has the path {root!r} in it.")

    def require_unused(self, caller: Caller, workspace_id: int, securable: Securable) -> None:
        """Raise where something stands on a credential or location, which only force removes."""
        self._guard.require(caller, workspace_id, MANAGE, securable, write=True)
        document = self._objects.get(securable)
        if securable.type == "storage_credential":
            locations = self._records.all("external_location")
            users = [each for each, other in locations if other["credential_id"] == document["id"]]
        else:
            rooted = [*self._records.all("catalog"), *self._records.all("schema")]
            users = [each for each, other in rooted if _is_within(other.get("storage_root"), document["url"])]
        if users:
            raise InvalidParameterError(f"{securable} is used by {users[0]}: force removes it all the same.")

    def _create(self, caller: Caller, workspace_id: int, securable: Securable, fields: Document) -> Found:
        metastore_id = self._guard.metastore(workspace_id)["metastore_id"]
        fields = {**fields, "isolation_mode": _OPEN, "metastore_id": metastore_id}
        return self._objects.create(caller, workspace_id, securable, fields)

    def _identified(self, fields: Document, before: Document) -> Document:
        """With what Databricks adds to each cloud's identity, which a change leaves as it was."""
        added: dict[str, Document] = {
            "aws_iam_role": {"unity_catalog_iam_arn": _DATABRICKS_ROLE, "external_id": str(uuid.uuid4())},
            "azure_managed_identity": {"credential_id": str(uuid.uuid4())},
            "databricks_gcp_service_account": {
                "credential_id": str(uuid.uuid4()),
                "email": f"db-uc-{uuid.uuid4().hex[:12]}@uc-local.iam.gserviceaccount.com",
            },
        }
        given = [kind for kind in CREDENTIALS if kind in fields]
        if len(given) > 1:
            raise InvalidParameterError(f"A storage credential is one of {', '.join(CREDENTIALS)}.")
        return fields | {
            kind: fields[kind]
            | {key: before.get(kind, {}).get(key, value) for key, value in added[kind].items()}
            for kind in given
        }

    def _refuse_overlap(self, workspace_id: int, securable: Securable, url: str) -> None:
        for other, document in self._locations(workspace_id):
            if other != securable and (_is_within(url, document["url"]) or _is_within(document["url"], url)):
                raise InvalidParameterError(
                    f"Input path url {url!r} overlaps with the {other}.", code="LOCATION_OVERLAP"
                )

    def _locations(self, workspace_id: int) -> Iterator[tuple[Securable, Document]]:
        metastore_id = self._guard.metastore(workspace_id)["metastore_id"]
        for location, document in self._records.all("external_location"):
            if document["metastore_id"] == metastore_id:
                yield location, document


def _is_within(url: str | None, above: str) -> bool:
    return url is not None and f"{url.rstrip('/')}/".startswith(f"{above.rstrip('/')}/")
