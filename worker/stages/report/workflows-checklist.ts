import type {
  Counterpart,
  RebuildItem,
  RebuildKind,
  RebuildStep,
  WorkflowExport,
} from '../../mapping/documents/workflow-export.ts';
import { code, md, mdTable } from './markdown.ts';

const HEADINGS: Readonly<Record<RebuildKind, string>> = {
  workflow: 'Workflows and automations',
  template: 'Templates',
  sequence: 'Mail sequences',
  other: 'Other values of the export',
};

const INTRODUCTIONS: Readonly<Record<RebuildKind, string>> = {
  workflow:
    'Build each in Twenty under Workflows, in the order of its boxes. Leave it a draft until it was tested, and activate it after the load: an active workflow runs for records that the migration writes.',
  template:
    'Twenty 2.21 has no templates for e-mails or notifications. The text goes into the "Send Email" step of each workflow that uses it; copy it from here.',
  sequence:
    'Twenty 2.21 has no mail sequences: nobody is enrolled, and nothing stops at a reply. Decide for each: a workflow with "Send Email" and "Delay" steps, another tool, or nothing.',
  other: 'Nothing here runs. They are listed so that nothing of the export is lost.',
};

/** workflows-checklist.md: what an admin does to rebuild each definition in the workflow builder of Twenty 2.21. */
export function workflowsChecklist(exported: WorkflowExport): string {
  const { definitions, remarks } = exported;
  const kinds: readonly RebuildKind[] = ['workflow', 'sequence', 'template', 'other'];
  const parts = kinds.flatMap((kind) => {
    const items = definitions.filter((item) => item.kind === kind);
    if (items.length === 0) return [];
    return [`## ${HEADINGS[kind]}`, INTRODUCTIONS[kind], ...items.map((item, at) => itemText(item, at + 1))];
  });
  return `${[
    '# Workflows to rebuild',
    `From snapshot ${code(exported.snapshotId)} of ${code(exported.sourceInstance)}. Workflows are not migrated: this says what each is and what Twenty has for it. The definitions as exported are in workflows.json beside this file.`,
    ...remarks.map((remark) => `**${md(remark)}**`),
    definitions.length === 0 ? 'There is nothing to rebuild.' : summary(definitions, kinds),
    ...parts,
  ].join('\n\n')}\n`;
}

function summary(definitions: readonly RebuildItem[], kinds: readonly RebuildKind[]): string {
  const rows = kinds.flatMap((kind) => {
    const items = definitions.filter((item) => item.kind === kind);
    const steps = items.flatMap((item) => [...item.triggers, ...item.steps]);
    const open = steps.filter(({ counterpart }) => counterpart.kind !== 'same').length;
    return items.length === 0
      ? []
      : [[HEADINGS[kind], String(items.length), String(steps.length), String(open)]];
  });
  return mdTable(
    ['what', 'definitions', 'triggers and steps', 'without a known counterpart'],
    rows,
    [1, 2, 3],
  );
}

function itemText(item: RebuildItem, number: number): string {
  const { kind, triggers, steps } = item;
  const title = `### ${number}. ${md(item.name) || code(item.id)}`;
  const facts = `${code(item.list)}, id ${code(item.id)}${activeText(item)}`;
  const about = md(item.description);
  // Never at the beginning of a line: a dash there would be a list.
  const head = [title, facts, ...(about === '' ? [] : [`Description: ${about}`])];
  if (kind === 'other') return [...head, fenced(item.text)].join('\n\n');
  if (kind === 'template') {
    return [
      ...head,
      '- [ ] Copied into the steps that use it, or not needed any more',
      fenced(item.text),
    ].join('\n\n');
  }
  const first = kind === 'sequence' ? 'Decided what takes its place' : 'Made a workflow of that name';
  const boxes = [
    `- [ ] ${first}`,
    ...(triggers.length === 0
      ? ['- [ ] **Trigger**: the definition names none that is understood; see the definition below.']
      : triggers.map((trigger) => box('Trigger', trigger))),
    ...(triggers.length > 1
      ? ['- [ ] Twenty has one trigger for a workflow: made one workflow for each of them']
      : []),
    ...(steps.length === 0
      ? ['- [ ] **Steps**: the definition names none that is understood; see the definition below.']
      : steps.map((step) => box(`Step ${step.number}`, step))),
    '- [ ] Tested with one record',
    item.active === 'off'
      ? '- [ ] It was off in the source: left as a draft, or activated'
      : '- [ ] Activated after the load, and switched off in the source',
  ];
  const understood = triggers.length > 0 && steps.length > 0;
  return [...head, boxes.join('\n'), ...(understood ? [] : [fenced(item.text)])].join('\n\n');
}

function activeText({ active, kind }: RebuildItem): string {
  if (kind === 'other' || kind === 'template' || active === 'unknown') return '';
  return active === 'on' ? ', on in the source' : ', off in the source';
}

function box(role: string, step: RebuildStep): string {
  const named = step.name !== '' && step.name !== step.type ? ` ${md(step.name)}` : '';
  const type = step.type === '' ? 'no type' : code(step.type);
  const settings = step.settings === '{}' ? [] : ['', indented(fenced(step.settings))];
  return [`- [ ] **${role}**${named} (${type}): ${counterpartText(step.counterpart)}`, ...settings].join(
    '\n',
  );
}

function counterpartText(counterpart: Counterpart): string {
  if (counterpart.kind === 'same') return `"${counterpart.label}". ${counterpart.hint}`;
  if (counterpart.kind === 'none') return `**No counterpart.** ${counterpart.why}`;
  return '**No known counterpart: decide by hand.**';
}

/** As a block in which nothing is markup; the fence is longer than any row of backticks in it. */
function fenced(text: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([ticks]) => ticks.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}json\n${text.toWellFormed().replace(/\r\n?|[\u2028\u2029]/g, '\n')}\n${fence}`;
}

/** Within the item of a list. */
function indented(text: string): string {
  return text
    .split('\n')
    .map((line) => `      ${line}`)
    .join('\n');
}
