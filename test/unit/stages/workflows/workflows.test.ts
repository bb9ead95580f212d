import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SourceRow } from '../../../../worker/domain/record.ts';
import type { WorkflowExport } from '../../../../worker/mapping/documents/workflow-export.ts';
import { findDefinitions } from '../../../../worker/sources/csv/definitions/find-definitions.ts';
import { workflowsChecklist } from '../../../../worker/stages/report/workflows-checklist.ts';
import { stepCounterpart, triggerCounterpart } from '../../../../worker/stages/workflows/counterparts.ts';
import { readDefinition } from '../../../../worker/stages/workflows/read-definition.ts';
import { workflowsJson } from '../../../../worker/stages/workflows.ts';

function exportOf(text: string): WorkflowExport {
  const definitions = findDefinitions(text).map(({ text: definition, ...rest }, at) => {
    const row: SourceRow = {
      object: 'workflows',
      row: at + 1,
      sourceId: rest.id,
      fields: { ...rest, definition },
      defects: [],
    };
    return readDefinition(row);
  });
  return { snapshotId: 's', sourceInstance: 'main', definitions, remarks: [] };
}

const only = (text: string) => {
  const [item] = exportOf(text).definitions;
  if (item === undefined) throw new Error('no definition');
  return item;
};

describe('counterparts in Twenty', () => {
  it.each([
    ['record_created', 'Record is created'],
    ['contact.created', 'Record is created'],
    ['createdOrUpdated', 'Record is created or updated'],
    ['record_upserted', 'Record is created or updated'],
    ['deal_stage_changed', 'Record is updated'],
    ['Record Deleted', 'Record is deleted'],
    ['schedule', 'On a schedule'],
    ['cron', 'On a schedule'],
    ['webhook', 'Webhook'],
    ['manual', 'Launch manually'],
    ['email_opened', null],
    ['form_submitted', null],
    ['full_moon', undefined],
    ['', undefined],
  ])('trigger %s', (type, expected) => {
    const found = triggerCounterpart(type);
    expect(found.kind === 'same' ? found.label : found.kind === 'none' ? null : undefined).toBe(expected);
  });

  it.each([
    ['send_email', 'Send Email'],
    ['sendEmail', 'Send Email'],
    ['create_task', 'Create Record'],
    ['add_note', 'Create Record'],
    ['update_record', 'Update Record'],
    ['modify_field', 'Update Record'],
    ['set_owner', 'Update Record'],
    ['add_or_update_contact', 'Create or Update Record'],
    ['delete_record', 'Delete Record'],
    ['find_records', 'Search Records'],
    ['http_request', 'HTTP Request'],
    ['slack_message', 'HTTP Request'],
    ['if', 'If/else'],
    ['branch', 'If/else'],
    ['filter', 'Filter'],
    ['wait', 'Delay'],
    ['for_each', 'Iterator'],
    ['run_script', 'Code - Logic Function'],
    ['ai_summary', 'AI Agent'],
    ['ask_form', 'Form'],
    ['create_calendar_event', 'Create Calendar Event'],
    ['draft_email', 'Draft Email'],
    ['enroll_in_sequence', null],
    ['send_sms', null],
    ['send_notification', null],
    ['request_approval', null],
    ['teleport', undefined],
  ])('step %s', (type, expected) => {
    const found = stepCounterpart(type);
    expect(found.kind === 'same' ? found.label : found.kind === 'none' ? null : undefined).toBe(expected);
  });
});

describe('a definition', () => {
  it('is read with its trigger and steps, branches included', () => {
    const item = only(`{"workflows": [{
      "id": "w1", "name": "Welcome", "enabled": false, "description": "Greets",
      "trigger": {"type": "record_created", "object": "contacts"},
      "steps": [
        {"type": "if", "condition": "x", "then": [{"type": "send_email"}], "else": {"type": "teleport"}},
        "wait",
        {"action": "update_record", "fields": {"a": 1}}
      ]
    }]}`);
    expect(item).toMatchObject({ kind: 'workflow', list: 'workflows', active: 'off', description: 'Greets' });
    expect(item.triggers.map(({ type }) => type)).toEqual(['record_created']);
    expect(item.steps.map(({ number, type, counterpart }) => [number, type, counterpart.kind])).toEqual([
      ['1', 'if', 'same'],
      ['1.1', 'send_email', 'same'],
      ['1.2', 'teleport', 'unknown'],
      ['2', 'wait', 'same'],
      ['3', 'update_record', 'same'],
    ]);
    expect(JSON.parse(item.steps[0]?.settings ?? '')).toEqual({ type: 'if', condition: 'x' });
  });

  it.each([
    ['{"templates": [{"id": 1, "body": "Hi"}]}', 'template'],
    ['{"sequences": [{"id": 1, "steps": []}]}', 'sequence'],
    ['{"exported_at": "2024"}', 'other'],
    ['{"automations": [{"id": 1}]}', 'workflow'],
    ['[{"id": 1, "type": "email_template"}]', 'template'],
  ])('%s is a %s', (text, kind) => {
    expect(only(text).kind).toBe(kind);
  });
});

