"""Attacks, each with how often it was tried and how often it succeeded."""
