"""Alembic's entry: runs inside the transaction the caller has opened."""

from alembic import context

from surveyapp.persistence.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    compare_type=True,
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