describe('the files', () => {
  it('say plainly what has no counterpart, and what is decided by hand', () => {
    const checklist = workflowsChecklist(
      exportOf(
        JSON.stringify({
          workflows: [
            { id: 1, name: 'A', trigger: 'manual', steps: [{ type: 'send_sms' }, { type: 'teleport' }] },
          ],
          sequences: [{ id: 2, name: 'Drip' }],
          notification_templates: [{ id: 3, name: 'T', body: 'Dear {{name}}' }],
        }),
      ),
    );
    expect(checklist).toContain('- [ ] **Trigger** (`manual`): "Launch manually"');
    expect(checklist).toContain('- [ ] **Step 1** (`send_sms`): **No counterpart.**');
    expect(checklist).toContain('- [ ] **Step 2** (`teleport`): **No known counterpart: decide by hand.**');
    expect(checklist).toContain('Twenty 2.21 has no mail sequences');
    expect(checklist).toContain('Twenty 2.21 has no templates');
    expect(checklist).toContain('"body":"Dear {{name}}"');
  });

  it('hold each definition to the character, in a document that is JSON', () => {
    const one = '{"id": 12345678901234567890, "n": 1.0, "a": 1, "a": 2}';
    const json = workflowsJson(exportOf(`{"x": "v", "workflows": [${one}, {}]}`));
    expect(json).toContain(one);
    expect(JSON.parse(json)).toEqual({ x: ['v'], workflows: [JSON.parse(one), {}] });
    expect(workflowsJson(exportOf('{}'))).toBe('{}\n');
    expect(workflowsChecklist(exportOf('{}'))).toContain('nothing to rebuild');
  });

  it('name why there is nothing', () => {
    const empty: WorkflowExport = { ...exportOf('{}'), remarks: ['JSON_BROKEN: The file is not JSON.'] };
    expect(workflowsChecklist(empty)).toContain('JSON\\_BROKEN');
  });

  it('of any JSON lose nothing, and let no value be markup', () => {
    const nasty = fc.oneof(
      fc.string(),
      fc.constantFrom(
        '# H',
        '- [x] done',
        '```\n# out',
        '`',
        '<script>',
        '|',
        '\n\n# H',
        '\u2028# H',
        '~~~~',
        '    x',
      ),
    );
    const step = fc.record({ type: nasty, name: nasty, note: nasty }, { requiredKeys: [] });
    const workflow = fc.record(
      {
        id: nasty,
        name: nasty,
        description: nasty,
        trigger: fc.oneof(nasty, step, fc.array(step, { maxLength: 2 })),
        steps: fc.array(fc.oneof(nasty, step), { maxLength: 3 }),
        more: fc.jsonValue({ maxDepth: 2 }),
      },
      { requiredKeys: [] },
    );
    const document = fc.oneof(
      fc.dictionary(nasty, fc.array(workflow, { maxLength: 3 }), { maxKeys: 3 }),
      fc.array(workflow, { maxLength: 3 }),
      fc.jsonValue(),
    );
    fc.assert(
      fc.property(document, (value) => {
        const exported = exportOf(JSON.stringify(value));
        const kept: unknown = JSON.parse(workflowsJson(exported));
        const lists = kept !== null && typeof kept === 'object' ? Object.values(kept).flat(1) : [];
        const sorted = (texts: readonly string[]) => texts.toSorted();
        expect(sorted(lists.map((one) => JSON.stringify(one)))).toEqual(
          sorted(exported.definitions.map(({ text }) => JSON.stringify(JSON.parse(text)))),
        );
        for (const line of outsideFences(workflowsChecklist(exported))) {
          expect(line).toMatch(
            /^$|^# Workflows to rebuild$|^## [A-Z]|^### \d+\. |^- \[ \] |^`|^\| |^Description: |^(From|Build|Twenty|Nothing|There) /,
          );
          // In inline code it is text.
          expect(line.replace(/`[^`]*`/g, '')).not.toMatch(/(?<!\\)<script/);
        }
      }),
    );
  });
});

/** The lines that are not in a block of code; a block that never ends fails. */
function outsideFences(markdown: string): string[] {
  const lines: string[] = [];
  let fence: string | null = null;
  for (const line of markdown.split('\n')) {
    const ticks = /^ *(`{3,})/.exec(line)?.[1];
    if (fence === null && ticks !== undefined) fence = ticks;
    else if (fence !== null && line.trim() === fence) fence = null;
    else if (fence === null) lines.push(line);
  }
  expect(fence).toBeNull();
  return lines;
}
