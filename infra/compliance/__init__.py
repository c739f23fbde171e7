"""Holds what the stacks declare against the policies, and takes note of waivers."""
