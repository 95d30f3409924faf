"""Alembic's migrations of all tables, the ledger's and the cooperatives'."""
