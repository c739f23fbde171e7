"""Git folders: repositories that the workspace has cloned."""
