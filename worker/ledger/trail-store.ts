import type { Database } from './database.ts';
import type { TrailStore } from './ledger.ts';
import { payloadOf, payloadParam } from './payload-codec.ts';
import { fromStored, toStored } from './stored-text.ts';

/** Scope of entries about the store itself or a snapshot. */
const STORE = '00000000-0000-0000-0000-000000000000';

interface TrailColumns {
  seq: number;
  at: Date;
  actor: string;
  operation: string;
  object: string | null;
  source_id: string | null;
  twenty_id: string | null;
  before_digest: string | null;
  after_digest: string | null;
  outcome: string;
  detail: Uint8Array | null;
}

/** The audit trail. A trigger refuses every change and deletion. */
export function trailStore(db: Database): TrailStore {
  return {
    append: async (migrationId, entries) => {
      if (entries.length === 0) return;
      const rows = entries.map((entry) => ({
        ...entry,
        ...(entry.sourceId === undefined ? {} : { sourceId: toStored(entry.sourceId) }),
        detail: payloadParam(entry.detail ?? null),
      }));
      await db.query(
        `insert into vp.trail (scope, actor, operation, object, source_id, twenty_id, before_digest, after_digest, outcome, detail)
         select $1, actor, operation, object, "sourceId", "twentyId", "beforeDigest", "afterDigest", outcome, decode(detail, 'base64')
         from rows from (json_to_recordset($2::json) as (actor text, operation text, object text, "sourceId" text, "twentyId" text,
           "beforeDigest" text, "afterDigest" text, outcome text, detail text)) with ordinality
         order by ordinality`,
        [migrationId ?? STORE, JSON.stringify(rows)],
      );
      await db.grew('trail', entries.length);
    },
    read: async (migrationId, page) => {
      const found = await db.query<TrailColumns>(
        `select seq, at, actor, operation, object, source_id, twenty_id, before_digest, after_digest, outcome, detail
         from vp.trail where scope = $1 and seq > $2 order by seq limit $3`,
        [migrationId ?? STORE, page.afterSeq, page.limit],
      );
      return found.map((columns) => ({
        seq: columns.seq,
        at: columns.at.toISOString(),
        actor: columns.actor,
        operation: columns.operation,
        ...(columns.object === null ? {} : { object: columns.object }),
        ...(columns.source_id === null ? {} : { sourceId: fromStored(columns.source_id) }),
        ...(columns.twenty_id === null ? {} : { twentyId: columns.twenty_id }),
        ...(columns.before_digest === null ? {} : { beforeDigest: columns.before_digest }),
        ...(columns.after_digest === null ? {} : { afterDigest: columns.after_digest }),
        outcome: columns.outcome,
        ...(columns.detail === null ? {} : { detail: payloadOf(columns.detail) }),
      }));
    },
  };
}
