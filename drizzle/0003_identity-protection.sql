-- Row-level security of the tables of identity and access, and what is there from the start.

-- Forced on each new table, with the system's policy; panel_app gets nothing until a line below grants it.
DO $$
DECLARE name text;
BEGIN
  FOR name IN SELECT tablename FROM pg_tables t WHERE schemaname = 'panel'
    AND NOT EXISTS (SELECT FROM pg_policies p WHERE p.schemaname = 'panel' AND p.tablename = t.tablename AND p.policyname = 'system_all')
  LOOP
    EXECUTE format('ALTER TABLE panel.%I ENABLE ROW LEVEL SECURITY', name);
    EXECUTE format('ALTER TABLE panel.%I FORCE ROW LEVEL SECURITY', name);
    EXECUTE format('CREATE POLICY system_all ON panel.%I TO panel_system USING (true) WITH CHECK (true)', name);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON panel.%I TO panel_system', name);
  END LOOP;
END $$;

-- Lost counters forgive a few tries; a synced write for each request would cost everybody.
ALTER TABLE panel.rate_limits SET UNLOGGED;

-- Whoever is here already came in by the set-up, not by a mail.
SET LOCAL ROLE panel_system;
UPDATE panel.users SET email_verified_at = created_at;
RESET ROLE;

-- Roles and memberships: who sees and changes what of others. Names that cover a permission are spelt out, because
-- PostgreSQL does not know the catalogue; core/panel/tenancy.integration.test.ts holds them against it.
-- Functions are owned by panel_lookup, as in 0001, and asked once a query: never by row.

GRANT SELECT (id, is_owner, suspended_at, name) ON panel.users TO panel_lookup;
GRANT SELECT (id, owner_id, node_id) ON panel.servers TO panel_lookup;
GRANT SELECT (id, location_id) ON panel.nodes TO panel_lookup;
GRANT SELECT ON panel.roles, panel.role_nodes, panel.role_locations, panel.user_roles, panel.server_members TO panel_lookup;
DO $$
DECLARE name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['nodes', 'roles', 'role_nodes', 'role_locations', 'user_roles', 'server_members'] LOOP
    EXECUTE format('CREATE POLICY lookup ON panel.%I FOR SELECT TO panel_lookup USING (true)', name);
  END LOOP;
END $$;

-- Who asks; nobody when the account is suspended or gone, so that every policy shows them nothing.
CREATE OR REPLACE FUNCTION panel.app_uid() RETURNS uuid LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, panel
  AS $$ SELECT id FROM panel.users
    WHERE id = nullif(pg_catalog.current_setting('app.user_id', true), '')::uuid AND suspended_at IS NULL $$;

GRANT CREATE ON SCHEMA panel TO panel_lookup; -- only so that it may own the functions
ALTER FUNCTION panel.app_uid() OWNER TO panel_lookup;
SET LOCAL ROLE panel_lookup;

-- True when a role that is not limited grants one of these names; for the owner always; null for nobody.
CREATE FUNCTION panel.app_everywhere(names text[]) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, panel
  AS $$ SELECT is_owner OR EXISTS (
      SELECT FROM panel.user_roles ur JOIN panel.roles r ON r.id = ur.role_id
      WHERE ur.user_id = u.id AND NOT r.limited AND r.permissions ?| names)
    FROM panel.users u WHERE u.id = panel.app_uid() $$;

-- Nodes where a role that is limited to them, or to their location, grants one of these names.
CREATE FUNCTION panel.app_role_nodes(names text[]) RETURNS SETOF uuid LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, panel
  AS $$ WITH mine AS (
      SELECT r.id FROM panel.user_roles ur JOIN panel.roles r ON r.id = ur.role_id
      WHERE ur.user_id = panel.app_uid() AND r.limited AND r.permissions ?| names)
    SELECT node_id FROM panel.role_nodes WHERE role_id IN (SELECT id FROM mine)
    UNION
    SELECT n.id FROM panel.role_locations l JOIN panel.nodes n ON n.location_id = l.location_id
    WHERE l.role_id IN (SELECT id FROM mine) $$;

