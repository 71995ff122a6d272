-- CreateTable
CREATE TABLE "workspace" (
    "id" SERIAL NOT NULL,
    "provider" TEXT NOT NULL,
    "external_id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "origin" TEXT NOT NULL,

    CONSTRAINT "workspace_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "conversation" (
    "id" SERIAL NOT NULL,
    "workspace_id" INTEGER NOT NULL,
    "external_id" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "name" TEXT,
    "state" TEXT NOT NULL DEFAULT 'waiting',
    "state_reason" TEXT,
    "state_since" TIMESTAMPTZ(3) NOT NULL,
    "reference" JSONB,
    "next_allowed_at" TIMESTAMPTZ(3),

    CONSTRAINT "conversation_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "binding" (
    "id" SERIAL NOT NULL,
    "conversation_id" INTEGER NOT NULL,
    "tenant_id" INTEGER NOT NULL,
    "purpose" TEXT NOT NULL,
    "origin" TEXT NOT NULL,

    CONSTRAINT "binding_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "tenant" (
    "id" SERIAL NOT NULL,
    "path" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "parent_id" INTEGER,
    "settings" JSONB NOT NULL DEFAULT '{}',
    "rules" JSONB NOT NULL DEFAULT '{}',
    "origin" TEXT NOT NULL,
    "closed_at" TIMESTAMPTZ(3),

    CONSTRAINT "tenant_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "person" (
    "id" SERIAL NOT NULL,
    "key" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "origin" TEXT NOT NULL,

    CONSTRAINT "person_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "identity" (
    "id" SERIAL NOT NULL,
    "person_id" INTEGER NOT NULL,
    "workspace_id" INTEGER NOT NULL,
    "user_id" TEXT NOT NULL,
    "origin" TEXT NOT NULL,

    CONSTRAINT "identity_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "membership" (
    "id" SERIAL NOT NULL,
    "person_id" INTEGER NOT NULL,
    "tenant_id" INTEGER NOT NULL,
    "role" TEXT NOT NULL,
    "until" TIMESTAMPTZ(3),
    "origin" TEXT NOT NULL,

    CONSTRAINT "membership_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "server" (
    "id" SERIAL NOT NULL,
    "name" TEXT NOT NULL,
    "zone" TEXT NOT NULL,
    "transport" JSONB NOT NULL,
    "state" TEXT NOT NULL DEFAULT 'new',
    "unreadable_since" TIMESTAMPTZ(3),
    "unreadable_code" TEXT,
    "unreadable_reason" TEXT,
    "inventory_at" TIMESTAMPTZ(3),
    "origin" TEXT NOT NULL,
    "gone_at" TIMESTAMPTZ(3),

    CONSTRAINT "server_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "poll" (
    "id" SERIAL NOT NULL,
    "server_id" INTEGER NOT NULL,
    "started_at" TIMESTAMPTZ(3) NOT NULL,
    "finished_at" TIMESTAMPTZ(3),
    "outcome" TEXT NOT NULL DEFAULT 'running',
    "reason" TEXT,
    "rows" INTEGER NOT NULL DEFAULT 0,
    "refused" INTEGER NOT NULL DEFAULT 0,
    "refusals" JSONB NOT NULL DEFAULT '[]',

    CONSTRAINT "poll_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "node" (
    "id" SERIAL NOT NULL,
    "server_id" INTEGER NOT NULL,
    "name" TEXT NOT NULL,
    "registered" TEXT NOT NULL,
    "domain" TEXT NOT NULL,
    "facts" JSONB NOT NULL DEFAULT '{}',
    "first_seen_at" TIMESTAMPTZ(3) NOT NULL,
    "last_seen_at" TIMESTAMPTZ(3) NOT NULL,
    "gone_at" TIMESTAMPTZ(3),

    CONSTRAINT "node_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "node_name" (
    "node_id" INTEGER NOT NULL,
    "name" TEXT NOT NULL,
    "from_at" TIMESTAMPTZ(3) NOT NULL,
    "to_at" TIMESTAMPTZ(3),

    CONSTRAINT "node_name_pkey" PRIMARY KEY ("node_id","from_at")
);

-- CreateTable
CREATE TABLE "node_tenant" (
    "node_id" INTEGER NOT NULL,
    "tenant_id" INTEGER,
    "from_night" DATE NOT NULL,
    "to_night" DATE,
    "rule" TEXT NOT NULL,

    CONSTRAINT "node_tenant_pkey" PRIMARY KEY ("node_id","from_night")
);

-- CreateTable
CREATE TABLE "schedule" (
    "server_id" INTEGER NOT NULL,
    "domain" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "definition" JSONB NOT NULL,
    "gone_at" TIMESTAMPTZ(3),

    CONSTRAINT "schedule_pkey" PRIMARY KEY ("server_id","domain","name")
);

