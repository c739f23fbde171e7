"""The workspace's tree of directories and files."""
