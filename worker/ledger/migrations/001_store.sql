-- The store. Payloads are opaque bytes (payload-codec.ts); keys, hashes and ranges are columns.
-- Texts that come from the source are stored escaped (stored-text.ts) and compared by code point (collate "C"), so that
-- PGlite and every Postgres order them alike.

create table vp.snapshot (
  id uuid primary key,
  number bigint generated always as identity,
  source_instance text not null,
  location text not null,
  profile_digest text not null,
  allowed bytea not null,
  complete boolean not null default false,
  digest text,
  notes bytea,
  created_at timestamptz not null default clock_timestamp()
);

create table vp.stream (
  id integer generated always as identity primary key,
  snapshot_id uuid not null references vp.snapshot,
  object text collate "C" not null,
  cursor bytea not null,
  row_count bigint not null,
  done boolean not null,
  info bytea not null,
  unique (snapshot_id, object)
);

create table vp.snapshot_row (
  stream integer not null,
  row_no bigint not null,
  source_id text collate "C" not null,
  content_hash bytea not null,
  payload bytea not null,
  primary key (stream, row_no)
);

-- A broken export can put a whole file into the id cell, and an index entry holds 2,704 bytes at most.
create index snapshot_row_source_id on vp.snapshot_row (stream, substr(source_id, 1, 400));

create table vp.migration (
  id uuid primary key,
  number bigint generated always as identity,
  name text collate "C" not null unique,
  state text not null default 'new',
  -- Outlives the state: a purged migration was accepted or rolled back, and only the first still holds records.
  rolled_back boolean not null default false,
  source_instance text,
  snapshot_id uuid references vp.snapshot,
  workspace_id text,
  created_at timestamptz not null default clock_timestamp()
);

create table vp.document (
  number bigint generated always as identity primary key,
  migration_id uuid not null references vp.migration,
  kind text not null,
  digest text not null,
  body bytea not null,
  at timestamptz not null default clock_timestamp()
);
create index document_newest on vp.document (migration_id, kind, number);

create table vp.approval (
  number bigint generated always as identity primary key,
  migration_id uuid not null references vp.migration,
  kind text not null,
  digest text not null,
  given_by text not null,
  at timestamptz not null default clock_timestamp()
);
create index approval_migration on vp.approval (migration_id, number);

create table vp.work_item (
  migration_id uuid not null,
  seq bigint not null,
  level integer not null,
  object text collate "C" not null,
  row_no bigint not null,
  source_id text collate "C" not null,
  action text not null,
  sample boolean not null,
  note bytea,
  primary key (migration_id, seq)
);
create unique index work_item_row on vp.work_item (migration_id, object, row_no);

-- One line per (migration, phase) that was cut, so that cutting twice does nothing even when there was nothing to cut.
create table vp.work_cut (
  migration_id uuid not null,
  phase text not null,
  range_size integer not null,
  primary key (migration_id, phase)
);

create table vp.work_range (
  id bigint generated always as identity primary key,
  migration_id uuid not null,
  phase text not null,
  level integer not null,
  position bigint not null,
  object text collate "C" not null,
  action text not null,
  item_count integer not null,
  seqs bigint[] not null,
  state text not null default 'open' check (state in ('open', 'claimed', 'done')),
  holder text,
  renewed_at timestamptz,
  attempt integer not null default 0
);
create index work_range_unfinished on vp.work_range (migration_id, phase, level, position) where state <> 'done';

-- source_id before the targets, so that one index serves both resolving and paging.
create table vp.link (
  migration_id uuid not null,
  object text collate "C" not null,
  source_id text collate "C" not null,
  target_object text collate "C" not null,
  part text collate "C" not null,
  twenty_id text collate "C" not null,
  primary key (migration_id, object, source_id, target_object, part)
);
create index link_twenty_id on vp.link (migration_id, target_object, twenty_id);

create table vp.outcome (
  migration_id uuid not null,
  object text collate "C" not null,
  row_no bigint not null,
  source_id text collate "C" not null,
  outcome text not null,
  reason text,
  primary key (migration_id, object, row_no)
);

create table vp.dead_letter (
  id bigint generated always as identity primary key,
  migration_id uuid not null,
  object text collate "C" not null,
  row_no bigint not null,
  source_id text collate "C" not null,
  code text not null,
  field text,
  todo text not null,
  at timestamptz not null default clock_timestamp(),
  resolved boolean not null default false
);
create unique index dead_letter_unresolved on vp.dead_letter (migration_id, object, row_no) where not resolved;
create index dead_letter_row on vp.dead_letter (migration_id, object, row_no);

-- Apart from the dead letters: a fix outlives the letter, because reconciliation expects the corrected value.
create table vp.row_fix (
  migration_id uuid not null,
  object text collate "C" not null,
  row_no bigint not null,
  fixes bytea not null,
  primary key (migration_id, object, row_no)
);

create table vp.change (
  migration_id uuid not null,
  seq bigint generated always as identity,
  kind text not null,
  phase text not null,
  object text collate "C" not null,
  key text collate "C" not null,
  before_image bytea,
  base_image bytea,
  state text not null,
  note text,
  primary key (migration_id, seq)
);
create index change_key on vp.change (migration_id, object, key);

create table vp.trail (
  seq bigint generated always as identity,
  -- The migration, or the nil UUID for what concerns the store or a snapshot.
  scope uuid not null,
  at timestamptz not null default clock_timestamp(),
  actor text not null,
  operation text not null,
  object text,
  source_id text,
  twenty_id text,
  before_digest text,
  after_digest text,
  outcome text not null,
  detail bytea,
  primary key (scope, seq)
);

create function vp.refuse_trail_change() returns trigger language plpgsql as $$
begin
  raise exception 'the audit trail is append-only' using errcode = 'restrict_violation';
end
$$;

create trigger trail_append_only before update or delete or truncate on vp.trail
  for each statement execute function vp.refuse_trail_change();

create table vp.rate_budget (
  key text primary key,
  state bytea
);
