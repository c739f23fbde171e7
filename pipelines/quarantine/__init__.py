"""Models that nobody has looked at yet are first loaded where they can do no harm."""
