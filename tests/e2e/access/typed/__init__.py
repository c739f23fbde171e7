"""Calls on production, typed by hand; each leaves nothing behind, whether it is refused or done."""
