"""What each step is started with: `--name=value` for every field, none missing, none unknown."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from typing import Annotated, Any, ClassVar, Self, get_type_hints

from pipelines.errors import ParameterError
from pipelines.months import Month, span
from pipelines.selection import Selection, parse_selections


def _matching(pattern: str, example: str) -> Callable[[str], str]:
    def parse(text: str) -> str:
        if re.fullmatch(pattern, text) is None:
            raise ValueError(f"{text!r} is not like {example}")
        return text

    return parse


def _count(text: str) -> int:
    if re.fullmatch(r"\d{1,9}", text) is None:
        raise ValueError(f"{text!r} is no whole number from 0")
    return int(text)


def _flag(text: str) -> bool:
    if text not in {"true", "false"}:
        raise ValueError(f"{text!r} is neither true nor false")
    return text == "true"


def _names(text: str) -> tuple[str, ...]:
    names = tuple(text.split(","))
    if not all(re.fullmatch(r"[A-Za-z0-9_-]+", name) for name in names):
        raise ValueError(f"{text!r} is not like drift,quality")
    return names


def _kept(text: str) -> frozenset[str]:
    return frozenset(_names(text)) if text else frozenset()


_NAME = r"[A-Za-z0-9_]+"
_MODEL = rf"{_NAME}\.{_NAME}\.{_NAME}"

Name = Annotated[str, _matching(_NAME, "a name of letters, digits and _")]
ModelName = Annotated[str, _matching(_MODEL, "catalog.schema.model")]
ModelUri = Annotated[str, _matching(rf"models:/{_MODEL}/\d+", "models:/catalog.schema.model/3")]
Alias = Annotated[str, _matching(r"[A-Za-z][A-Za-z0-9_-]*", "Champion")]
Experiment = Annotated[str, _matching(r"/.+", "/Shared/project/experiment")]
Endpoint = Annotated[str, _matching(r"[A-Za-z0-9][A-Za-z0-9_-]*", "an endpoint's name")]
WorkloadSize = Annotated[str, _matching(r"[A-Za-z0-9-]+", "Small")]
CodeVersion = Annotated[str, _matching(r"\S{1,200}", "a version without blanks")]
AlertNames = Annotated[tuple[str, ...], _names]
Kept = Annotated[frozenset[str], _kept]
Selections = Annotated[tuple[Selection, ...], parse_selections]
SecretScope = Annotated[str, _matching(r"[\w.@/-]+", "a secret scope's name")]
Count = Annotated[int, _count]
Flag = Annotated[bool, _flag]
AMonth = Annotated[Month, Month.parse]


@dataclass(frozen=True, kw_only=True)
class Parameters:
    """Where a step works: its ML project, and the schema that holds the project's tables."""

    step: ClassVar[str]

    project: Name
    catalog: Name
    schema: Name

    @classmethod
    def parse(cls, arguments: Sequence[str]) -> Self:
        """Return the parameters read from a command line's arguments.

        Raises ParameterError, one line for all that is wrong.
        """
        texts, problems = _split(arguments)
        hints = get_type_hints(cls, include_extras=True)
        known = {item.name: hints[item.name].__metadata__[0] for item in fields(cls)}
        problems += [f"unknown --{name} (known: {', '.join(known)})" for name in texts if name not in known]
        values: dict[str, Any] = {}
        for name, parse in known.items():
            try:
                values[name] = parse(texts[name])
            except KeyError:
                problems.append(f"missing --{name}")
            except ValueError as error:
                problems.append(f"--{name}: {error}")
        if problems:
            raise ParameterError("; ".join(problems))
        return cls(**values)


def _split(arguments: Sequence[str]) -> tuple[dict[str, str], list[str]]:
    """Return the value of each name, and what is wrong with the arguments' form."""
    texts: dict[str, str] = {}
    problems = []
    for argument in arguments:
        match = re.fullmatch(r"--([a-z_]+)=(.*)", argument, re.DOTALL)
        if match is None:
            problems.append(f"{argument!r} is not like --name=value")
        elif match[1] in texts:
            problems.append(f"--{match[1]} is given twice")
        else:
            texts[match[1]] = match[2]
    return texts, problems


