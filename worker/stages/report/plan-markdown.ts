import type { AuditReport } from '../../mapping/documents/audit.ts';
import type { Decision } from '../../mapping/documents/decisions.ts';
import type { Plan } from '../../mapping/documents/plan.ts';
import { count, counted } from './format.ts';
import { code, md, mdTable, section } from './markdown.ts';
import { fieldMapSection, valueMapSection } from './plan-mapping.ts';
import {
  automationSection,
  deadLetterSection,
  excludedSection,
  matchSection,
  orphanSection,
  parentSection,
} from './plan-records.ts';
import { schemaSection } from './plan-schema.ts';

/**
 * plan.md: what will happen, for the admin who approves it. Everything that the digest covers is in it in words; estimates and counts are marked as
 * foreseen. With the audit it also lists the sensitive columns that were found.
 */
export function renderPlanMarkdown(plan: Plan, digest: string, audit?: AuditReport): string {
  const parts = [
    head(plan, digest),
    numbers(plan),
    grade(plan),
    questions(plan),
    fieldMapSection(plan),
    valueMapSection(plan),
    schemaSection(plan),
    matchSection(plan),
    parentSection(plan),
    automationSection(plan),
    orphanSection(plan),
    deadLetterSection(plan),
    excludedSection(plan, audit),
    estimate(plan),
    approval(plan, digest),
  ];
  return `${parts.filter((part) => part !== null).join('\n\n')}\n`;
}

function head({ decided, foreseen }: Plan, digest: string): string {
  return [
    `# Plan: ${md(decided.migration)}`,
    mdTable(
      ['', ''],
      [
        ['Digest', code(digest)],
        ['From', `source instance ${code(decided.sourceInstance)}, snapshot ${code(decided.snapshotId)}`],
        ['Into', `Twenty workspace ${code(decided.workspaceId)}`],
        ['Made', foreseen.createdAt.slice(0, 16).replace('T', ' ')],
        [
          'State',
          foreseen.open === 0
            ? 'every question is answered'
            : `**${counted(foreseen.open, 'question')} open: answer them before you approve**`,
        ],
      ],
    ),
    'Nothing has been written to Twenty. Nothing will be before someone approves this digest.',
  ].join('\n\n');
}

function numbers({ foreseen }: Plan): string {
  const { rows } = foreseen;
  const total = (pick: (row: (typeof rows)[number]) => number) =>
    count(rows.reduce((sum, row) => sum + pick(row), 0));
  const picks: ((row: (typeof rows)[number]) => number)[] = [
    (row) => row.rows,
    (row) => row.create,
    (row) => row.match,
    (row) => row.merged,
    (row) => row.skipped,
    (row) => row.excluded,
    (row) => row.deadLetters,
  ];
  return [
    '## What will happen, in numbers',
    mdTable(
      ['Source object', 'rows', 'create', 'match', 'merge', 'skip', 'exclude', 'dead letters'],
      [
        ...rows.map((row) => [md(row.object), ...picks.map((pick) => count(pick(row)))]),
        ['**all**', ...picks.map(total)],
      ],
      [1, 2, 3, 4, 5, 6, 7],
    ),
    'Owners are matched to workspace members, never made. Rows of pipelines become options of a field.',
  ].join('\n\n');
}

function grade({ foreseen }: Plan): string {
  const { letter, reasons } = foreseen.grade;
  return [
    `## Complexity: ${letter}`,
    reasons.length === 0
      ? 'Nothing speaks against a simple migration.'
      : reasons.map((reason) => `- ${md(reason)}`).join('\n'),
  ].join('\n\n');
}

function questions({ foreseen }: Plan): string | null {
  const open = foreseen.questions.filter(({ answer }) => answer === null);
  const answered = foreseen.questions.filter(({ answer }) => answer !== null);
  return section('## Decisions', [
    open.length === 0
      ? 'No question is open.'
      : `### Open\n\nAnswer them in decisions.yaml and run plan again, or take every default with ${code('plan --accept-defaults')}.\n\n${open.map(openQuestion).join('\n')}`,
    answered.length === 0
      ? null
      : `### Answered\n\n${mdTable(
          ['Question', 'Answer'],
          answered.map(({ id, question, answer }) => [`${md(question)} (${code(id)})`, answerText(answer)]),
        )}`,
  ]);
}

function openQuestion({ id, question, choices, default: byDefault }: Decision): string {
  const choice = choices === undefined ? '' : ` Choices: ${choices.map(code).join(', ')}.`;
  return `- **${md(question)}**${choice} Default: ${byDefault === null ? 'none' : answerText(byDefault)}. In decisions.yaml: ${code(id)}.`;
}

function answerText(answer: Decision['answer']): string {
  if (answer === null) return '';
  if (Array.isArray(answer)) return answer.length === 0 ? 'none' : answer.map(code).join(', ');
  if (typeof answer === 'object') {
    return Object.entries(answer)
      .map(([from, to]) => `${code(from)} → ${to === null ? 'nothing' : code(to)}`)
      .join(', ');
  }
  return code(String(answer));
}

function estimate({ foreseen }: Plan): string {
  const { calls, minutes, limitPerMinute, calibrated, rollbackMinutes } = foreseen.estimate;
  const limit = `${count(limitPerMinute)} calls a minute${calibrated ? ', as measured on this server' : ', not measured yet on this server'}`;
  return [
    '## Effort (foreseen)',
    `${counted(calls, 'API call')}, about ${counted(Math.max(1, Math.ceil(minutes)), 'minute')} under the limit of ${limit}.`,
    `Taking everything back would take about ${counted(Math.max(1, rollbackMinutes), 'minute')}: records go by the thousand, those with files one by one.`,
  ].join('\n\n');
}

function approval({ decided, foreseen }: Plan, digest: string): string {
  const command = [
    '```',
    `vp-twenty approve --migration ${decided.migration} --plan ${digest} --by you@example.com`,
    '```',
  ].join('\n');
  const before =
    foreseen.open === 0
      ? 'The approval names this digest. Any other decision makes another digest and needs another approval.'
      : 'Answer the open questions first; the digest will be another one then.';
  return ['## Approve', before, command].join('\n\n');
}
