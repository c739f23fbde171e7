"""What there is to check of a dashboard's JSON, whatever it shows."""

from __future__ import annotations

import itertools
import json
from typing import Any

Json = dict[str, Any]


class Grid:
    """A serialized dashboard, as its readers take it apart."""

    def __init__(self, text: str) -> None:
        self._body: Json = json.loads(text)
        self.datasets: dict[str, str] = {d["name"]: "".join(d["queryLines"]) for d in self._body["datasets"]}

    @property
    def pages(self) -> list[str]:
        """The pages' titles."""
        return [page["displayName"] for page in self._body["pages"]]

    def widgets(self) -> list[Json]:
        """Every widget of every page."""
        return [item["widget"] for page in self._body["pages"] for item in page["layout"]]

    def fields(self) -> dict[str, set[str]]:
        """The columns that widgets show, by dataset."""
        found: dict[str, set[str]] = {name: set() for name in self.datasets}
        for widget in self.widgets():
            for query in widget.get("queries", []):
                names = {field["name"] for field in query["query"]["fields"]}
                found[query["query"]["datasetName"]] |= names
        return found

    def check(self) -> None:
        """Widgets have names of their own, show what they query, and stand beside each other."""
        assert len(self.datasets) == len(self._body["datasets"])
        names = [widget["name"] for widget in self.widgets()]
        assert len(set(names)) == len(names)
        for widget in self.widgets():
            _check_encodings(widget)
        for page in self._body["pages"]:
            _check_places([item["position"] for item in page["layout"]])
        assert all(self.fields().values()), "a dataset that nothing shows"


def _check_encodings(widget: Json) -> None:
    """Every field that is drawn is queried under that name."""
    queried = {query["name"]: query["query"]["fields"] for query in widget.get("queries", [])}
    for drawn in _drawn(widget.get("spec", {}).get("encodings", {})):
        fields = queried[drawn.get("queryName", "main_query")]
        assert drawn["fieldName"] in [field["name"] for field in fields]


def _drawn(value: Any) -> list[Json]:
    if isinstance(value, list):
        return [found for item in value for found in _drawn(item)]
    if not isinstance(value, dict):
        return []
    own = [value] if "fieldName" in value else []
    return own + [found for item in value.values() for found in _drawn(item)]


def _check_places(places: list[Json]) -> None:
    """All within twelve columns; no two on the same cell."""
    for place in places:
        assert place["width"] > 0
        assert place["height"] > 0
        assert 0 <= place["x"] <= place["x"] + place["width"] <= 12
    cells = [
        (x, y)
        for place in places
        for x, y in itertools.product(
            range(place["x"], place["x"] + place["width"]), range(place["y"], place["y"] + place["height"])
        )
    ]
    assert len(set(cells)) == len(cells)
