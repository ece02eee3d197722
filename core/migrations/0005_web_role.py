"""The database role of web requests: it owns nothing, obeys row-level security and cannot touch the trail.

Can be undone (the role stays: it may be used by another database of the server).
"""

from django.db import migrations

FORWARD = """
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'thidua_app') THEN
        CREATE ROLE thidua_app NOLOGIN;
    END IF;
    -- a member may take the role; a superuser may without being one
    IF NOT (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) THEN
        EXECUTE format('GRANT thidua_app TO %I', current_user);
    END IF;
EXCEPTION
    WHEN duplicate_object OR unique_violation THEN NULL;  -- another database of this server was faster
    WHEN insufficient_privilege THEN
        RAISE EXCEPTION 'The account of DATABASE_URL may not create roles. As an administrator of the server run once: '
            'CREATE ROLE thidua_app NOLOGIN; GRANT thidua_app TO %; then migrate again.', current_user;
END $$;
GRANT USAGE ON SCHEMA public TO thidua_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO thidua_app;
GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO thidua_app;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO thidua_app;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO thidua_app;

-- the trail: append only, and only its own trigger moves the head of the chain
REVOKE UPDATE, DELETE, TRUNCATE ON core_auditentry, core_accessentry FROM thidua_app;
REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON core_audithead FROM thidua_app;
ALTER FUNCTION core_audit_chain() SECURITY DEFINER SET search_path = public, pg_temp;
"""
BACKWARD = """
ALTER FUNCTION core_audit_chain() SECURITY INVOKER RESET search_path;
ALTER DEFAULT PRIVILEGES IN SCHEMA public REVOKE ALL ON TABLES FROM thidua_app;
ALTER DEFAULT PRIVILEGES IN SCHEMA public REVOKE ALL ON SEQUENCES FROM thidua_app;
REVOKE ALL ON ALL TABLES IN SCHEMA public FROM thidua_app;
REVOKE ALL ON ALL SEQUENCES IN SCHEMA public FROM thidua_app;
REVOKE USAGE ON SCHEMA public FROM thidua_app;
"""


class Migration(migrations.Migration):
    dependencies = [("core", "0004_ground_services")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
