"""New environments and projects, and their removal: what changes in the files of this repository."""
