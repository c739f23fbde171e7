"""Who exists, who belongs to whom, and who is calling."""
