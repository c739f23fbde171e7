"""What the stacks are wired from, one capability a file."""
