"""When something runs by itself."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

Quartz = Annotated[str, Field(pattern=r"^\S+( \S+){5,6}$")]  # seconds first, UTC: 0 30 5 * * ?
