"""Why a change can't be reviewed."""


class ReviewError(Exception):
    """One line: what could not be read or planned, and what to do about it."""


def first_line(error: Exception) -> str:
    """An error of somebody else's in one line."""
    return (str(error).splitlines() or [type(error).__name__])[0]