-- CreateTable
CREATE TABLE "association" (
    "server_id" INTEGER NOT NULL,
    "domain" TEXT NOT NULL,
    "schedule" TEXT NOT NULL,
    "node_name" TEXT NOT NULL,
    "first_seen_at" TIMESTAMPTZ(3) NOT NULL,
    "gone_at" TIMESTAMPTZ(3),

    CONSTRAINT "association_pkey" PRIMARY KEY ("server_id","node_name","domain","schedule")
);

-- CreateTable
CREATE TABLE "filespace" (
    "node_id" INTEGER NOT NULL,
    "fsid" INTEGER NOT NULL,
    "name" TEXT NOT NULL,
    "type" TEXT,
    "capacity_mb" DOUBLE PRECISION,
    "pct_util" DOUBLE PRECISION,
    "backup_start" TEXT,
    "backup_end" TEXT,
    "gone_at" TIMESTAMPTZ(3),

    CONSTRAINT "filespace_pkey" PRIMARY KEY ("node_id","fsid")
);

-- CreateTable
CREATE TABLE "event" (
    "server_id" INTEGER NOT NULL,
    "night" DATE NOT NULL,
    "node_name" TEXT NOT NULL,
    "domain" TEXT NOT NULL,
    "schedule" TEXT NOT NULL,
    "scheduled_start" TEXT NOT NULL,
    "ordinal" INTEGER NOT NULL,
    "actual_start" TEXT,
    "completed" TEXT,
    "status" TEXT NOT NULL,
    "result" INTEGER,
    "reason" TEXT,
    "seen_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "event_pkey" PRIMARY KEY ("server_id","night","node_name","domain","schedule","scheduled_start","ordinal")
);

-- CreateTable
CREATE TABLE "run" (
    "server_id" INTEGER NOT NULL,
    "node_name" TEXT NOT NULL,
    "start_time" TEXT NOT NULL,
    "number" INTEGER NOT NULL,
    "activity" TEXT NOT NULL,
    "end_time" TEXT,
    "schedule" TEXT,
    "examined" BIGINT,
    "affected" BIGINT,
    "failed" BIGINT,
    "bytes" BIGINT,
    "successful" BOOLEAN,
    "night" DATE NOT NULL,

    CONSTRAINT "run_pkey" PRIMARY KEY ("server_id","node_name","start_time","number","activity")
);

-- CreateTable
CREATE TABLE "message" (
    "server_id" INTEGER NOT NULL,
    "at" TEXT NOT NULL,
    "number" INTEGER NOT NULL,
    "hash" TEXT NOT NULL,
    "severity" TEXT NOT NULL,
    "node_name" TEXT,
    "schedule" TEXT,
    "session" INTEGER,
    "text" TEXT NOT NULL,
    "night" DATE NOT NULL,

    CONSTRAINT "message_pkey" PRIMARY KEY ("server_id","night","at","number","hash")
);

-- CreateTable
CREATE TABLE "node_night" (
    "node_id" INTEGER NOT NULL,
    "night" DATE NOT NULL,
    "server_id" INTEGER NOT NULL,
    "tenant_id" INTEGER,
    "verdict" TEXT,
    "population" TEXT NOT NULL,
    "streak" INTEGER NOT NULL,
    "cause" TEXT,
    "detail" TEXT,
    "last_good_at" TIMESTAMPTZ(3),
    "outside_runs" INTEGER NOT NULL,
    "outside_bad" INTEGER NOT NULL,
    "units" JSONB NOT NULL,
    "evaluated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "node_night_pkey" PRIMARY KEY ("node_id","night")
);

-- CreateTable
CREATE TABLE "digest" (
    "id" SERIAL NOT NULL,
    "tenant_id" INTEGER NOT NULL,
    "night" DATE NOT NULL,
    "version" INTEGER NOT NULL,
    "content" JSONB NOT NULL,
    "as_of" TIMESTAMPTZ(3) NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "digest_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "digest_review" (
    "digest_id" INTEGER NOT NULL,
    "workspace_id" INTEGER NOT NULL,
    "user_id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "digest_review_pkey" PRIMARY KEY ("digest_id","workspace_id","user_id")
);

-- CreateTable
CREATE TABLE "mention" (
    "person_id" INTEGER NOT NULL,
    "night" DATE NOT NULL,
    "tenant_id" INTEGER NOT NULL,

    CONSTRAINT "mention_pkey" PRIMARY KEY ("person_id","night")
);

