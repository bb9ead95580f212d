import type { DeadLetterReason } from '../domain/dead-letter.ts';
import { twentyIdOf } from '../domain/ids.ts';
import type { SourceRow } from '../domain/record.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { KeptText, TransformedReference, TransformedRow } from '../mapping/compile.ts';
import { keptText, transformRow } from '../mapping/compile.ts';
import { type FileOfRow, fileOfRow } from '../mapping/file-of-row.ts';
import type { RecordMapping } from '../mapping/mapping-schema.ts';
import { cleanText } from '../mapping/transforms/clean-text.ts';
import type { TargetObject, TargetRecord } from '../twenty/target.ts';
import { dropKeys } from './drop-keys.ts';
import { identityKeyOf, identityTextOf } from './identity.ts';
import type { ItemNote } from './item-note.ts';
import { mergeRows } from './merge-rows.ts';
import { referenceFailed } from './reference-failed.ts';
import type { RunData } from './run-data.ts';

/** The name that created records carry as their author when the source does not say who made them. */
export const PRODUCT_AUTHOR = 'Visual Practice';

/** The file of a row that goes to Twenty, and the text for `elsewhere` in case it stays after all. */
export interface FileToAttach extends FileOfRow {
  readonly place: string;
}

/** One source row as the Twenty record that it must become. */
export interface BuiltRecord {
  readonly row: SourceRow;
  readonly note: ItemNote;
  /** Source ids of other records that were merged into it; they get the same link. */
  readonly mergedIds: readonly string[];
  /** Complete input of a create. Its id is ours; a matched record keeps its own. */
  readonly record: TargetRecord;
  /** The file that goes with it; in `record` its field holds the label only until the bytes are in Twenty. */
  readonly file: FileToAttach | null;
  readonly kept: readonly KeptText[];
  /** Set when the record must become a dead letter. */
  readonly failure: DeadLetterReason | null;
}

export interface RowToBuild {
  readonly row: SourceRow;
  readonly note: ItemNote;
  /** Rows merged into it. */
  readonly merged: readonly SourceRow[];
}

/**
 * Builds the records of a batch: transforms, merges, drops keys that another record keeps, resolves references through the ledger (no call to
 * Twenty). Used by load, sample and reconcile alike, so that what is expected is computed one way.
 */
export async function buildRecords(
  ledger: Ledger,
  run: RunData,
  mapping: RecordMapping,
  object: TargetObject,
  batch: readonly RowToBuild[],
): Promise<BuiltRecord[]> {
  const transformed = batch.map(({ row, note, merged }) => ({
    note,
    mergedIds: [...new Set(merged.map(({ sourceId }) => sourceId))].filter((id) => id !== row.sourceId),
    result: dropKeys(
      mergeRows(
        mapping,
        transformRow(mapping, row, run.context),
        merged.map((other) => transformRow(mapping, other, run.context)),
      ),
      mapping,
      note.losesKeys ?? [],
    ),
  }));
  const resolved = await resolveReferences(
    ledger,
    run,
    transformed.map(({ result }) => result),
  );
  const authors = await resolveAuthors(
    ledger,
    run,
    mapping,
    batch.map(({ row }) => row),
  );
  return transformed.map(({ note, mergedIds, result }) => ({
    mergedIds,
    ...assemble(run, mapping, object, note, result, resolved, authors),
  }));
}

type Resolved = ReadonlyMap<string, ReadonlyMap<string, string>>;

async function resolveReferences(
  ledger: Ledger,
  run: RunData,
  rows: readonly TransformedRow[],
): Promise<Resolved> {
  const wanted = new Map<string, Set<string>>();
  for (const row of rows) {
    for (const reference of row.references) {
      const ids = wanted.get(reference.object) ?? new Set<string>();
      wanted.set(reference.object, ids.add(reference.sourceId));
    }
  }
  const resolved = new Map<string, ReadonlyMap<string, string>>();
  for (const [object, ids] of wanted) {
    const mapping = run.byObject.get(object);
    if (mapping === undefined || mapping.kind === 'option') continue;
    const part = mapping.kind === 'record' ? mapping.part : 'record';
    resolved.set(
      object,
      await ledger.records.resolve(run.migrationId, { object, targetObject: mapping.target, part }, [...ids]),
    );
  }
  return resolved;
}

interface Author {
  readonly name: string;
  readonly memberId: string | null;
}

