CREATE TABLE "panel"."api_keys" (
	"id" uuid PRIMARY KEY NOT NULL,
	"user_id" uuid NOT NULL,
	"name" text NOT NULL,
	"prefix" text NOT NULL,
	"key_hash" text NOT NULL,
	"created_at" timestamp(3) with time zone DEFAULT now() NOT NULL,
	"expires_at" timestamp(3) with time zone,
	"last_used_at" timestamp(3) with time zone,
	CONSTRAINT "api_keys_key_hash_unique" UNIQUE("key_hash")
);
--> statement-breakpoint
CREATE TABLE "panel"."sessions" (
	"id" uuid PRIMARY KEY NOT NULL,
	"token_hash" text NOT NULL,
	"user_id" uuid NOT NULL,
	"created_at" timestamp(3) with time zone DEFAULT now() NOT NULL,
	"expires_at" timestamp(3) with time zone NOT NULL,
	"last_used_at" timestamp(3) with time zone DEFAULT now() NOT NULL,
	"address" text,
	"user_agent" text,
	CONSTRAINT "sessions_token_hash_unique" UNIQUE("token_hash")
);
--> statement-breakpoint
CREATE TABLE "panel"."users" (
	"id" uuid PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"email" text NOT NULL,
	"password_hash" text NOT NULL,
	"is_owner" boolean DEFAULT false NOT NULL,
	"theme" text DEFAULT 'system' NOT NULL,
	"created_at" timestamp(3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "panel"."activity" (
	"id" bigint GENERATED ALWAYS AS IDENTITY (sequence name "panel"."activity_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"at" timestamp(3) with time zone DEFAULT now() NOT NULL,
	"actor_id" uuid,
	"actor_name" text NOT NULL,
	"via" text NOT NULL,
	"action" text NOT NULL,
	"server_id" uuid,
	"subject" text,
	"meta" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"address" text,
	"request_id" text,
	"outcome" text DEFAULT 'done' NOT NULL,
	CONSTRAINT "activity_id_pk" PRIMARY KEY("id")
);
--> statement-breakpoint
CREATE TABLE "panel"."allocations" (
	"node_id" uuid NOT NULL,
	"port" integer NOT NULL,
	"server_id" uuid NOT NULL,
	"name" text NOT NULL,
	"protocol" text NOT NULL,
	CONSTRAINT "allocations_node_id_port_pk" PRIMARY KEY("node_id","port")
);
--> statement-breakpoint
CREATE TABLE "panel"."enrolment_tokens" (
	"id" text PRIMARY KEY NOT NULL,
	"node_id" uuid NOT NULL,
	"secret_hash" text NOT NULL,
	"created_at" timestamp(3) with time zone DEFAULT now() NOT NULL,
	"expires_at" timestamp(3) with time zone NOT NULL,
	"used_at" timestamp(3) with time zone,
	"key_hash" text
);
--> statement-breakpoint
CREATE TABLE "panel"."node_certificates" (
	"fingerprint" text PRIMARY KEY NOT NULL,
	"node_id" uuid NOT NULL,
	"serial" text NOT NULL,
	"not_after" timestamp(3) with time zone NOT NULL,
	"revoked_at" timestamp(3) with time zone,
	"created_at" timestamp(3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "panel"."nodes" (
	"id" uuid PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"is_local" boolean DEFAULT false NOT NULL,
	"public_address" text NOT NULL,
	"port_from" integer NOT NULL,
	"port_to" integer NOT NULL,
	"memory_percent" integer DEFAULT 90 NOT NULL,
	"disk_percent" integer DEFAULT 90 NOT NULL,
	"mirrors" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"registry_logins" text,
	"created_at" timestamp(3) with time zone DEFAULT now() NOT NULL,
	"enrolled_at" timestamp(3) with time zone,
	"last_seen_at" timestamp(3) with time zone,
	"status" jsonb,
	"outbox_id" text,
	"fact_seq" bigint DEFAULT 0 NOT NULL,
	CONSTRAINT "nodes_name_unique" UNIQUE("name")
);
--> statement-breakpoint
CREATE TABLE "panel"."servers" (
	"id" uuid PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"owner_id" uuid NOT NULL,
	"node_id" uuid NOT NULL,
	"created_at" timestamp(3) with time zone DEFAULT now() NOT NULL,
	"blueprint_id" text NOT NULL,
	"blueprint" jsonb NOT NULL,
	"image" text NOT NULL,
	"variables" jsonb NOT NULL,
	"memory_bytes" bigint NOT NULL,
	"cpu_percent" integer NOT NULL,
	"disk_bytes" bigint NOT NULL,
	"revision" integer DEFAULT 1 NOT NULL,
	"install_request" integer DEFAULT 1 NOT NULL,
	"power_want" text DEFAULT 'stopped' NOT NULL,
	"power_request" integer DEFAULT 0 NOT NULL,
	"power_how" text DEFAULT 'stop' NOT NULL,
	"deleted_at" timestamp(3) with time zone,
	"state" text DEFAULT 'installing' NOT NULL,
	"state_since" timestamp(3) with time zone DEFAULT now() NOT NULL,
	"observed_at" timestamp(3) with time zone DEFAULT now() NOT NULL,
	"observed_revision" integer DEFAULT 0 NOT NULL,
	"observed_request" integer DEFAULT 0 NOT NULL,
	"started_at" timestamp(3) with time zone,
	"exit" jsonb,
	"reason" text,
	"not_ready" boolean DEFAULT false NOT NULL,
	"restarts" integer DEFAULT 0 NOT NULL,
	"hint" text,
	"install_log" jsonb
);
--> statement-breakpoint
CREATE TABLE "panel"."settings" (
	"key" text PRIMARY KEY NOT NULL,
	"value" jsonb NOT NULL,
	"updated_at" timestamp(3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
ALTER TABLE "panel"."api_keys" ADD CONSTRAINT "api_keys_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "panel"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "panel"."sessions" ADD CONSTRAINT "sessions_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "panel"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "panel"."allocations" ADD CONSTRAINT "allocations_node_id_nodes_id_fk" FOREIGN KEY ("node_id") REFERENCES "panel"."nodes"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "panel"."allocations" ADD CONSTRAINT "allocations_server_id_servers_id_fk" FOREIGN KEY ("server_id") REFERENCES "panel"."servers"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "panel"."enrolment_tokens" ADD CONSTRAINT "enrolment_tokens_node_id_nodes_id_fk" FOREIGN KEY ("node_id") REFERENCES "panel"."nodes"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "panel"."node_certificates" ADD CONSTRAINT "node_certificates_node_id_nodes_id_fk" FOREIGN KEY ("node_id") REFERENCES "panel"."nodes"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "panel"."servers" ADD CONSTRAINT "servers_owner_id_users_id_fk" FOREIGN KEY ("owner_id") REFERENCES "panel"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "panel"."servers" ADD CONSTRAINT "servers_node_id_nodes_id_fk" FOREIGN KEY ("node_id") REFERENCES "panel"."nodes"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "api_keys_user" ON "panel"."api_keys" USING btree ("user_id");--> statement-breakpoint
CREATE INDEX "sessions_user" ON "panel"."sessions" USING btree ("user_id");--> statement-breakpoint
CREATE INDEX "sessions_expiry" ON "panel"."sessions" USING btree ("expires_at");--> statement-breakpoint
CREATE UNIQUE INDEX "users_email" ON "panel"."users" USING btree (lower("email"));--> statement-breakpoint
CREATE UNIQUE INDEX "users_one_owner" ON "panel"."users" USING btree ("is_owner") WHERE "panel"."users"."is_owner";--> statement-breakpoint
CREATE INDEX "activity_server" ON "panel"."activity" USING btree ("server_id","id" DESC NULLS FIRST);--> statement-breakpoint
CREATE INDEX "activity_at" ON "panel"."activity" USING btree ("at");--> statement-breakpoint
CREATE INDEX "allocations_server" ON "panel"."allocations" USING btree ("server_id");--> statement-breakpoint
CREATE INDEX "node_certificates_node" ON "panel"."node_certificates" USING btree ("node_id");--> statement-breakpoint
CREATE INDEX "servers_owner" ON "panel"."servers" USING btree ("owner_id");--> statement-breakpoint
CREATE INDEX "servers_node" ON "panel"."servers" USING btree ("node_id");