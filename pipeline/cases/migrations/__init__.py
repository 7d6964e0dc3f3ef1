"""The formats of the case database; Alembic runs them."""
