"""The audit trail numbers, chains and protects itself. Can be undone (the rows stay, unprotected)."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION core_audit_digest(
    previous_hash text, sequence bigint, at timestamptz, user_id bigint, actor_label text, action text,
    object_type text, object_id text, object_label text, unit_id_text text, changes jsonb, note text,
    request_id text, address text
) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT encode(sha256(convert_to(jsonb_build_array(
        previous_hash, sequence, to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US'), user_id, actor_label,
        action, object_type, object_id, object_label, unit_id_text, changes, note, request_id, address
    )::text, 'UTF8')), 'hex')
$$;

CREATE FUNCTION core_audit_chain() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE head core_audithead;
BEGIN
    INSERT INTO core_audithead (id, sequence, hash) VALUES (1, 0, '') ON CONFLICT DO NOTHING;
    SELECT * INTO STRICT head FROM core_audithead WHERE id = 1 FOR UPDATE;
    NEW.sequence := head.sequence + 1;
    NEW.at := clock_timestamp();
    NEW.previous_hash := head.hash;
    NEW.hash := core_audit_digest(head.hash, NEW.sequence, NEW.at, NEW.user_id, NEW.actor_label, NEW.action,
        NEW.object_type, NEW.object_id, NEW.object_label, NEW.unit_id_text, NEW.changes, NEW.note, NEW.request_id,
        NEW.address);
    UPDATE core_audithead SET sequence = NEW.sequence, hash = NEW.hash WHERE id = 1;
    RETURN NEW;
END $$;

CREATE FUNCTION core_audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'audit entries are append-only';
END $$;

CREATE TRIGGER audit_chain BEFORE INSERT ON core_auditentry FOR EACH ROW EXECUTE FUNCTION core_audit_chain();
CREATE TRIGGER audit_append_only BEFORE UPDATE OR DELETE ON core_auditentry
    FOR EACH ROW EXECUTE FUNCTION core_audit_refuse();
CREATE TRIGGER audit_no_truncate BEFORE TRUNCATE ON core_auditentry
    FOR EACH STATEMENT EXECUTE FUNCTION core_audit_refuse();
"""
BACKWARD = """
DROP TRIGGER audit_chain ON core_auditentry;
DROP TRIGGER audit_append_only ON core_auditentry;
DROP TRIGGER audit_no_truncate ON core_auditentry;
DROP FUNCTION core_audit_chain();
DROP FUNCTION core_audit_refuse();
DROP FUNCTION core_audit_digest(
    text, bigint, timestamptz, bigint, text, text, text, text, text, text, jsonb, text, text, text);
DELETE FROM core_audithead;
"""


class Migration(migrations.Migration):
    dependencies = [("core", "0002_initial")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
