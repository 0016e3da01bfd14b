"""The papers: each fiscal year's instruments as TOML, read, checked and named by a digest."""
