import type { Database } from './database.ts';
import type { Approval, MigrationStore, StoredDocument } from './ledger.ts';
import { decode, documentParam } from './payload-codec.ts';

type DocumentMethods = Pick<MigrationStore, 'putDocument' | 'document' | 'approve' | 'approvals' | 'purge'>;

interface ApprovalColumns {
  kind: Approval['kind'];
  digest: string;
  given_by: string;
  at: Date;
}

/** Documents of a migration and the approvals that name their digests. */
export function documentStore(db: Database): DocumentMethods {
  return {
    putDocument: async (id, { kind, digest, body }) => {
      await db.query(
        "insert into vp.document (migration_id, kind, digest, body) values ($1, $2, $3, decode($4, 'base64'))",
        [id, kind, digest, documentParam(body)],
      );
    },
    document: async (id, kind) => {
      const [found] = await db.query<{
        kind: StoredDocument['kind'];
        digest: string;
        body: Uint8Array;
        at: Date;
      }>(
        `select kind, digest, body, at from vp.document where migration_id = $1 and kind = $2
         order by number desc limit 1`,
        [id, kind],
      );
      return found === undefined ? null : { ...found, body: decode(found.body), at: found.at.toISOString() };
    },
    approve: async (id, { kind, digest, by }) => {
      const [made] = await db.query<ApprovalColumns>(
        `insert into vp.approval (migration_id, kind, digest, given_by) values ($1, $2, $3, $4)
         returning kind, digest, given_by, at`,
        [id, kind, digest, by],
      );
      return made === undefined ? { kind, digest, by, at: new Date().toISOString() } : approvalOf(made);
    },
    approvals: async (id) => {
      const found = await db.query<ApprovalColumns>(
        'select kind, digest, given_by, at from vp.approval where migration_id = $1 order by number',
        [id],
      );
      return found.map(approvalOf);
    },
    // Every kind can quote a value: audit and sample by examples, plan and decisions in value maps. Corrected values and the
    // plan's notes on rows too.
    purge: (id) =>
      db.transaction(async (tx) => {
        await tx.query('delete from vp.document where migration_id = $1', [id]);
        await tx.query('delete from vp.row_fix where migration_id = $1', [id]);
        await tx.query('update vp.work_item set note = null where migration_id = $1 and note is not null', [
          id,
        ]);
      }),
  };
}

function approvalOf({ kind, digest, given_by, at }: ApprovalColumns): Approval {
  return { kind, digest, by: given_by, at: at.toISOString() };
}
