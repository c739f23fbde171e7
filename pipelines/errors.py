"""What can go wrong in a pipeline, in words for the person who reads the job's log."""


class PipelineError(Exception):
    """A step can't go on; the message is one line that says what is wrong and what to do."""


class ParameterError(PipelineError):
    """A step was started with parameters that it can't use."""


def first_line(error: Exception) -> str:
    """Return what went wrong in one line, without the client's settings that Databricks' SDK appends."""
    lines = str(error).strip().splitlines()
    return lines[0].partition(" Config: ")[0] if lines else type(error).__name__
