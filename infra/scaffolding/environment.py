"""A new environment, made after the model of another one; and its removal."""

from __future__ import annotations

from collections.abc import Iterator

from infra.config.access import run_of
from infra.config.imports import FILE as IMPORTS
from infra.scaffolding.changes import Changes, RefusedError
from infra.scaffolding.names import check_known, check_new, renaming
from infra.scaffolding.settings import Files, Settings
from infra.scaffolding.yaml_text import Rename, YamlText


def new_environment(settings: Settings, name: str, source: str) -> Changes:
    """An environment that is to another one what its file and its rows of the access matrix say."""
    check_new("environment", name, settings.environments)
    check_known("environment", source, settings.environments)
    rename = renaming(source, name)
    files: Files = {
        settings.environment(name): _describe(
            settings.environment(source).read_text(encoding="utf-8"), source, name
        ).text
    }
    files |= settings.edit(settings.access, lambda text: _copy_rows(text, source, rename))
    for other in settings.environments:
        if other != source:
            files |= settings.edit(
                settings.environment(other), lambda text: _copy_mentions(text, source, name, rename)
            )
    return settings.checked(files)


def remove_environment(settings: Settings, name: str) -> Changes:
    """The settings without an environment and every row that names it."""
    check_known("environment", name, settings.environments)
    if name == settings.production:
        raise RefusedError(f"{name} is the production environment: name another one in account.yaml first")
    files: Files = {settings.environment(name): None}
    files |= settings.edit(settings.access, lambda text: _remove_rows(text, name))
    files |= settings.edit(settings.folder / IMPORTS, lambda text: _remove_entry(text, (name,)))
    for other in settings.environments:
        if other != name:
            files |= settings.edit(settings.environment(other), lambda text: _remove_mentions(text, name))
    return settings.checked(files)


def _describe(text: str, source: str, name: str) -> YamlText:
    """The source's file under another name; what can't be shared gets its own, and snapshots are left out."""
    described = YamlText(renaming(source, name)(text))
    for path, sign in ((("workspace", "name"), "-"), (("catalog", "name"), "_")):
        own = described.scalar(path)
        if own is not None and own == YamlText(text).scalar(path):
            described = described.replace(path, f"{own}{sign}{name}")
    return _remove_entry(described, ("snapshots",))


def _copy_rows(text: YamlText, source: str, rename: Rename) -> YamlText:
    """Beside each row about the source one about the new environment; likewise its principal's own rows."""
    for who, place in _rows(text, source):
        text = text.copy((who, place), rename)
    return text.copy((run_of(source),), rename) if run_of(source) in text.names() else text


def _remove_rows(text: YamlText, name: str) -> YamlText:
    for who, place in _rows(text, name):
        text = text.remove((who, place))
    return _remove_entry(text, (run_of(name),))


def _rows(text: YamlText, environment: str) -> Iterator[tuple[str, str]]:
    for who in text.names():
        for place in text.names((who,)):
            if place.partition("/")[0] == environment:
                yield who, place


def _copy_mentions(text: YamlText, source: str, name: str, rename: Rename) -> YamlText:
    """Who lets the source see its catalog, or gives it snapshots, does so for the new environment."""
    if source in text.items(("catalog", "read_only_in")):
        text = text.add_item(("catalog", "read_only_in"), name, after=source)
    return text.copy(("snapshots", source), rename) if source in text.names(("snapshots",)) else text


def _remove_mentions(text: YamlText, name: str) -> YamlText:
    if name in text.items(("catalog", "read_only_in")):
        text = text.remove_item(("catalog", "read_only_in"), name)
    return _remove_entry(text, ("snapshots", name))


def _remove_entry(text: YamlText, path: tuple[str, ...]) -> YamlText:
    return text.remove(path) if path[-1] in text.names(path[:-1]) else text
