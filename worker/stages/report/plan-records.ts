import type { AuditReport } from '../../mapping/documents/audit.ts';
import type { ObjectPolicy, Plan } from '../../mapping/documents/plan.ts';
import { count, counted } from './format.ts';
import { code, md, mdTable, section } from './markdown.ts';
import { deadLetterReason, FREE_KEY_POLICIES, POLICY_WORDS } from './words.ts';

/** Lines that a list shows at most; the numbers above it are complete. */
const SHOWN = 100;

/** Records that are in Twenty already, and the policies for them. */
export function matchSection(plan: Plan): string | null {
  const { decided, foreseen } = plan;
  const { matches } = foreseen;
  const policies = Object.entries(decided.policies).map(
    ([object, policy]) => `**${md(object)}**\n\n${policyLines(policy).join('\n')}`,
  );
  return section('## What is already in Twenty', [
    matches.length === 0
      ? 'No source record was found in Twenty, live or in the trash.'
      : `${counted(
          matchedRows(plan),
          'row',
        )} will be matched. Found before the load; a record that appears later is found again when Twenty refuses the write, and never overwritten.`,
    mdTable(
      ['Source record', 'Found', 'By', 'In Twenty', 'What will happen'],
      matches
        .slice(0, SHOWN)
        .map(({ object, sourceId, where, by, twentyId, policy }) => [
          `${md(object)} ${code(sourceId)}`,
          where === 'live' ? 'live' : 'in the trash',
          code(by),
          code(twentyId),
          FREE_KEY_POLICIES[policy] ?? md(policy),
        ]),
    ),
    cut(matches.length, SHOWN),
    policies.length === 0 ? null : `### Policies\n\n${policies.join('\n\n')}`,
  ]);
}

/** Source rows that go to a record which is there; members are matched too, but not changed. */
function matchedRows({ decided, foreseen }: Plan): number {
  const records = new Set(Object.keys(decided.policies));
  return foreseen.rows.reduce((sum, { object, match }) => sum + (records.has(object) ? match : 0), 0);
}

function policyLines(policy: ObjectPolicy): string[] {
  return [
    `- A live record with the same unique value: ${POLICY_WORDS.match[policy.match]}.`,
    `- A trashed record with the same unique value: ${POLICY_WORDS.trash[policy.trash]}.`,
    `- A record with the same web host in another spelling: ${POLICY_WORDS.sameHost[policy.sameHost]}.`,
    `- Rows that repeat an id with other content: ${POLICY_WORDS.duplicateIds[policy.duplicateIds]}.`,
    `- Source records that share a unique value: ${POLICY_WORDS.uniqueKeys[policy.uniqueKeys]}.`,
  ];
}

/** Loops in the hierarchy, and where they are cut. */
export function parentSection({ decided }: Plan): string | null {
  const edges = decided.brokenEdges;
  return section('## Parent loops', [
    edges.length === 0
      ? null
      : `${counted(edges.length, 'parent reference')} would close a loop and ${edges.length === 1 ? 'is' : 'are'} left out; the text is kept on the record.`,
    mdTable(
      ['Object', 'Child', 'Parent left out'],
      edges.slice(0, SHOWN).map(({ object, child, parent }) => [md(object), code(child), code(parent)]),
    ),
    cut(edges.length, SHOWN),
  ]);
}

/** What fires on records, and what is done about it. */
export function automationSection({ decided }: Plan): string {
  const rows = decided.automations.map(({ kind, name, events, policy }) => [
    kind === 'webhook' ? 'webhook' : 'workflow',
    md(name),
    events.map(code).join(', '),
    policy === 'pause'
      ? 'switched off while records are written, on again afterwards'
      : '**left on by decision**',
  ]);
  return [
    '## Automations',
    rows.length === 0
      ? 'Nothing in the workspace fires on the records that will be written.'
      : mdTable(['Kind', 'Name', 'Fires on', 'What will happen'], rows),
  ].join('\n\n');
}

