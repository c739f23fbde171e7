"""What can go wrong in a pipeline, in words for the person who reads the job's log."""


class PipelineError(Exception):
    """A step can't go on; the message is one line that says what is wrong and what to do."""


class ParameterError(PipelineError):
    """A step was started with parameters that it can't use."""