-- CreateTable
CREATE TABLE "finding" (
    "id" SERIAL NOT NULL,
    "kind" TEXT NOT NULL,
    "subject" TEXT NOT NULL,
    "detail" JSONB NOT NULL,
    "version" INTEGER NOT NULL DEFAULT 1,
    "opened_at" TIMESTAMPTZ(3) NOT NULL,
    "last_seen_at" TIMESTAMPTZ(3) NOT NULL,
    "closed_at" TIMESTAMPTZ(3),

    CONSTRAINT "finding_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "card_copy" (
    "id" SERIAL NOT NULL,
    "card" TEXT NOT NULL,
    "object_id" TEXT NOT NULL,
    "conversation_id" INTEGER NOT NULL,
    "state" TEXT NOT NULL DEFAULT 'wanted',
    "message_id" TEXT,
    "rendered_version" INTEGER NOT NULL DEFAULT 0,
    "content_hash" TEXT,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "card_copy_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "outbox" (
    "id" SERIAL NOT NULL,
    "conversation_id" INTEGER NOT NULL,
    "card" TEXT NOT NULL,
    "object_id" TEXT NOT NULL,
    "wanted_version" INTEGER NOT NULL,
    "thread_of" TEXT,
    "dedupe_key" TEXT NOT NULL,
    "state" TEXT NOT NULL DEFAULT 'due',
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "due_at" TIMESTAMPTZ(3) NOT NULL,
    "claimed_until" TIMESTAMPTZ(3),
    "correlation" TEXT NOT NULL,
    "outcome" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "settled_at" TIMESTAMPTZ(3),

    CONSTRAINT "outbox_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "timer" (
    "id" SERIAL NOT NULL,
    "kind" TEXT NOT NULL,
    "object_id" TEXT NOT NULL,
    "generation" SERIAL NOT NULL,
    "due_at" TIMESTAMPTZ(3) NOT NULL,
    "wall" TEXT NOT NULL,
    "zone" TEXT NOT NULL,
    "claimed_until" TIMESTAMPTZ(3),

    CONSTRAINT "timer_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "inbox_dedup" (
    "key" TEXT NOT NULL,
    "seen_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "inbox_dedup_pkey" PRIMARY KEY ("key")
);

