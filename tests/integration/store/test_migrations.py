from sqlalchemy import Engine, inspect

from nguon.database import differences, metadatas, upgrade


def test_the_migrations_make_exactly_the_tables_of_the_models(engine: Engine) -> None:
    assert differences(engine) == []
    made = set(inspect(engine).get_table_names())
    assert made == {name for metadata in metadatas() for name in metadata.tables} | {"alembic_version"}


def test_migrating_again_changes_nothing(engine: Engine, database_url: str) -> None:
    upgrade(database_url)
    assert differences(engine) == []
