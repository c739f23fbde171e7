"""The Files API: files and directories in volumes, and in roots that other services mount."""
