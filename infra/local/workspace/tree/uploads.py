"""What an import brings, as JSON or as a form with a file."""

from __future__ import annotations

import base64
import binascii
import io
from dataclasses import dataclass

from python_multipart import parse_form
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import Field, File

from infra.local.workspace.errors import InvalidParameterError, NotServedError
from infra.local.workspace.fields import read_text
from infra.local.workspace.routing import Call
from infra.local.workspace.store import Document

_FILE_FORMATS = ("AUTO", "RAW")
_NOTEBOOK_HEADERS = tuple(f"{mark} Databricks notebook source".encode() for mark in ("#", "--", "//"))


@dataclass(frozen=True)
class Upload:
    """A file and where to put it."""

    path: str
    content: bytes
    overwrite: bool


def read_upload(call: Call) -> Upload:
    """The upload of a call; notebooks are not served."""
    media_type = call.headers.get("content-type", "")
    is_form = media_type.startswith("multipart/form-data")
    fields, content = _form(call.body, media_type) if is_form else _json(call)
    if not fields.get("path"):
        raise InvalidParameterError("Missing required field: path")
    format_ = fields.get("format") or "SOURCE"
    if format_ not in _FILE_FORMATS or content.startswith(_NOTEBOOK_HEADERS):
        raise NotServedError("Notebooks are not served locally; import files with format AUTO or RAW.")
    overwrite = str(fields.get("overwrite", "")).lower() == "true"
    return Upload(str(fields["path"]), content, overwrite)


def _json(call: Call) -> tuple[Document, bytes]:
    fields = call.json()
    try:
        return fields, base64.b64decode(read_text(fields, "content"), validate=True)
    except (binascii.Error, ValueError) as error:
        raise InvalidParameterError(f"content is not base64: {error}") from error


def _form(body: bytes, media_type: str) -> tuple[Document, bytes]:
    fields: Document = {}
    contents: list[bytes] = []

    def add_field(field: Field) -> None:
        name, value = field.field_name or b"", field.value or b""
        fields[name.decode()] = value.decode()

    def add_file(file: File) -> None:
        file.file_object.seek(0)
        contents.append(file.file_object.read())
        file.close()

    try:
        headers = {"Content-Type": media_type.encode()}
        parse_form(headers, io.BytesIO(body), add_field, add_file)
    except (FormParserError, UnicodeDecodeError) as error:
        raise InvalidParameterError(f"The request's form can't be read: {error}") from error
    if len(contents) != 1:
        raise InvalidParameterError("Missing required field: content")
    return fields, contents[0]