async function resolveAuthors(
  ledger: Ledger,
  run: RunData,
  mapping: RecordMapping,
  rows: readonly SourceRow[],
): Promise<ReadonlyMap<string, Author>> {
  const authors = new Map<string, Author>();
  const spec = mapping.author;
  const people = spec === undefined ? undefined : run.byObject.get(spec.object);
  if (spec === undefined || people?.kind !== 'member') return authors;
  const ids = [...new Set(rows.map((row) => (row.fields[spec.from] ?? '').trim()).filter((id) => id !== ''))];
  const key = { object: spec.object, targetObject: people.target, part: 'record' };
  const members = await ledger.records.resolve(run.migrationId, key, ids);
  for (const id of ids) {
    const fields = run.context.lookup(spec.object, [id], people.name[0] ?? '');
    const name = people.name
      .map((column) => run.context.lookup(spec.object, [id], column) ?? '')
      .join(' ')
      .trim();
    authors.set(id, {
      name: fields === undefined || name === '' ? id : name,
      memberId: members.get(id) ?? null,
    });
  }
  return authors;
}

function assemble(
  run: RunData,
  mapping: RecordMapping,
  object: TargetObject,
  note: ItemNote,
  result: TransformedRow,
  resolved: Resolved,
  authors: ReadonlyMap<string, Author>,
): Omit<BuiltRecord, 'mergedIds'> {
  const { row } = result;
  const { sourceInstance } = run.decided;
  const kept: KeptText[] = [...result.kept];
  const values: Record<string, unknown> = { ...result.values };
  let failure = result.failure;

  for (const reference of result.references) {
    const joinColumn = object.fields.get(reference.to)?.relation?.joinColumn ?? `${reference.to}Id`;
    const outcome = resolveOne(run, mapping, row, reference, resolved);
    if (outcome.id !== null) values[joinColumn] = outcome.id;
    if (outcome.kept !== null) kept.push(outcome.kept);
    failure ??= outcome.failure;
  }

  const text = keptText(kept);
  if (text !== null && mapping.keep !== undefined) values[mapping.keep] = text;
  values[mapping.identity] = identityTextOf(mapping, sourceInstance, row.sourceId);
  const { created, modified } = result.times;
  if (created !== null) values['createdAt'] = created;
  if (modified !== null) values['updatedAt'] = modified;
  const file = fileOfRow(mapping, row);
  const place = cleanText(`${run.decided.files.location} ${file?.path ?? ''}`);
  const fits = file !== null && file.size <= run.decided.files.maxBytes;
  if (file !== null && fits) values[file.to] = [{ label: file.name }];
  if (file !== null && !fits) values[file.elsewhere] = place;
  const authorId = mapping.author === undefined ? '' : (row.fields[mapping.author.from] ?? '').trim();
  const author = authors.get(authorId);
  if (mapping.author !== undefined && author !== undefined) values[mapping.author.keep] = author.name;
  values['createdBy'] = {
    source: 'IMPORT',
    name: author?.name ?? PRODUCT_AUTHOR,
    ...(author?.memberId ? { workspaceMemberId: author.memberId } : {}),
  };
  const id = twentyIdOf(identityKeyOf(mapping, sourceInstance, row));
  return { row, note, record: { id, ...values }, file: fits ? { ...file, place } : null, kept, failure };
}

interface ResolvedReference {
  readonly id: string | null;
  readonly kept: KeptText | null;
  readonly failure: DeadLetterReason | null;
}

function resolveOne(
  run: RunData,
  mapping: RecordMapping,
  row: SourceRow,
  reference: TransformedReference,
  resolved: Resolved,
): ResolvedReference {
  const { column, sourceId } = reference;
  if (reference.to === mapping.parent && run.brokenEdges.get(mapping.object)?.has(row.sourceId)) {
    return { id: null, kept: { column, text: sourceId, why: 'BROKEN_PARENT' }, failure: null };
  }
  const id = resolved.get(reference.object)?.get(sourceId);
  if (id !== undefined) return { id, kept: null, failure: null };
  if (run.byObject.get(reference.object)?.kind === 'member') {
    return {
      id: run.decided.fallbackMember?.id ?? null,
      kept: { column, text: sourceId, why: 'ORPHAN_OWNER' },
      failure: null,
    };
  }
  const failure = reference.missing === 'dead-letter' ? referenceFailed(reference) : null;
  return { id: null, kept: { column, text: sourceId, why: 'DANGLING_REFERENCE' }, failure };
}
