"""Runs the migrations on the connection that the application gives (`pipeline.cases.database`)."""

from alembic import context

from pipeline.cases.tables import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
context.run_migrations()
