import type { Finding, ObjectAudit } from '../../mapping/documents/audit.ts';
import { inferType } from '../../mapping/infer-type.ts';
import type { ObjectMapping } from '../../mapping/mapping-schema.ts';
import { count, finding } from './finding-list.ts';

/** Columns that are empty, and columns that nothing maps, with what becomes of them. */
export function columnFindings(audit: ObjectAudit, mapping: ObjectMapping | undefined): Finding[] {
  const { object, rows, columns } = audit;
  if (mapping === undefined) {
    const detail = `No mapping moves this object: its ${count(rows)} rows stay in the snapshot.`;
    return rows === 0
      ? []
      : [finding({ code: 'COLUMN_UNMAPPED', severity: 'warning', object, rows, detail })];
  }
  return columns.flatMap(({ column, filled, mappedTo, evidence }) => {
    if (filled === 0) {
      const detail = 'Empty in every row.';
      return rows === 0
        ? []
        : [finding({ code: 'COLUMN_EMPTY', severity: 'info', object, column, rows: 0, detail })];
    }
    if (mappedTo !== null) return [];
    const type = evidence === undefined ? 'text' : inferType(evidence).type;
    const reason = mapping.kind === 'record' ? mapping.ignore[column] : undefined;
    const fate =
      reason !== undefined
        ? `Left behind on purpose: ${reason}`
        : mapping.kind === 'record'
          ? `Nothing maps it; its values look like ${type}, and the plan proposes a field of the workspace.`
          : 'Nothing maps it: it stays in the snapshot.';
    return [
      finding({ code: 'COLUMN_UNMAPPED', severity: 'info', object, column, rows: filled, detail: fate }),
    ];
  });
}
