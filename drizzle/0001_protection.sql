-- Who may see and do what, decided by PostgreSQL itself. Three roles, made before the first migration (core/db/roles.ts):
--   panel_app     every request of a person, inside a transaction that says who (app.user_id)
--   panel_system  nodes, jobs, sign-in and set-up
--   panel_lookup  owns the functions that policies ask; nobody works as it
-- Nothing is granted by default: a new table is closed to requests until a migration opens it.

GRANT USAGE ON SCHEMA panel TO panel_app, panel_system, panel_lookup;

-- Who asks. After a transaction the setting reads '' instead of nothing.
CREATE FUNCTION panel.app_uid() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE
  AS $$ SELECT nullif(pg_catalog.current_setting('app.user_id', true), '')::uuid $$;

-- True for the owner, false for another user, null for nobody. Owned by panel_lookup: it reads through that role's own
-- policy, so that the policies of users may ask it without asking themselves.
CREATE FUNCTION panel.app_is_owner() RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, panel
  AS $$ SELECT is_owner FROM panel.users WHERE id = panel.app_uid() $$;

-- The servers that a user may see (today: has; later also: was invited to). Policies ask it as `IN (SELECT …)`, which
-- becomes a hash made once a query; EXISTS is evaluated for each row. The owner's arm stands first and alone: for the
-- owner, who sees everything, nothing is collected at all. Measurements: core/db/README.md.
CREATE FUNCTION panel.app_servers() RETURNS SETOF uuid LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, panel
  AS $$ SELECT id FROM panel.servers WHERE owner_id = panel.app_uid() $$;

GRANT SELECT (id, is_owner) ON panel.users TO panel_lookup;
GRANT SELECT (id, owner_id) ON panel.servers TO panel_lookup;
GRANT CREATE ON SCHEMA panel TO panel_lookup; -- only so that it may own the functions
ALTER FUNCTION panel.app_is_owner() OWNER TO panel_lookup;
ALTER FUNCTION panel.app_servers() OWNER TO panel_lookup;
REVOKE CREATE ON SCHEMA panel FROM panel_lookup;
DO $$
BEGIN
  SET LOCAL ROLE panel_lookup;
  REVOKE EXECUTE ON FUNCTION panel.app_is_owner(), panel.app_servers() FROM PUBLIC;
  GRANT EXECUTE ON FUNCTION panel.app_is_owner(), panel.app_servers() TO panel_app;
  RESET ROLE;
END $$;

-- Every table of the schema, tenant data or not: forced, so that their owner is bound too.
DO $$
DECLARE name text;
BEGIN
  FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'panel' LOOP
    EXECUTE format('ALTER TABLE panel.%I ENABLE ROW LEVEL SECURITY', name);
    EXECUTE format('ALTER TABLE panel.%I FORCE ROW LEVEL SECURITY', name);
    EXECUTE format('CREATE POLICY system_all ON panel.%I TO panel_system USING (true) WITH CHECK (true)', name);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON panel.%I TO panel_system', name);
  END LOOP;
END $$;
-- The record of who did what: nobody changes or removes a line.
REVOKE UPDATE, DELETE ON panel.activity FROM panel_system;

CREATE POLICY lookup ON panel.users FOR SELECT TO panel_lookup USING (true);
CREATE POLICY lookup ON panel.servers FOR SELECT TO panel_lookup USING (true);

-- Users: oneself; the owner everybody. The password's hash is for sign-in alone, which is the system's.
GRANT SELECT (id, name, email, is_owner, theme, created_at) ON panel.users TO panel_app;
GRANT UPDATE (name, email, theme) ON panel.users TO panel_app;
CREATE POLICY see ON panel.users FOR SELECT TO panel_app
  USING (id = (SELECT panel.app_uid()) OR (SELECT panel.app_is_owner()));
CREATE POLICY change ON panel.users FOR UPDATE TO panel_app
  USING (id = (SELECT panel.app_uid())) WITH CHECK (id = (SELECT panel.app_uid()));

