"""The first tables, and the triggers that keep the audit trail as it was written."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

TEXT = sa.String


def upgrade() -> None:
    op.create_table(
        "users", sa.Column("name", TEXT(80), primary_key=True), sa.Column("active", sa.Integer, nullable=False)
    )
    op.create_table("places", sa.Column("place", TEXT(400), primary_key=True))
    op.create_table(
        "cases",
        sa.Column("case_id", TEXT(36), primary_key=True),
        sa.Column("ward", TEXT(80), nullable=False),
        sa.Column("camera", TEXT(80), nullable=False),
        sa.Column("zone", TEXT(200)),
        sa.Column("family", TEXT(20), nullable=False),
        sa.Column("state", TEXT(20), nullable=False),
        sa.Column("began_at", TEXT(30), nullable=False),
        sa.Column("last_at", TEXT(30), nullable=False),
    )
    op.create_index("cases_by_place", "cases", ["camera", "zone", "last_at"])
    op.create_index("cases_by_state", "cases", ["ward", "state", "began_at"])
    op.create_table(
        "events",
        sa.Column("event_id", TEXT(36), primary_key=True),
        sa.Column("case_id", TEXT(36), sa.ForeignKey("cases.case_id"), nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("phase", TEXT(20), nullable=False),
        sa.Column("kind", TEXT(80), nullable=False),
        sa.Column("rule", TEXT(200), nullable=False),
        sa.Column("severity", TEXT(20), nullable=False),
        sa.Column("started_at", TEXT(30), nullable=False),
        sa.Column("ended_at", TEXT(30)),
    )
    op.create_index("ix_events_case_id", "events", ["case_id"])
    op.create_table(
        "revisions",
        sa.Column("event_id", TEXT(36), sa.ForeignKey("events.event_id"), primary_key=True),
        sa.Column("revision", sa.Integer, primary_key=True),
        sa.Column("body", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "audit",
        sa.Column("case_id", TEXT(36), sa.ForeignKey("cases.case_id"), primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("at", TEXT(30), nullable=False),
        sa.Column("by", TEXT(80), nullable=False),
        sa.Column("action", TEXT(20), nullable=False),
        sa.Column("before", TEXT(20), nullable=False),
        sa.Column("after", TEXT(20), nullable=False),
        sa.Column("reason", TEXT(2000)),
        sa.Column("sha256", TEXT(64), nullable=False),
    )
    op.create_table(
        "verdicts",
        sa.Column("seq", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("case_id", TEXT(36), nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("topic", TEXT(200), nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.Column("sent", sa.Integer, nullable=False),
        sa.UniqueConstraint("case_id", "number"),
    )
    op.create_table(
        "poison",
        sa.Column("topic", TEXT(200), primary_key=True),
        sa.Column("partition", sa.Integer, primary_key=True),
        sa.Column("offset", sa.BigInteger, primary_key=True),
        sa.Column("error", TEXT(2000), nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
    )
    for statement in _append_only(op.get_bind().dialect.name):
        op.execute(statement)


def _append_only(dialect: str) -> list[str]:
    if dialect == "sqlite":
        return [
            f"CREATE TRIGGER audit_no_{what.lower()} BEFORE {what} ON audit "
            "BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END"
            for what in ("UPDATE", "DELETE")
        ]
    return [
        "CREATE FUNCTION audit_is_append_only() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'the audit trail is append-only'; END $$",
        "CREATE TRIGGER audit_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit "
        "FOR EACH STATEMENT EXECUTE FUNCTION audit_is_append_only()",
    ]