/** Owners without a workspace member. */
export function orphanSection({ decided, foreseen }: Plan): string | null {
  const { orphans } = foreseen;
  const fallback =
    decided.fallbackMember === null
      ? 'Their records will have no owner'
      : `Their records go to ${md(decided.fallbackMember.email)}`;
  return section('## Orphan owners', [
    orphans.length === 0
      ? null
      : `${counted(orphans.length, 'owner')} ${orphans.length === 1 ? 'has' : 'have'} no workspace member. ${fallback}; the id of the owner is kept as text. An API key cannot make members: invite them first if they should own their records.`,
    mdTable(
      ['Owner', 'Name', 'E-mail', 'Records'],
      orphans
        .slice(0, SHOWN)
        .map(({ sourceId, name, email, records }) => [code(sourceId), md(name), md(email), count(records)]),
      [3],
    ),
    cut(orphans.length, SHOWN),
  ]);
}

/** Rows that will not load as they are. */
export function deadLetterSection({ foreseen }: Plan): string | null {
  const { deadLetters } = foreseen;
  const total = foreseen.rows.reduce((sum, row) => sum + row.deadLetters, 0);
  const byCode = Map.groupBy(deadLetters, ({ code: reason }) => reason);
  return section('## Dead letters foreseen', [
    total === 0
      ? null
      : `${counted(total, 'row')} cannot be loaded as ${total === 1 ? 'it is' : 'they are'}. They can be corrected and retried one by one after the load.`,
    [...byCode].map(([reason, rows]) => `- ${count(rows.length)} × ${deadLetterReason(reason)}`).join('\n'),
    mdTable(
      ['Row', 'Source id', 'Code', 'Field'],
      deadLetters
        .slice(0, SHOWN)
        .map(({ object, row, sourceId, code: reason, field }) => [
          `${md(object)} ${row}`,
          sourceId === '' ? '' : code(sourceId),
          reason,
          field === null ? '' : code(field),
        ]),
    ),
    cut(deadLetters.length, SHOWN),
  ]);
}

/** What stays behind, and how to allow it. */
export function excludedSection({ decided, foreseen }: Plan, audit?: AuditReport): string | null {
  const columns = (audit?.sensitiveColumns ?? []).filter(({ allowed }) => !allowed);
  const allowed = Object.entries(decided.allowed);
  return section('## Left behind', [
    decided.exclusions.length === 0
      ? null
      : `Left out by decision: ${decided.exclusions.map(code).join(', ')}.`,
    withoutRecords({ decided, foreseen }),
    foreseen.excludedObjects.length === 0
      ? null
      : `### Sensitive objects\n\nFound, counted, not stored.\n\n${mdTable(
          ['Object', 'Rows', 'Why', 'To allow it'],
          foreseen.excludedObjects.map(({ object, rows, reason, allowCommand }) => [
            md(object),
            count(rows),
            md(reason),
            code(allowCommand),
          ]),
          [1],
        )}`,
    columns.length === 0
      ? null
      : `### Sensitive columns\n\nDropped on the way in. To keep one, extract again with the option.\n\n${mdTable(
          ['Column', 'Why', 'Option of extract'],
          columns.map(({ object, column, reason }) => [
            code(`${object}.${column}`),
            md(reason),
            code(`--allow ${object}.${column} --reason "<why>"`),
          ]),
        )}`,
    allowed.length === 0
      ? null
      : `### Sensitive, but allowed by name\n\n${mdTable(
          ['What', 'Reason given'],
          allowed.map(([name, reason]) => [code(name), md(reason)]),
        )}`,
  ]);
}

/** Objects of the export that become no records: they stay in the snapshot. */
function withoutRecords({ decided, foreseen }: Pick<Plan, 'decided' | 'foreseen'>): string | null {
  const mapped = new Set([...decided.mapping.map(({ object }) => object), ...decided.exclusions]);
  const lines = foreseen.rows
    .filter(({ object, rows }) => !mapped.has(object) && rows > 0)
    .map(({ object, rows }) => {
      const isDefinition = decided.profile.definitions?.object === object;
      const todo = isDefinition
        ? ` ${code(`vp-twenty workflows export --migration ${decided.migration}`)} writes them with a checklist to rebuild each in Twenty.`
        : '';
      return `- ${counted(rows, 'row')} of ${md(object)} become no records.${todo}`;
    });
  return lines.length === 0 ? null : lines.join('\n');
}

function cut(total: number, shown: number): string | null {
  return total > shown ? `The first ${count(shown)} are listed; the others are in plan.json.` : null;
}
