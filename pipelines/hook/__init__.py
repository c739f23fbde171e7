"""The retraining hook: a small HTTPS service that SQL alerts call, and that starts training.

It runs anywhere that the workspace can reach, as a service principal that may run jobs and nothing
else. See docs/retraining.md.
"""
