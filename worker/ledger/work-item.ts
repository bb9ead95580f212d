import type { WorkItem } from './ledger.ts';
import { payloadOf } from './payload-codec.ts';
import { fromStored } from './stored-text.ts';

/** A line of `vp.work_item`. */
export interface ItemColumns {
  seq: number;
  level: number;
  object: string;
  row_no: number;
  source_id: string;
  action: WorkItem['action'];
  sample: boolean;
  note: Uint8Array | null;
}

export const ITEM_COLUMNS = 'i.seq, i.level, i.object, i.row_no, i.source_id, i.action, i.sample, i.note';

export function itemOf(columns: ItemColumns): WorkItem {
  return {
    level: columns.level,
    object: columns.object,
    row: columns.row_no,
    sourceId: fromStored(columns.source_id),
    action: columns.action,
    sample: columns.sample,
    note: payloadOf(columns.note),
  };
}
