"""Tests of the papers: what ships is sound, and what is not sound is found."""
