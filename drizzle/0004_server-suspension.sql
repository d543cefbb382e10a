ALTER TABLE "panel"."servers" ADD COLUMN "suspended_reason" text;--> statement-breakpoint

-- A suspended server is the system's to change: it lifts the suspension, deletes the server or gives it to somebody else,
-- after the use case has asked. Whatever a person holds changes nothing of it. The names are those of 0003.
DO $$
DECLARE
  changing text := quote_literal('{*,server.*,server.start,server.stop,server.restart,server.kill,server.reinstall,'
    'server.startup,server.startup.*,server.startup.update,server.startup.image,server.startup.command,'
    'server.settings,server.settings.*,server.settings.rename,server.settings.description,server.settings.icon,'
    'server.settings.timezone,server.settings.restarts}');
  rule text := format('(suspended_at IS NULL AND ((SELECT panel.app_everywhere(%1$s)) OR node_id IN (SELECT panel.app_role_nodes(%1$s)) OR id IN (SELECT panel.app_servers_with(%1$s))))', changing);
BEGIN
  EXECUTE format('ALTER POLICY change ON panel.servers USING %1$s WITH CHECK %1$s', rule);
END $$;
