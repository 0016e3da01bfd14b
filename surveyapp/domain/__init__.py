"""The rules: standard library only. No framework, no clock, no files, no randomness."""