-- CreateTable
CREATE TABLE "audit" (
    "id" SERIAL NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "actor" TEXT NOT NULL,
    "person_id" INTEGER,
    "action" TEXT NOT NULL,
    "object" TEXT NOT NULL,
    "outcome" TEXT NOT NULL,
    "detail" JSONB NOT NULL DEFAULT '{}',
    "correlation" TEXT NOT NULL,

    CONSTRAINT "audit_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "workspace_provider_external_id_key" ON "workspace"("provider", "external_id");

-- CreateIndex
CREATE UNIQUE INDEX "conversation_workspace_id_external_id_key" ON "conversation"("workspace_id", "external_id");

-- CreateIndex
CREATE INDEX "binding_tenant_id_idx" ON "binding"("tenant_id");

-- CreateIndex
CREATE UNIQUE INDEX "binding_conversation_id_tenant_id_purpose_key" ON "binding"("conversation_id", "tenant_id", "purpose");

-- CreateIndex
CREATE UNIQUE INDEX "tenant_path_key" ON "tenant"("path");

-- CreateIndex
CREATE UNIQUE INDEX "person_key_key" ON "person"("key");

-- CreateIndex
CREATE INDEX "identity_person_id_idx" ON "identity"("person_id");

-- CreateIndex
CREATE UNIQUE INDEX "identity_workspace_id_user_id_key" ON "identity"("workspace_id", "user_id");

-- CreateIndex
CREATE INDEX "membership_tenant_id_idx" ON "membership"("tenant_id");

-- CreateIndex
CREATE UNIQUE INDEX "membership_person_id_tenant_id_role_key" ON "membership"("person_id", "tenant_id", "role");

-- CreateIndex
CREATE UNIQUE INDEX "server_name_key" ON "server"("name");

-- CreateIndex
CREATE INDEX "poll_server_id_started_at_idx" ON "poll"("server_id", "started_at");

-- CreateIndex
CREATE INDEX "node_server_id_id_idx" ON "node"("server_id", "id");

-- CreateIndex
CREATE INDEX "node_server_id_name_idx" ON "node"("server_id", "name");

-- CreateIndex
CREATE INDEX "node_name_idx" ON "node"("name");

-- CreateIndex
CREATE INDEX "node_name_name_idx" ON "node_name"("name");

-- CreateIndex
CREATE INDEX "node_tenant_tenant_id_idx" ON "node_tenant"("tenant_id");

-- CreateIndex
CREATE INDEX "run_server_id_night_node_name_idx" ON "run"("server_id", "night", "node_name");

-- CreateIndex
CREATE INDEX "message_server_id_night_node_name_idx" ON "message"("server_id", "night", "node_name");

-- CreateIndex
CREATE INDEX "node_night_tenant_id_night_idx" ON "node_night"("tenant_id", "night");

-- CreateIndex
CREATE INDEX "node_night_server_id_night_idx" ON "node_night"("server_id", "night");

-- CreateIndex
CREATE UNIQUE INDEX "digest_tenant_id_night_key" ON "digest"("tenant_id", "night");

-- CreateIndex
CREATE INDEX "finding_kind_subject_idx" ON "finding"("kind", "subject");

-- CreateIndex
CREATE INDEX "finding_closed_at_idx" ON "finding"("closed_at");

-- CreateIndex
CREATE UNIQUE INDEX "card_copy_card_object_id_conversation_id_key" ON "card_copy"("card", "object_id", "conversation_id");

-- CreateIndex
CREATE UNIQUE INDEX "outbox_dedupe_key_key" ON "outbox"("dedupe_key");

-- CreateIndex
CREATE INDEX "outbox_state_due_at_idx" ON "outbox"("state", "due_at");

-- CreateIndex
CREATE INDEX "outbox_conversation_id_card_object_id_idx" ON "outbox"("conversation_id", "card", "object_id");

-- CreateIndex
CREATE INDEX "timer_due_at_idx" ON "timer"("due_at");

-- CreateIndex
CREATE UNIQUE INDEX "timer_kind_object_id_key" ON "timer"("kind", "object_id");

-- CreateIndex
CREATE INDEX "inbox_dedup_seen_at_idx" ON "inbox_dedup"("seen_at");

-- CreateIndex
CREATE INDEX "audit_at_idx" ON "audit"("at");

-- CreateIndex
CREATE INDEX "audit_object_idx" ON "audit"("object");

-- AddForeignKey
ALTER TABLE "conversation" ADD CONSTRAINT "conversation_workspace_id_fkey" FOREIGN KEY ("workspace_id") REFERENCES "workspace"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "binding" ADD CONSTRAINT "binding_conversation_id_fkey" FOREIGN KEY ("conversation_id") REFERENCES "conversation"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "binding" ADD CONSTRAINT "binding_tenant_id_fkey" FOREIGN KEY ("tenant_id") REFERENCES "tenant"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "tenant" ADD CONSTRAINT "tenant_parent_id_fkey" FOREIGN KEY ("parent_id") REFERENCES "tenant"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "identity" ADD CONSTRAINT "identity_person_id_fkey" FOREIGN KEY ("person_id") REFERENCES "person"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "identity" ADD CONSTRAINT "identity_workspace_id_fkey" FOREIGN KEY ("workspace_id") REFERENCES "workspace"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "membership" ADD CONSTRAINT "membership_person_id_fkey" FOREIGN KEY ("person_id") REFERENCES "person"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "membership" ADD CONSTRAINT "membership_tenant_id_fkey" FOREIGN KEY ("tenant_id") REFERENCES "tenant"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "node_name" ADD CONSTRAINT "node_name_node_id_fkey" FOREIGN KEY ("node_id") REFERENCES "node"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "digest" ADD CONSTRAINT "digest_tenant_id_fkey" FOREIGN KEY ("tenant_id") REFERENCES "tenant"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "digest_review" ADD CONSTRAINT "digest_review_digest_id_fkey" FOREIGN KEY ("digest_id") REFERENCES "digest"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "card_copy" ADD CONSTRAINT "card_copy_conversation_id_fkey" FOREIGN KEY ("conversation_id") REFERENCES "conversation"("id") ON DELETE CASCADE ON UPDATE CASCADE;


-- What follows is not in schema.prisma: Prisma has no words for it.

-- States are few and steer deliveries: a misspelt one must not get in.
ALTER TABLE "conversation" ADD CONSTRAINT "conversation_state_known" CHECK ("state" IN ('waiting', 'active', 'off'));
ALTER TABLE "card_copy" ADD CONSTRAINT "card_copy_state_known" CHECK ("state" IN ('wanted', 'posted', 'lost'));
ALTER TABLE "outbox" ADD CONSTRAINT "outbox_state_known" CHECK ("state" IN ('due', 'delivered', 'superseded', 'refused', 'dropped'));
ALTER TABLE "node_tenant" ADD CONSTRAINT "node_tenant_in_order" CHECK ("to_night" IS NULL OR "to_night" >= "from_night");

-- The audit is written once. A trigger binds the owner of the tables as well, which grants would not.
CREATE FUNCTION "audit_is_append_only"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'rows of audit are never changed or deleted' USING ERRCODE = 'insufficient_privilege';
END;
$$;
CREATE TRIGGER "audit_append_only" BEFORE UPDATE OR DELETE OR TRUNCATE ON "audit"
  FOR EACH STATEMENT EXECUTE FUNCTION "audit_is_append_only"();
