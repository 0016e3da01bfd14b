"""The shelves: SQL in, domain values out. One file per aggregate; only this room knows SQLAlchemy."""
