"""When things happen by themselves: the workspaces' clock, schedules, and what fires by them."""
