"""Commands for operators and scripts: --json prints one document on stdout, people are told on stderr."""