-- Servers that are theirs, or where a membership grants one of these names. Those that a limited role reaches are not among
-- them: they may be most of all there are, so that policies compare their node instead.
CREATE FUNCTION panel.app_servers_with(names text[]) RETURNS SETOF uuid LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, panel
  AS $$ SELECT id FROM panel.servers WHERE owner_id = panel.app_uid()
    UNION
    SELECT server_id FROM panel.server_members WHERE user_id = panel.app_uid() AND permissions ?| names $$;

-- Whoever is a member sees where they are, whatever was granted.
CREATE OR REPLACE FUNCTION panel.app_servers() RETURNS SETOF uuid LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, panel
  AS $$ SELECT id FROM panel.servers WHERE owner_id = panel.app_uid()
    UNION
    SELECT server_id FROM panel.server_members WHERE user_id = panel.app_uid() $$;

-- Where a server runs, for tables that name only the server; asked by row, so only of who has a limited role at all.
CREATE FUNCTION panel.app_node_of(server uuid) RETURNS uuid LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, panel
  AS $$ SELECT node_id FROM panel.servers WHERE id = server $$;

-- What somebody is called, e.g. whose server one was let into: their name and nothing else of them.
CREATE FUNCTION panel.app_name_of(person uuid) RETURNS text LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, panel
  AS $$ SELECT name FROM panel.users WHERE id = person $$;

-- Nodes whose names a person is shown: those of their servers, and those their limited roles are for.
CREATE FUNCTION panel.app_nodes() RETURNS SETOF uuid LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, panel
  AS $$ SELECT node_id FROM panel.servers WHERE id IN (SELECT panel.app_servers())
    UNION
    SELECT panel.app_role_nodes('{*,server.*,server.view,server.create,node.*,node.view,node.settings,node.delete}') $$;

REVOKE EXECUTE ON FUNCTION panel.app_uid(), panel.app_everywhere(text[]), panel.app_role_nodes(text[]),
  panel.app_servers_with(text[]), panel.app_node_of(uuid), panel.app_name_of(uuid), panel.app_nodes() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION panel.app_name_of(uuid) TO panel_app, panel_system;
GRANT EXECUTE ON FUNCTION panel.app_uid(), panel.app_everywhere(text[]), panel.app_role_nodes(text[]),
  panel.app_servers_with(text[]), panel.app_node_of(uuid), panel.app_nodes() TO panel_app;
RESET ROLE;
REVOKE CREATE ON SCHEMA panel FROM panel_lookup;

-- Servers. They are made, given away, moved, suspended and deleted by the system, after the use case has asked; a person
-- changes what a permission of theirs could change.
REVOKE INSERT, DELETE, UPDATE ON panel.servers FROM panel_app;
GRANT UPDATE (name, image, variables, revision, install_request, power_want, power_request, power_how, state,
  state_since, reason, install_log, hint) ON panel.servers TO panel_app;
DROP POLICY see ON panel.servers;
DROP POLICY make ON panel.servers;
DROP POLICY change ON panel.servers;
DROP POLICY remove ON panel.servers;
CREATE POLICY see ON panel.servers FOR SELECT TO panel_app
  USING (
    (SELECT panel.app_everywhere('{*,server.*,server.view}'))
    OR node_id IN (SELECT panel.app_role_nodes('{*,server.*,server.view}'))
    OR id IN (SELECT panel.app_servers())
  );
DO $$
DECLARE
  changing text := quote_literal('{*,server.*,server.start,server.stop,server.restart,server.kill,server.reinstall,'
    'server.startup,server.startup.*,server.startup.update,server.startup.image,server.startup.command,'
    'server.settings,server.settings.*,server.settings.rename,server.settings.description,server.settings.icon,'
    'server.settings.timezone,server.settings.restarts}');
  rule text := format('((SELECT panel.app_everywhere(%1$s)) OR node_id IN (SELECT panel.app_role_nodes(%1$s)) OR id IN (SELECT panel.app_servers_with(%1$s)))', changing);
BEGIN
  EXECUTE format('CREATE POLICY change ON panel.servers FOR UPDATE TO panel_app USING %1$s WITH CHECK %1$s', rule);
END $$;

-- Allocations: read by whoever sees the server; promised by the system.
REVOKE INSERT, UPDATE, DELETE ON panel.allocations FROM panel_app;
DROP POLICY of_my_servers ON panel.allocations;
CREATE POLICY see ON panel.allocations FOR SELECT TO panel_app
  USING (
    (SELECT panel.app_everywhere('{*,server.*,server.view}'))
    OR node_id IN (SELECT panel.app_role_nodes('{*,server.*,server.view}'))
    OR server_id IN (SELECT panel.app_servers())
  );

