"""Attacks on what is shown, and what they came to."""
