"""Alembic's environment. The connection comes from `nguon.database`; there is no alembic.ini."""

from alembic import context

from nguon.database import metadatas

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=metadatas(),
    render_as_batch=connection.dialect.name == "sqlite",
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