-- Activity: what one did, what happened to servers whose activity one may see, and everything for who may see that.
DROP POLICY see ON panel.activity;
CREATE POLICY see ON panel.activity FOR SELECT TO panel_app
  USING (
    (SELECT panel.app_everywhere('{*,platform.*,platform.activity}'))
    OR actor_id = (SELECT panel.app_uid())
    OR (server_id IS NOT NULL AND (SELECT panel.app_everywhere('{*,server.*,server.activity}')))
    OR server_id IN (SELECT panel.app_servers_with('{*,server.*,server.activity}'))
    OR ((SELECT EXISTS (SELECT panel.app_role_nodes('{*,server.*,server.activity}')))
      AND panel.app_node_of(server_id) IN (SELECT panel.app_role_nodes('{*,server.*,server.activity}')))
  );

-- How old entries of the activity log go, and the only way in which any does: nobody has the right to delete one. What is
-- removed is decided here, by the settings, and never anything of the last thirty days.
GRANT SELECT (id, at), DELETE ON panel.activity TO panel_lookup;
GRANT SELECT (key, value) ON panel.settings TO panel_lookup;
CREATE POLICY expire ON panel.activity TO panel_lookup USING (true) WITH CHECK (false);
CREATE POLICY expire ON panel.settings FOR SELECT TO panel_lookup USING (key = 'activity');
GRANT CREATE ON SCHEMA panel TO panel_lookup;
SET LOCAL ROLE panel_lookup;
CREATE FUNCTION panel.expire_activity(most integer) RETURNS integer LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, panel
  AS $$
  DECLARE
    days integer := coalesce((SELECT (value ->> 'keepDays')::integer FROM panel.settings WHERE key = 'activity'), 365);
    gone integer;
  BEGIN
    IF days = 0 THEN RETURN 0; END IF;
    DELETE FROM panel.activity WHERE id IN (
      SELECT id FROM panel.activity WHERE at < now() - make_interval(days => greatest(days, 30)) ORDER BY at LIMIT most);
    GET DIAGNOSTICS gone = ROW_COUNT;
    RETURN gone;
  END $$;
