"""Tests of what monitors compute."""