@dataclass(frozen=True, kw_only=True)
class MonthRange(Parameters):
    """Parameters of a step that works month by month."""

    from_month: AMonth
    to_month: AMonth

    def __post_init__(self) -> None:
        if self.from_month > self.to_month:
            raise ParameterError(f"--from_month {self.from_month} is after --to_month {self.to_month}")

    @property
    def months(self) -> tuple[Month, ...]:
        """Every month of the range."""
        return tuple(span(self.from_month, self.to_month))


@dataclass(frozen=True, kw_only=True)
class IngestParameters(MonthRange):
    """Parameters of ingest."""

    step = "ingest"


@dataclass(frozen=True, kw_only=True)
class FeaturesParameters(MonthRange):
    """Parameters of features."""

    step = "features"


@dataclass(frozen=True, kw_only=True)
class TrainParameters(Parameters):
    """Parameters of train."""

    step = "train"

    model: ModelName
    experiment: Experiment
    trials: Count  # 0: the project's own hyperparameters, untuned
    max_rows: Count  # 0: all
    seed: Count
    code_version: CodeVersion  # of the wheel: its content's hash
    code_commit: CodeVersion  # that last changed the code; `unknown` outside a checkout
    champion_model: ModelName  # whose Champion the new version is shown beside: prod's, from dev


@dataclass(frozen=True, kw_only=True)
class ValidateParameters(Parameters):
    """Parameters of validate."""

    step = "validate"

    model_uri: ModelUri


@dataclass(frozen=True, kw_only=True)
class ApproveParameters(Parameters):
    """Parameters of approve."""

    step = "approve"

    model_uri: ModelUri
    approval_minutes: Count  # that a person or CI has to say yes; 0: nobody is asked


@dataclass(frozen=True, kw_only=True)
class DeployParameters(Parameters):
    """Parameters of deploy."""

    step = "deploy"

    model_uri: ModelUri
    experiment: Experiment
    endpoint: Endpoint
    workload_size: WorkloadSize
    scale_to_zero: Flag


@dataclass(frozen=True, kw_only=True)
class InferParameters(MonthRange):
    """Parameters of infer."""

    step = "infer"

    model: ModelName
    alias: Alias


@dataclass(frozen=True, kw_only=True)
class RollbackParameters(Parameters):
    """Parameters of rollback."""

    step = "rollback"

    model: ModelName
    experiment: Experiment
    endpoint: Endpoint
    workload_size: WorkloadSize
    scale_to_zero: Flag


@dataclass(frozen=True, kw_only=True)
class UnpackParameters(Parameters):
    """Parameters of unpack."""

    step = "unpack"

    model: ModelName


@dataclass(frozen=True, kw_only=True)
class LabelParameters(Parameters):
    """Parameters of label."""

    step = "label"


@dataclass(frozen=True, kw_only=True)
class ObserveParameters(Parameters):
    """Parameters of observe."""

    step = "observe"

    endpoint: Endpoint


@dataclass(frozen=True, kw_only=True)
class DecideParameters(Parameters):
    """Parameters of decide."""

    step = "decide"

    alerts: AlertNames


@dataclass(frozen=True, kw_only=True)
class SnapshotParameters(Parameters):
    """Parameters of snapshot."""

    step = "snapshot"

    target_catalog: Name
    target_schema: Name
    selections: Selections
    secret_scope: SecretScope  # has the salt of the hashes


@dataclass(frozen=True, kw_only=True)
class PurgeParameters(Parameters):
    """Parameters of purge: what is declared, and so stays, and from which age everything else goes."""

    step = "purge"

    metrics_schema: Name
    model: ModelName
    experiment: Experiment
    tables: Kept
    metric_tables: Kept
    endpoints: Kept  # of all projects of the workspace
    after_days: Count
    dry_run: Flag  # true: it only tells
