import { z } from 'zod';
import type { Json } from '../domain/canonical.ts';

/** What the plan found out about one source row, kept with its work item. */
const itemNoteSchema = z.strictObject({
  /** Rows merged into this one, in row order: their values fill its empty fields. */
  merged: z.array(z.int()).optional(),
  /** Match paths (`emails.primaryEmail`) whose value an earlier row or a record of Twenty keeps. */
  losesKeys: z.array(z.string()).optional(),
  /** The record in Twenty that this row is matched to, or whose trashed key stands in the way. */
  match: z
    .strictObject({
      twentyId: z.string(),
      where: z.enum(['live', 'trash']),
      by: z.string(),
      /** What the approved policy does with it. */
      policy: z.enum(['update-empty', 'update-all', 'link-only', 'free-key', 'restore', 'destroy']),
    })
    .optional(),
});

export type ItemNote = z.infer<typeof itemNoteSchema>;

const NOTHING: ItemNote = {};

/** Reads the note of a work item. */
export function itemNoteOf(note: Json): ItemNote {
  return note === null ? NOTHING : itemNoteSchema.parse(note);
}

/** The note as the ledger keeps it; null when it says nothing. */
export function itemNoteJson(note: ItemNote): Json {
  return Object.keys(note).length === 0 ? null : JSON.parse(JSON.stringify(note));
}
