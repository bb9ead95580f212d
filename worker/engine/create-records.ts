import type { DeadLetterReason } from '../domain/dead-letter.ts';
import type { CreateResult, Refusal, TargetRecord } from '../twenty/target.ts';
import type { BuiltRecord } from './build-records.ts';
import type { LoadRun, LoadTarget } from './load-run.ts';
import { isEmptyValue, valueAt } from './values.ts';

/** What became of one record of a batch. */
export type Written =
  | {
      readonly kind: 'created';
      readonly built: BuiltRecord;
      readonly found: TargetRecord;
      readonly recovered: boolean;
    }
  /** Twenty holds a record with the same unique value that was not there, or not seen, when the plan was made. */
  | {
      readonly kind: 'conflict';
      readonly built: BuiltRecord;
      readonly path: string;
      readonly existing: TargetRecord;
    }
  | { readonly kind: 'dead'; readonly built: BuiltRecord; readonly reason: DeadLetterReason };

/**
 * Creates records, at most a batch: one call on clean data. A refused batch says nothing about which row (twenty-facts 1.5): records that collide with
 * existing ones are found by their unique values, other poison by bisection, so that one bad record stops one record (promise 6).
 */
export async function createRecords(
  load: LoadRun,
  target: LoadTarget,
  batch: readonly BuiltRecord[],
  mayBeThere: boolean,
): Promise<Written[]> {
  if (batch.length === 0) return [];
  const result = await create(load, target, batch, mayBeThere);
  if (result.kind === 'written') return pair(batch, result);
  const { refusal } = result;
  if (refusal.reason === 'duplicate') {
    const conflicts = await findConflicts(load, target, batch);
    if (conflicts.length > 0) {
      const taken = new Set(conflicts.map(({ built }) => built));
      const rest = batch.filter((built) => !taken.has(built));
      return [...conflicts, ...(await createRecords(load, target, rest, false))];
    }
  }
  const [only] = batch;
  if (batch.length === 1 && only !== undefined)
    return [{ kind: 'dead', built: only, reason: deadLetterFor(refusal) }];
  const middle = Math.ceil(batch.length / 2);
  return [
    ...(await createRecords(load, target, batch.slice(0, middle), false)),
    ...(await createRecords(load, target, batch.slice(middle), false)),
  ];
}

async function create(
  load: LoadRun,
  target: LoadTarget,
  batch: readonly BuiltRecord[],
  mayBeThere: boolean,
): Promise<CreateResult> {
  return load.target.records.create(
    target.mapping.target,
    batch.map(({ record }) => record),
    { fields: target.fields, mayBeThere },
  );
}

function pair(batch: readonly BuiltRecord[], result: Extract<CreateResult, { kind: 'written' }>): Written[] {
  const byId = new Map(result.records.map((record) => [record.id, record]));
  return batch.map((built) => {
    const found = byId.get(built.record.id);
    if (found === undefined) {
      throw new Error(`Twenty acknowledged a batch of ${built.row.object} without row ${built.row.row}`);
    }
    return { kind: 'created', built, found, recovered: result.recovered.has(found.id) };
  });
}

/** Records of Twenty, live or in the trash, that hold a unique value of this batch. */
async function findConflicts(
  load: LoadRun,
  target: LoadTarget,
  batch: readonly BuiltRecord[],
): Promise<Extract<Written, { kind: 'conflict' }>[]> {
  const conflicts: Extract<Written, { kind: 'conflict' }>[] = [];
  const taken = new Set<BuiltRecord>();
  const ours = new Set(batch.map(({ record }) => record.id));
  for (const path of uniquePaths(target)) {
    const byValue = new Map<string, BuiltRecord>();
    for (const built of batch) {
      const value = valueAt(built.record, path);
      if (typeof value === 'string' && !isEmptyValue(value) && !taken.has(built))
        byValue.set(keyOf(value), built);
    }
    if (byValue.size === 0) continue;
    const values = [...byValue.values()].map((built) => String(valueAt(built.record, path)));
    const existing = await load.target.records.byValues(target.mapping.target, path, values, {
      fields: [...target.fields, 'deletedAt'],
      trash: true,
    });
    for (const record of existing) {
      const built = byValue.get(keyOf(String(valueAt(record, path) ?? '')));
      if (built === undefined || ours.has(record.id) || taken.has(built)) continue;
      taken.add(built);
      conflicts.push({ kind: 'conflict', built, path, existing: record });
    }
  }
  return conflicts;
}

function keyOf(value: string): string {
  return value.toLowerCase();
}

/** Paths that are unique in this workspace among the fields that we write; a customer may have made more of them. */
export function uniquePaths(target: LoadTarget): string[] {
  const paths = new Set(target.mapping.match.filter((key) => key.unique).map((key) => key.path));
  for (const name of target.fields) {
    const field = target.object.fields.get(name);
    if (field?.isUnique && ['TEXT', 'NUMBER', 'SELECT', 'UUID'].includes(field.type)) paths.add(name);
  }
  return [...paths];
}

const TODO: Readonly<Record<Refusal['reason'], string>> = {
  duplicate:
    'Another record holds a unique value of this one; correct it and retry, or merge the two in the source.',
  'invalid-value': 'Correct the value in the named field and retry with --from.',
  'missing-value': 'Give the named field a value and retry with --from.',
  'missing-reference': 'A record that it refers to is gone from Twenty; restore that one, then retry.',
  'too-large': 'Shorten the longest text of the record and retry with --from.',
  'multiple-matches': 'It matches several records in Twenty; merge those there, then retry.',
  'not-found': 'The record is gone from Twenty; plan again.',
  unclassified:
    "Twenty gives no reason; look for NUL bytes or very long text, or at the server's log, then retry.",
};

/** The dead letter for a refusal of a single record. */
export function deadLetterFor(refusal: Refusal): DeadLetterReason {
  const code =
    refusal.reason === 'duplicate'
      ? 'DUPLICATE_KEY'
      : refusal.reason === 'too-large'
        ? 'TOO_LARGE'
        : 'REFUSED';
  return {
    code,
    todo: TODO[refusal.reason],
    ...(refusal.field === undefined ? {} : { field: refusal.field }),
  };
}
