import type { SourceRow } from '../../domain/record.ts';
import type { RebuildItem, RebuildKind, RebuildStep } from '../../mapping/documents/workflow-export.ts';
import { stepCounterpart, triggerCounterpart } from './counterparts.ts';
import { type Bag, bagOf, bagsOf, firstText } from './loose-json.ts';

const TRIGGER_KEYS = ['trigger', 'triggers', 'enrollment_trigger', 'start', 'event', 'on', 'when'];
const STEP_KEYS = ['steps', 'actions', 'nodes', 'tasks', 'flow', 'stages', 'do'];
/** Under a step: what it leads to. */
const INNER_KEYS = [
  ...STEP_KEYS,
  'branches',
  'children',
  'cases',
  'then',
  'else',
  'otherwise',
  'yes',
  'no',
  'true',
  'false',
  'next',
  'loop',
];
const TYPE_KEYS = [
  'type',
  'action',
  'kind',
  'event',
  'action_type',
  'trigger_type',
  'on',
  'operation',
  'name',
];
const NAME_KEYS = ['name', 'title', 'label'];

/** Steps deeper than this are left to the definition itself. */
const DEEPEST = 12;

/** A row of the stream of definitions as something to rebuild. The definition may have any shape: what is not understood is shown as it is. */
export function readDefinition({ fields }: SourceRow): RebuildItem {
  const text = fields['definition'] ?? '';
  const list = fields['kind'] ?? '';
  const own = bagOf(parsed(text)) ?? {};
  const triggers = TRIGGER_KEYS.flatMap((key) => bagsOf(own[key])).map((trigger, at) =>
    stepOf(trigger, String(at + 1), TRIGGER_KEYS, triggerCounterpart),
  );
  const steps = stepsIn(own, STEP_KEYS, '', 0);
  return {
    kind: kindOf(list, own, triggers.length + steps.length > 0),
    list,
    id: fields['id'] ?? '',
    name: fields['name'] ?? '',
    description: firstText(own, ['description', 'notes', 'comment']),
    active: activeOf(fields['active'] ?? ''),
    triggers,
    steps,
    text,
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function stepsIn(bag: Bag, keys: readonly string[], prefix: string, depth: number): RebuildStep[] {
  if (depth > DEEPEST) return [];
  const inner = keys.flatMap((key) => bagsOf(bag[key]));
  return inner.flatMap((step, at) => {
    const number = `${prefix}${at + 1}`;
    return [
      stepOf(step, number, INNER_KEYS, stepCounterpart),
      ...stepsIn(step, INNER_KEYS, `${number}.`, depth + 1),
    ];
  });
}

function stepOf(
  step: Bag,
  number: string,
  without: readonly string[],
  counterpartOf: typeof stepCounterpart,
): RebuildStep {
  const type = firstText(step, TYPE_KEYS);
  const rest = Object.entries(step).filter(
    // What is shown as steps of its own is not shown again.
    ([key, value]) => !(without.includes(key) && bagsOf(value).length > 0),
  );
  return {
    number,
    type,
    name: firstText(step, NAME_KEYS),
    counterpart: counterpartOf(type),
    settings: JSON.stringify(Object.fromEntries(rest), null, 2),
  };
}

function kindOf(list: string, own: Bag, runs: boolean): RebuildKind {
  const words = `${list} ${firstText(own, ['kind', 'object'])}`.toLowerCase();
  if (/sequence|cadence|drip|campaign/.test(words)) return 'sequence';
  if (/template/.test(words)) return 'template';
  return runs || /workflow|automation|rule/.test(words) ? 'workflow' : 'other';
}

function activeOf(word: string): RebuildItem['active'] {
  if (/^(true|yes|1|on|active|enabled|live|published|running)$/i.test(word.trim())) return 'on';
  return word.trim() === '' ? 'unknown' : 'off';
}
