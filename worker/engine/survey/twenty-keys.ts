import { twentyIdOf, visualPracticeIdOf } from '../../domain/ids.ts';
import type { SourceRow } from '../../domain/record.ts';
import type { RecordMapping } from '../../mapping/mapping-schema.ts';
import type { Target, TargetRecord } from '../../twenty/target.ts';
import { identityKeyOf, identityTextOf } from '../identity.ts';
import { isEmptyValue } from '../values.ts';
import { keyOf } from './key-groups.ts';
import type { KeyMatch, SurveyRun } from './types.ts';

interface Holder {
  readonly id: string;
  readonly where: 'live' | 'trash';
}

/** The keys that records of one Twenty object hold, live and in the trash, as they were when scanned. */
export interface TwentyKeys {
  /** Records with an id of version 5: ours, or somebody else's made the same way. */
  readonly derived: ReadonlyMap<string, Holder>;
  /** Our identity text to the records that carry it. */
  readonly identity: ReadonlyMap<string, readonly Holder[]>;
  /** Parallel to `mapping.match`. */
  readonly keys: readonly ReadonlyMap<string, readonly Holder[]>[];
}

const PAGE_SIZE = 1000;

/** One scan of the object, live and trash, reading key fields only. What the workspace lacks (a field not made yet) has no holders. */
export async function scanTwentyKeys(
  target: Target,
  { mapping, sourceInstance }: Pick<SurveyRun, 'mapping' | 'sourceInstance'>,
  signal?: AbortSignal,
): Promise<TwentyKeys> {
  const derived = new Map<string, Holder>();
  const identity = new Map<string, Holder[]>();
  const keys = mapping.match.map(() => new Map<string, Holder[]>());
  const object = (await target.schema()).objects.get(mapping.target);
  if (object === undefined) return { derived, identity, keys };

  const hasIdentity = object.fields.has(mapping.identity);
  const roots = mapping.match
    .map(({ path }) => path.split('.')[0] ?? path)
    .filter((name) => object.fields.has(name));
  const fields = [...new Set([...roots, ...(hasIdentity ? [mapping.identity] : []), 'deletedAt'])];
  const prefix = visualPracticeIdOf(sourceInstance, '');
  const scan = target.records.scan(mapping.target, {
    fields,
    trash: 'with',
    pageSize: PAGE_SIZE,
    ...(signal === undefined ? {} : { signal }),
  });
  for await (const page of scan) {
    for (const record of page) {
      const holder: Holder = { id: record.id, where: isEmptyValue(record.deletedAt) ? 'live' : 'trash' };
      if (record.id[14] === '5') derived.set(record.id, holder);
      const text = record[mapping.identity];
      if (typeof text === 'string' && text.startsWith(prefix)) hold(identity, text, holder);
      for (const [n, match] of mapping.match.entries()) {
        const key = heldKey(record, match, holder.where);
        const index = keys[n];
        if (key !== null && index !== undefined) hold(index, key, holder);
      }
    }
  }
  return { derived, identity, keys };
}

/** A trashed record still occupies its unique value (twenty-facts 1.2), but a host in common with the trash stands in nobody's way. */
function heldKey(
  record: TargetRecord,
  match: RecordMapping['match'][number],
  where: Holder['where'],
): string | null {
  return match.as === 'bare-host' && where === 'trash' ? null : keyOf(record, match);
}

function hold(index: Map<string, Holder[]>, key: string, holder: Holder): void {
  const holders = index.get(key);
  if (holders === undefined) index.set(key, [holder]);
  else holders.push(holder);
}

/**
 * The records in Twenty that one row meets, strongest first. `rowKeys` are its keys, parallel to `mapping.match`. One entry per record and
 * path; an equal host adds nothing to an equal key.
 */
export function matchesOf(
  held: TwentyKeys,
  { mapping, sourceInstance }: Pick<SurveyRun, 'mapping' | 'sourceInstance'>,
  source: Pick<SourceRow, 'row' | 'sourceId' | 'piece'>,
  rowKeys: readonly (string | null)[],
): KeyMatch[] {
  const { row, sourceId } = source;
  const found: KeyMatch[] = [];
  const add = (holder: Holder, by: string, kind: KeyMatch['kind'], unique: boolean) => {
    if (found.some((match) => match.twentyId === holder.id && (match.by === by || kind === 'bare-host')))
      return;
    found.push({ row, sourceId, twentyId: holder.id, where: holder.where, by, kind, unique });
  };
  if (held.derived.size > 0) {
    const own = held.derived.get(twentyIdOf(identityKeyOf(mapping, sourceInstance, source)));
    if (own !== undefined) add(own, 'id', 'own-id', true);
  }
  for (const holder of inOrder(held.identity.get(identityTextOf(mapping, sourceInstance, sourceId)))) {
    if (!found.some(({ twentyId }) => twentyId === holder.id)) add(holder, mapping.identity, 'own-id', true);
  }
  for (const as of ['exact', 'bare-host'] as const) {
    for (const [n, match] of mapping.match.entries()) {
      const key = rowKeys[n] ?? null;
      if (match.as !== as || key === null) continue;
      for (const holder of inOrder(held.keys[n]?.get(key))) add(holder, match.path, match.as, match.unique);
    }
  }
  return found;
}

function inOrder(holders: readonly Holder[] = []): Holder[] {
  return [...holders].sort((a, b) =>
    a.where === b.where ? (a.id < b.id ? -1 : 1) : a.where === 'live' ? -1 : 1,
  );
}
