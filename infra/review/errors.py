"""Why a change can't be reviewed."""


class ReviewError(Exception):
    """One line: what could not be read or planned, and what to do about it."""
