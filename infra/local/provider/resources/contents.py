"""The bytes that a file resource declares, and their MD5."""

from __future__ import annotations

import base64
import binascii
import hashlib
from pathlib import Path, PurePosixPath

from infra.local.provider.engine.pairing import Element
from infra.local.provider.engine.resource import InvalidError, NotServedError
from infra.local.provider.wire.msgpack import UNKNOWN


def check_content(config: Element) -> None:
    """Refuse a path that the API would write otherwise, and a source that this process can't read."""
    path, source = config["path"], config["source"]
    if isinstance(path, str) and (not path.startswith("/") or str(PurePosixPath(path)) != path):
        message = f"path {path!r} must be absolute and plain, such as {PurePosixPath('/', path)}"
        raise InvalidError(message, "path")
    if not isinstance(source, str):
        return
    if not Path(source).is_absolute():
        message = f"source {source} is relative, but Terraform runs in another folder than this provider"
        raise NotServedError(message)
    if not Path(source).is_file():
        message = f"there is no file {source}"
        raise InvalidError(message, "source")


def is_known(values: Element) -> bool:
    """Whether the bytes can be told yet."""
    return UNKNOWN not in (values["source"], values["content_base64"])


def read_content(values: Element) -> bytes:
    """The bytes of `source` or `content_base64`."""
    if values["source"]:
        return Path(values["source"]).read_bytes()
    try:
        return base64.b64decode(values["content_base64"] or "", validate=True)
    except binascii.Error as error:
        message = f"content_base64 is no base64: {error}"
        raise InvalidError(message, "content_base64") from error


def checksum(content: bytes) -> str:
    """The MD5 that the state keeps."""
    return hashlib.md5(content, usedforsecurity=False).hexdigest()
