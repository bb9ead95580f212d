import type { Outcome } from './api.ts';
import { isOneOf, visible } from './filters.ts';
import { type Prepared, prepare, type Room, unexpected } from './room.ts';
import { chunks, countOf, type Page, pageOf } from './rows.ts';
import type { TargetFilter, TargetRecord, TargetRecords } from './target.ts';

/** Large pages cost the server little (twenty-facts 3) and every page costs a token. */
const PAGE_START = 1000;
const PAGE_MIN = 50;
const PAGE_MAX = 5000;
/** What a page should weigh at most, as text. */
const PAGE_BYTES = 8 * 1024 * 1024;
/** `in` takes 21,000 ids and fails at 71,000 (twenty-facts 3). */
const IN_MAX = 10_000;
/** A body takes 10 MiB; a filter stays far below. */
const IN_BYTES = 2 * 1024 * 1024;
const CRASHES_MAX = 3;

type Reads = Pick<TargetRecords, 'byIds' | 'scan' | 'count' | 'byValues'>;

/** Reading records: by page, by id, by value; and counting them. */
export function createReads(room: Room): Reads {
  const call = async (
    prepared: Prepared,
    query: string,
    variables: Readonly<Record<string, unknown>>,
    signal?: AbortSignal,
  ): Promise<Readonly<Record<string, unknown>>> => {
    for (let crashes = 1; ; crashes += 1) {
      const outcome: Outcome = await room.api.records({ query, variables, signal, whenLost: 'repeat' });
      if (outcome.kind === 'ok') return outcome.data;
      const crashed = outcome.kind === 'refused' && outcome.refusal.code === 'INTERNAL_SERVER_ERROR';
      if (!crashed || crashes >= CRASHES_MAX) throw unexpected(prepared.object.nameSingular, outcome);
      await room.api.backOff(crashes, outcome.refusal.code, signal);
    }
  };

  async function* pages(
    prepared: Prepared,
    filter: TargetFilter,
    options: { readonly pageSize?: number | undefined; readonly signal?: AbortSignal | undefined },
  ): AsyncGenerator<readonly TargetRecord[]> {
    const { operations, selection, object, files } = prepared;
    const sizeKey = `${object.nameSingular} ${selection}`;
    let after: string | null = null;
    do {
      const first: number = options.pageSize ?? room.learned.pageSizes.get(sizeKey) ?? PAGE_START;
      const data = await call(prepared, operations.find(selection), { first, after, filter }, options.signal);
      const page: Page | null = pageOf(data, operations.roots.find, files);
      if (page === null) throw unexpected(object.nameSingular, { kind: 'ok', data });
      if (page.rows.length > 0) room.learned.pageSizes.set(sizeKey, nextPageSize(page.rows, first));
      if (page.rows.length > 0) yield page.rows;
      after = page.next;
    } while (after !== null);
  }

  const collect = async (rows: AsyncIterable<readonly TargetRecord[]>): Promise<TargetRecord[]> => {
    const all: TargetRecord[] = [];
    for await (const page of rows) all.push(...page);
    return all;
  };

  return {
    async byIds(name, ids, { fields, trash, signal }) {
      const prepared = await prepare(room, name, fields);
      const found: TargetRecord[] = [];
      for (const some of chunks([...new Set(ids)], IN_MAX)) {
        const filter = visible({ id: { in: some } }, trash === true ? 'with' : undefined);
        found.push(...(await collect(pages(prepared, filter, { signal }))));
      }
      return found;
    },
    async *scan(name, { fields, filter, trash, pageSize, signal }) {
      const prepared = await prepare(room, name, fields);
      yield* pages(prepared, visible(filter, trash), { pageSize, signal });
    },
    async count(name, { filter, trash } = {}) {
      const prepared = await prepare(room, name, []);
      const data = await call(prepared, prepared.operations.count(), { filter: visible(filter, trash) });
      const counted = countOf(data, prepared.operations.roots.find);
      if (counted === null) throw unexpected(name, { kind: 'ok', data });
      return counted;
    },
    async byValues(name, path, values, { fields, trash, signal }) {
      const prepared = await prepare(room, name, fields);
      const found = new Map<string, TargetRecord>();
      // An empty text also matches every record without a value (twenty-facts 3).
      const wanted = [...new Set(values)].filter((value) => value !== '');
      for (const some of byWeight(wanted)) {
        const filter = visible(isOneOf(path, some), trash === true ? 'with' : undefined);
        for await (const page of pages(prepared, filter, { signal })) {
          for (const record of page) found.set(record.id, record);
        }
      }
      return [...found.values()];
    },
  };
}

/** The page size at which a page of such rows weighs what it should. */
function nextPageSize(rows: readonly TargetRecord[], first: number): number {
  const sample = rows.slice(0, 20);
  const perRow = JSON.stringify(sample).length / sample.length;
  const wanted = Math.floor(PAGE_BYTES / perRow);
  // Grows step by step, because the next rows may be wider.
  return Math.max(PAGE_MIN, Math.min(wanted, PAGE_MAX, first * 2));
}

/** Pieces that fit into one filter by number and by bytes. */
function byWeight(values: readonly string[]): string[][] {
  const pieces: string[][] = [];
  let piece: string[] = [];
  let bytes = 0;
  for (const value of values) {
    const weight = Buffer.byteLength(value) + 3;
    if (piece.length > 0 && (piece.length >= IN_MAX || bytes + weight > IN_BYTES)) {
      pieces.push(piece);
      piece = [];
      bytes = 0;
    }
    piece.push(value);
    bytes += weight;
  }
  return piece.length > 0 ? [...pieces, piece] : pieces;
}
