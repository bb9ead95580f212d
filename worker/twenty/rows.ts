import { z } from 'zod';
import type { TargetRecord } from './target.ts';

const rowSchema = z.looseObject({ id: z.string() });
const rowsSchema = z.array(rowSchema);

const pageSchema = z.object({
  pageInfo: z.object({ hasNextPage: z.boolean(), endCursor: z.string().nullish() }),
  edges: z.array(z.object({ node: rowSchema })),
});

type Data = Readonly<Record<string, unknown>>;

/**
 * The records that a mutation answered with, or `null` when the answer has another form. Of the fields in `files` only what can be written back: the
 * server adds addresses to them that are secret and others each time, whatever was selected.
 */
export function rowsOf(data: Data, root: string, files: readonly string[]): TargetRecord[] | null {
  const rows = rowsSchema.safeParse(data[root]);
  return rows.success ? rows.data.map((row) => withoutAddresses(row, files)) : null;
}

const filesSchema = z.array(z.object({ fileId: z.string(), label: z.string().catch('') }));

function withoutAddresses(row: TargetRecord, files: readonly string[]): TargetRecord {
  if (files.length === 0) return row;
  const kept = files
    .filter((name) => name in row)
    .map((name) => {
      const value = filesSchema.safeParse(row[name]);
      return [name, value.success ? value.data : null] as const;
    });
  return { ...row, ...Object.fromEntries(kept) };
}

export interface Page {
  readonly rows: readonly TargetRecord[];
  /** Where the next page starts; `null` after the last one. */
  readonly next: string | null;
}

export function pageOf(data: Data, root: string, files: readonly string[]): Page | null {
  const page = pageSchema.safeParse(data[root]);
  if (!page.success) return null;
  const { hasNextPage, endCursor } = page.data.pageInfo;
  const rows = page.data.edges.map((edge) => withoutAddresses(edge.node, files));
  return { rows, next: hasNextPage ? (endCursor ?? null) : null };
}

export function countOf(data: Data, root: string): number | null {
  const counted = z.object({ totalCount: z.number() }).safeParse(data[root]);
  return counted.success ? counted.data.totalCount : null;
}

/** Splits into pieces of at most `size`. */
export function chunks<T>(items: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, i) =>
    items.slice(i * size, (i + 1) * size),
  );
}
