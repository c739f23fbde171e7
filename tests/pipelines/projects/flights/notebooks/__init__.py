"""The project's notebooks, run as a whole."""
