import type { MemberMapping } from '../../mapping/mapping-schema.ts';
import { eachRow } from '../snapshot-pages.ts';
import { valueAt } from '../values.ts';
import type { MemberSurvey, SurveyContext } from './types.ts';

/** Pairs the people of the source with workspace members by e-mail, without regard to case and blanks. The first row of an id counts. */
export async function surveyMembers(
  { ledger, target, snapshotId }: SurveyContext,
  mapping: MemberMapping,
  signal?: AbortSignal,
): Promise<MemberSurvey> {
  const members: { id: string; email: string; name: string }[] = [];
  const byEmail = new Map<string, string>();
  const fields = [mapping.path.split('.')[0] ?? mapping.path, 'name'];
  for await (const page of target.records.scan(mapping.target, {
    fields,
    ...(signal === undefined ? {} : { signal }),
  })) {
    for (const record of page) {
      const email = textAt(record, mapping.path);
      members.push({ id: record.id, email, name: fullName(record) });
      if (email !== '' && !byEmail.has(normalise(email))) byEmail.set(normalise(email), record.id);
    }
  }
  const matched = new Map<string, string>();
  const unmatched: MemberSurvey['unmatched'][number][] = [];
  const seen = new Set<string>();
  let rows = 0;
  for await (const row of eachRow(ledger, snapshotId, mapping.object)) {
    rows += 1;
    if (row.sourceId === '' || seen.has(row.sourceId)) continue;
    seen.add(row.sourceId);
    const email = (row.fields[mapping.email] ?? '').trim();
    const member = byEmail.get(normalise(email));
    const name = mapping.name
      .map((column) => (row.fields[column] ?? '').trim())
      .filter((part) => part !== '')
      .join(' ');
    if (member !== undefined) matched.set(row.sourceId, member);
    else unmatched.push({ row: row.row, sourceId: row.sourceId, name, email });
  }
  return { object: mapping.object, rows, members, matched, unmatched };
}

function normalise(email: string): string {
  return email.normalize('NFKC').trim().toLowerCase();
}

function textAt(record: Readonly<Record<string, unknown>>, path: string): string {
  const value = valueAt(record, path);
  return typeof value === 'string' ? value.trim() : '';
}

function fullName(record: Readonly<Record<string, unknown>>): string {
  const { name } = record;
  if (typeof name === 'string') return name.trim();
  return [textAt(record, 'name.firstName'), textAt(record, 'name.lastName')].join(' ').trim();
}