-- Sessions and API keys: one's own. Sessions begin with sign-in, which is the system's; nobody has a key made for another.
GRANT SELECT, DELETE ON panel.sessions TO panel_app;
CREATE POLICY see ON panel.sessions FOR SELECT TO panel_app
  USING (user_id = (SELECT panel.app_uid()) OR (SELECT panel.app_is_owner()));
CREATE POLICY remove ON panel.sessions FOR DELETE TO panel_app
  USING (user_id = (SELECT panel.app_uid()) OR (SELECT panel.app_is_owner()));

GRANT SELECT, INSERT, DELETE ON panel.api_keys TO panel_app;
CREATE POLICY see ON panel.api_keys FOR SELECT TO panel_app
  USING (user_id = (SELECT panel.app_uid()) OR (SELECT panel.app_is_owner()));
CREATE POLICY make ON panel.api_keys FOR INSERT TO panel_app WITH CHECK (user_id = (SELECT panel.app_uid()));
CREATE POLICY remove ON panel.api_keys FOR DELETE TO panel_app
  USING (user_id = (SELECT panel.app_uid()) OR (SELECT panel.app_is_owner()));

-- Nodes: everybody who has an account chooses among them; the owner manages them.
GRANT SELECT, INSERT, UPDATE, DELETE ON panel.nodes TO panel_app;
CREATE POLICY see ON panel.nodes FOR SELECT TO panel_app USING ((SELECT panel.app_is_owner()) IS NOT NULL);
CREATE POLICY make ON panel.nodes FOR INSERT TO panel_app WITH CHECK ((SELECT panel.app_is_owner()));
CREATE POLICY change ON panel.nodes FOR UPDATE TO panel_app
  USING ((SELECT panel.app_is_owner())) WITH CHECK ((SELECT panel.app_is_owner()));
CREATE POLICY remove ON panel.nodes FOR DELETE TO panel_app USING ((SELECT panel.app_is_owner()));

-- Servers. The direct comparison serves INSERT … RETURNING: app_servers() does not see the new row yet.
GRANT SELECT, INSERT, UPDATE, DELETE ON panel.servers TO panel_app;
CREATE POLICY see ON panel.servers FOR SELECT TO panel_app
  USING (
    (SELECT panel.app_is_owner())
    OR owner_id = (SELECT panel.app_uid())
    OR id IN (SELECT panel.app_servers())
  );
CREATE POLICY make ON panel.servers FOR INSERT TO panel_app
  WITH CHECK ((SELECT panel.app_is_owner()) OR owner_id = (SELECT panel.app_uid()));
CREATE POLICY change ON panel.servers FOR UPDATE TO panel_app
  USING ((SELECT panel.app_is_owner()) OR id IN (SELECT panel.app_servers()))
  WITH CHECK ((SELECT panel.app_is_owner()) OR owner_id = (SELECT panel.app_uid()));
CREATE POLICY remove ON panel.servers FOR DELETE TO panel_app
  USING ((SELECT panel.app_is_owner()) OR id IN (SELECT panel.app_servers()));

-- Allocations: those of the servers one sees.
GRANT SELECT, INSERT, UPDATE, DELETE ON panel.allocations TO panel_app;
CREATE POLICY of_my_servers ON panel.allocations TO panel_app
  USING ((SELECT panel.app_is_owner()) OR server_id IN (SELECT panel.app_servers()))
  WITH CHECK ((SELECT panel.app_is_owner()) OR server_id IN (SELECT panel.app_servers()));

-- Activity: what one did, and what happened to the servers one sees; the owner everything. Written in one's own name only.
GRANT SELECT, INSERT ON panel.activity TO panel_app;
CREATE POLICY see ON panel.activity FOR SELECT TO panel_app
  USING (
    (SELECT panel.app_is_owner())
    OR actor_id = (SELECT panel.app_uid())
    OR server_id IN (SELECT panel.app_servers())
  );
CREATE POLICY append ON panel.activity FOR INSERT TO panel_app WITH CHECK (actor_id = (SELECT panel.app_uid()));

-- Settings, certificates of nodes and enrolment tokens are the system's alone: panel_app has no right to them at all.
