"""Unity Catalog: securables, who owns them, who was granted what, and the check of both."""
