"""What the jobs' tasks run; each module is one task's entry point."""
