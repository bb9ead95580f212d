import { randomUUID } from 'node:crypto';
import { VpError } from '../domain/errors.ts';
import { mayTransition, type RunState, TRANSITIONS } from '../domain/run-state.ts';
import type { Database } from './database.ts';
import { documentStore } from './document-store.ts';
import type { Migration, MigrationStore } from './ledger.ts';
import { trailStore } from './trail-store.ts';

interface MigrationColumns {
  id: string;
  name: string;
  state: RunState;
  source_instance: string | null;
  snapshot_id: string | null;
  workspace_id: string | null;
  created_at: Date;
}

const COLUMNS = 'id, name, state, source_instance, snapshot_id, workspace_id, created_at';
/** Before these states have passed, a migration may be bound anew. */
const BINDABLE: readonly RunState[] = ['new', 'planned', 'plan-approved', 'schema-applied'];

/** Migrations: their life, what they are bound to, their documents. */
export function migrationStore(db: Database): MigrationStore {
  const get = async (name: string): Promise<Migration | null> => {
    const [found] = await db.query<MigrationColumns>(`select ${COLUMNS} from vp.migration where name = $1`, [
      name,
    ]);
    return found === undefined ? null : migrationOf(found);
  };
  return {
    ...documentStore(db),
    get,
    open: async (name) => {
      await db.query('insert into vp.migration (id, name) values ($1, $2) on conflict (name) do nothing', [
        randomUUID(),
        name,
      ]);
      return (await get(name)) ?? Promise.reject(unknownMigration());
    },
    list: async () => {
      const found = await db.query<MigrationColumns>(`select ${COLUMNS} from vp.migration order by number`);
      return found.map(migrationOf);
    },
    bind: (id, to) =>
      db.transaction(async (tx) => {
        const now = await locked(tx, id);
        const same =
          now.workspaceId === to.workspaceId &&
          now.snapshotId === to.snapshotId &&
          now.sourceInstance === to.sourceInstance;
        if (same) return now;
        if (!BINDABLE.includes(now.state) || (await hasWritten(tx, id)))
          throw boundElsewhere(now, to.workspaceId);
        await tx.query(
          'update vp.migration set source_instance = $2, snapshot_id = $3, workspace_id = $4 where id = $1',
          [id, to.sourceInstance, to.snapshotId, to.workspaceId],
        );
        return { ...now, ...to };
      }),
    transition: (id, to, actor) =>
      db.transaction(async (tx) => {
        const now = await locked(tx, id);
        if (!mayTransition(now.state, to)) throw stateForbids(now, to);
        await tx.query('update vp.migration set state = $2, rolled_back = rolled_back or $3 where id = $1', [
          id,
          to,
          to === 'rolled-back',
        ]);
        await trailStore(tx).append(id, [
          { actor, operation: 'transition', outcome: to, detail: { from: now.state, to } },
        ]);
        return { ...now, state: to };
      }),
  };
}

async function locked(tx: Database, id: string): Promise<Migration> {
  const [found] = await tx.query<MigrationColumns>(
    `select ${COLUMNS} from vp.migration where id = $1 for update`,
    [id],
  );
  if (found === undefined) throw unknownMigration();
  return migrationOf(found);
}

async function hasWritten(tx: Database, id: string): Promise<boolean> {
  const [found] = await tx.query<{ written: boolean }>(
    "select exists (select from vp.change where migration_id = $1 and state <> 'reverted') as written",
    [id],
  );
  return found?.written ?? false;
}

function migrationOf(found: MigrationColumns): Migration {
  return {
    id: found.id,
    name: found.name,
    state: found.state,
    sourceInstance: found.source_instance,
    snapshotId: found.snapshot_id,
    workspaceId: found.workspace_id,
    createdAt: found.created_at.toISOString(),
  };
}

function unknownMigration(): VpError {
  return new VpError('UNKNOWN_MIGRATION', {
    what: 'The store holds no such migration.',
    todo: 'Run plan first, or name a migration that status lists.',
  });
}

function stateForbids(now: Migration, to: RunState): VpError {
  const next = TRANSITIONS[now.state];
  return new VpError('STATE_FORBIDS', {
    what: `The migration is ${now.state} and cannot become ${to}.`,
    where: now.name,
    todo:
      next.length === 0
        ? `${now.state} is final: start a new migration under another name.`
        : `From ${now.state} it can become: ${next.join(', ')}. Run the step that leads there first; status shows where it is.`,
  });
}

function boundElsewhere(now: Migration, workspaceId: string): VpError {
  const workspace = now.workspaceId !== workspaceId;
  return new VpError(workspace ? 'WORKSPACE_MISMATCH' : 'SNAPSHOT_MISMATCH', {
    what: `The migration is ${now.state} and bound to another ${workspace ? 'workspace' : 'snapshot'}; that cannot change any more.`,
    where: now.name,
    todo: workspace
      ? 'Use the TWENTY_API_URL and TWENTY_API_KEY of that workspace, or start a new migration under another name.'
      : 'Go on with its own snapshot, or start a new migration under another name.',
  });
}
