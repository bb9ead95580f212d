import type { Change, RowOutcome } from '../../ledger/ledger.ts';
import type { FieldReading } from '../../mapping/documents/read-back.ts';
import type { TargetObject, TargetRecord } from '../../twenty/target.ts';
import type { BuiltRecord, RowToBuild } from '../build-records.ts';
import { compareField } from '../compare.ts';
import { fieldOfKey, imageOf } from '../drift.ts';
import type { LoadTarget } from '../load-run.ts';
import { json } from '../range-result.ts';
import { isEmptyValue } from '../values.ts';
import { type DriftSince, driftSince } from './drift-author.ts';
import { type Expectation, expectedOfCreated, expectedOfMatched } from './expected-value.ts';
import { cellsOf } from './source-cells.ts';

/** A written row with all that it takes to judge what Twenty shows of it. */
export interface WrittenRow {
  readonly rows: RowToBuild;
  readonly built: BuiltRecord;
  readonly outcome: RowOutcome;
  /** Our last write to the record; null when the ledger has no image of it. */
  readonly change: Change | null;
  readonly found: TargetRecord;
}

/** Every field that we write, with its verdict. `columns`: from columnsByKey. */
export function readFields(
  target: LoadTarget,
  columns: ReadonlyMap<string, readonly string[]>,
  written: WrittenRow,
): FieldReading[] {
  const { rows, built, outcome, change, found } = written;
  const keys = [...columns.keys()];
  const expectations =
    outcome.outcome === 'created'
      ? expectedOfCreated(keys, built, change)
      : expectedOfMatched(keys, target, built, outcome, change);
  const drift = driftSince(target.object, change, found);
  const base = imageOf(change?.base ?? null);
  const readings: FieldReading[] = [];
  for (const [key, expectation] of expectations) {
    const source = cellsOf(rows, columnsBehind(key, columns, target, built));
    const shown = { field: key, source, expected: json(expectation.value), found: json(found[key]) };
    readings.push({ ...shown, ...judge(target.object, key, expectation, found, base, drift) });
  }
  if (!isEmptyValue(found['deletedAt'])) readings.push(trashed(found, drift));
  return readings;
}

type Judgement = Pick<FieldReading, 'verdict' | 'rule' | 'path' | 'drift'>;

function judge(
  object: TargetObject,
  key: string,
  expectation: Expectation,
  found: TargetRecord,
  base: Readonly<Record<string, unknown>>,
  drift: DriftSince | null,
): Judgement {
  const field = fieldOfKey(object, key);
  if (field === undefined) return { verdict: 'different', path: key };
  const verdict = compareField(field, expectation.value ?? undefined, found[key]);
  if (verdict.verdict === 'equal') return { verdict: 'equal' };
  if (verdict.verdict === 'normalised') return { verdict: 'normalised', rule: verdict.rule.id };
  if (expectation.kind === 'wanted') return { verdict: 'kept-by-policy' };
  const moved = key === 'updatedAt' || (drift?.fields.has(key) ?? false);
  // What was wrong already when we wrote it is not explained by a later edit.
  const wasRight = compareField(field, expectation.value ?? undefined, base[key]).verdict !== 'different';
  if (drift !== null && moved && wasRight) return { verdict: 'drift', drift: drift.author };
  return { verdict: 'different', path: verdict.path };
}

/** Our records never go to the trash by us. */
function trashed(found: TargetRecord, drift: DriftSince | null): FieldReading {
  const reading = { field: 'deletedAt', source: {}, expected: null, found: json(found['deletedAt']) };
  return drift === null
    ? { ...reading, verdict: 'missing' }
    : { ...reading, verdict: 'drift', drift: drift.author };
}

/** The `keep` field is read from whatever was kept. */
function columnsBehind(
  key: string,
  columns: ReadonlyMap<string, readonly string[]>,
  { mapping }: LoadTarget,
  built: BuiltRecord,
): readonly string[] {
  return key === mapping.keep
    ? [...new Set(built.kept.map(({ column }) => column))]
    : (columns.get(key) ?? []);
}