REVOKE EXECUTE ON FUNCTION panel.expire_activity(integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION panel.expire_activity(integer) TO panel_system;
RESET ROLE;
REVOKE CREATE ON SCHEMA panel FROM panel_lookup;

-- Users: oneself, and everybody for who may see users.
DROP POLICY see ON panel.users;
CREATE POLICY see ON panel.users FOR SELECT TO panel_app
  USING (id = (SELECT panel.app_uid()) OR (SELECT panel.app_everywhere('{*,user.*,user.view}')));

-- Nodes: those of one's servers and roles, all for who sees or fills all of them; changed by who may change settings.
DROP POLICY see ON panel.nodes;
DROP POLICY make ON panel.nodes;
DROP POLICY change ON panel.nodes;
DROP POLICY remove ON panel.nodes;
CREATE POLICY see ON panel.nodes FOR SELECT TO panel_app
  USING (
    (SELECT panel.app_everywhere('{*,server.*,server.view,server.create,node.*,node.view}'))
    OR id IN (SELECT panel.app_nodes())
  );
CREATE POLICY make ON panel.nodes FOR INSERT TO panel_app
  WITH CHECK ((SELECT panel.app_everywhere('{*,node.*,node.create}')));
CREATE POLICY change ON panel.nodes FOR UPDATE TO panel_app
  USING ((SELECT panel.app_everywhere('{*,node.*,node.settings}')) OR id IN (SELECT panel.app_role_nodes('{*,node.*,node.settings}')))
  WITH CHECK ((SELECT panel.app_everywhere('{*,node.*,node.settings}')) OR id IN (SELECT panel.app_role_nodes('{*,node.*,node.settings}')));
CREATE POLICY remove ON panel.nodes FOR DELETE TO panel_app
  USING ((SELECT panel.app_everywhere('{*,node.*,node.delete}')) OR id IN (SELECT panel.app_role_nodes('{*,node.*,node.delete}')));

-- Users: more of what a person, or whoever may see users, is shown; never hashes. Changes of one's own: the policy of 0001.
GRANT SELECT (language, time_zone, email_verified_at, suspended_at, suspended_reason, password_changed_at, last_seen_at, joined_by)
  ON panel.users TO panel_app;
GRANT UPDATE (language, time_zone) ON panel.users TO panel_app;
REVOKE UPDATE (email) ON panel.users FROM panel_app;

-- Locations are chosen by everybody who chooses a node. Roles: one's own, and all for who may see roles. Written by the system
-- alone: whoever could write them could give themselves everything.
GRANT SELECT ON panel.locations, panel.roles, panel.user_roles TO panel_app;
CREATE POLICY see ON panel.locations FOR SELECT TO panel_app USING ((SELECT panel.app_uid()) IS NOT NULL);
CREATE POLICY see ON panel.user_roles FOR SELECT TO panel_app
  USING (user_id = (SELECT panel.app_uid()) OR (SELECT panel.app_everywhere('{*,role.*,role.view}')));
CREATE POLICY see ON panel.roles FOR SELECT TO panel_app
  USING ((SELECT panel.app_everywhere('{*,role.*,role.view}'))
    OR id IN (SELECT role_id FROM panel.user_roles WHERE user_id = (SELECT panel.app_uid())));

-- Members of servers and invitations to them: for who may see the people of the server. The secret of an invitation's
-- link is the system's.
GRANT SELECT ON panel.server_members TO panel_app;
GRANT SELECT (id, email, server_id, permissions, role_id, invited_by, created_at, expires_at, accepted_at, declined_at)
  ON panel.invitations TO panel_app;
DO $$
DECLARE
  people text := quote_literal('{*,server.*,server.subusers,server.subusers.*,server.subusers.view}');
  rule text := format('((SELECT panel.app_everywhere(%1$s)) OR server_id IN (SELECT panel.app_servers_with(%1$s)) OR panel.app_node_of(server_id) IN (SELECT panel.app_role_nodes(%1$s)))', people);
BEGIN
  EXECUTE format('CREATE POLICY see ON panel.server_members FOR SELECT TO panel_app USING (user_id = (SELECT panel.app_uid()) OR %s)', rule);
  EXECUTE format('CREATE POLICY see ON panel.invitations FOR SELECT TO panel_app USING (server_id IS NOT NULL AND %s)', rule);
END $$;

-- Roles that come with Stellar. They are fixed, so that a new version can give them what it adds; copies can be changed.
-- As the system: row-level security binds the login too.
SET LOCAL ROLE panel_system;
INSERT INTO panel.roles (id, name, description, preset, permissions) VALUES
  ('00000000-0000-4000-8000-000000000001', 'Super Admin', 'Everything, also what later versions add.', 'super-admin', '["*"]'),
  ('00000000-0000-4000-8000-000000000002', 'Admin', 'Servers, nodes and people. Not the settings of the panel itself.', 'admin',
    '["server.*", "node.*", "location.*", "user.*", "role.*", "platform.activity", "platform.plugins"]'),
  ('00000000-0000-4000-8000-000000000003', 'Moderator', 'Sees every server, uses its console and power, and can suspend users.', 'moderator',
    '["server.view", "server.metrics", "server.crashes", "server.activity", "server.console", "server.console.send", "server.start", "server.stop", "server.restart", "server.kill", "server.players", "server.files.list", "server.files.read", "server.backups.view", "server.schedules.view", "server.startup.view", "server.network.view", "server.mods.view", "server.subusers.view", "node.view", "location.view", "user.view", "user.suspend", "user.sessions", "platform.activity"]'),
  ('00000000-0000-4000-8000-000000000004', 'Support', 'Looks at every server and helps; changes nothing.', 'support',
    '["server.view", "server.metrics", "server.crashes", "server.activity", "server.console", "server.players.view", "server.files.list", "server.backups.view", "server.schedules.view", "server.startup.view", "server.network.view", "server.mods.view", "server.subusers.view", "node.view", "location.view", "user.view"]'),
  ('00000000-0000-4000-8000-000000000005', 'User', 'One’s own servers and those one was invited to. What everybody has; gives nothing more.', 'user', '[]');
RESET ROLE;
