"""Alembic's scripts: `versions/product` for the product's tables, `versions/inbox` for the inbox's."""
