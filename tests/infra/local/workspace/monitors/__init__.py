"""Tests of quality monitors."""
