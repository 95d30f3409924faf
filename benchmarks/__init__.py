"""Measurements of the real code, always of two ways of doing the same thing, in turn, in one run."""
