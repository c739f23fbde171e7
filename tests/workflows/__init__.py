"""The workflows of continuous integration, held against what they call."""
