import { VpError } from '../../domain/errors.ts';
import type { SourceRow } from '../../domain/record.ts';
import type { DistinctValue } from '../../mapping/documents/audit.ts';
import type { PlannedOption } from '../../mapping/documents/plan.ts';
import type { FieldMapping, OptionMapping } from '../../mapping/mapping-schema.ts';
import {
  normaliseOption,
  optionLabelFor,
  optionValueFor,
  type ValueMap,
  valueMapKey,
} from '../../mapping/value-map.ts';
import type { TargetOption } from '../../twenty/target.ts';
import type { Questionnaire } from './questions.ts';

/** An option that the field has, or will have. */
export type KnownOption = Pick<TargetOption, 'value' | 'label'>;

export interface PlannedMap {
  readonly map: ValueMap;
  /** Options that the field lacks, in order. */
  readonly options: readonly PlannedOption[];
}

/** Colours that Twenty knows for options, taken in turn. */
const COLORS = [
  'blue',
  'green',
  'turquoise',
  'sky',
  'purple',
  'pink',
  'orange',
  'yellow',
  'red',
  'gray',
] as const;

function colorAt(index: number): string {
  return COLORS[index % COLORS.length] ?? 'gray';
}

/**
 * Options for (group, name) rows: one per pair, in group and position order, labelled `Name (Group)` where a name clashes with another group's
 * or with an option that exists. Pairs that the data uses but nobody defined are a decision each: made, or mapped to a defined one.
 */
export function planGroupedOptions(
  mapping: OptionMapping,
  rows: readonly SourceRow[],
  used: readonly DistinctValue[],
  existing: readonly KnownOption[],
  ask: Questionnaire,
): PlannedMap {
  const defined = inOrder(mapping, rows);
  const definedKeys = new Set(defined.map(({ key }) => key));
  const undefinedOnes = used
    .filter(({ key }) => !definedKeys.has(key))
    .map(({ key, parts, rows: count }) => ({ key, group: parts[0] ?? '', name: parts[1] ?? '', count }));
  const choices = ['create', ...defined.map(({ group, name }) => `${group}/${name}`), 'dead-letter'];
  const redirected = new Map<string, string | null>();
  const added: Pair[] = [];
  for (const pair of undefinedOnes) {
    const answer = ask.ask({
      id: `option.${mapping.valueMap}.${pair.group}/${pair.name}`,
      question: `${pair.count} rows of ${mapping.usedBy.object} use "${pair.name}" of "${pair.group}", which ${mapping.object} does not define. create makes an option; or name the defined one that is meant; dead-letter refuses the rows.`,
      choices,
      default: 'create',
    });
    if (answer === 'create') added.push(pair);
    else if (answer === 'dead-letter') redirected.set(pair.key, null);
    else
      redirected.set(pair.key, defined.find(({ group, name }) => `${group}/${name}` === answer)?.key ?? null);
  }
  const all = interleave(defined, added);
  const { values, options } = labelled(all, existing);
  const map: Record<string, string | null> = Object.fromEntries(values);
  for (const [key, to] of redirected) if (to !== null) map[key] = values.get(to) ?? null;
  return { map, options };
}

interface Pair {
  readonly key: string;
  readonly group: string;
  readonly name: string;
}

function inOrder(mapping: OptionMapping, rows: readonly SourceRow[]): Pair[] {
  const groups: string[] = [];
  const pairs = new Map<string, Pair & { readonly position: number; readonly row: number }>();
  for (const row of rows) {
    const group = clean(row.fields[mapping.group]);
    const name = clean(row.fields[mapping.name]);
    const key = valueMapKey([group, name]);
    if (!groups.includes(normaliseOption(group))) groups.push(normaliseOption(group));
    const position = Number(row.fields[mapping.order]?.trim() || Number.NaN);
    if (name !== '' && !pairs.has(key))
      pairs.set(key, {
        key,
        group,
        name,
        row: row.row,
        position: Number.isFinite(position) ? position : Number.MAX_SAFE_INTEGER,
      });
  }
  return [...pairs.values()].sort(
    (a, b) =>
      groups.indexOf(normaliseOption(a.group)) - groups.indexOf(normaliseOption(b.group)) ||
      a.position - b.position ||
      a.row - b.row,
  );
}

function clean(text: string | undefined): string {
  return (text ?? '').replace(/[\u0000-\u001f\u007f\s]+/gu, ' ').trim();
}

/** Added pairs stand behind the defined ones of their group; those of unknown groups at the end. */
function interleave(defined: readonly Pair[], added: readonly Pair[]): Pair[] {
  const rest = [...added];
  const out: Pair[] = [];
  for (const [index, pair] of defined.entries()) {
    out.push(pair);
    const group = normaliseOption(pair.group);
    const next = defined[index + 1];
    if (next !== undefined && normaliseOption(next.group) === group) continue;
    for (const extra of rest.filter((candidate) => normaliseOption(candidate.group) === group)) {
      out.push(extra);
      rest.splice(rest.indexOf(extra), 1);
    }
  }
  return [...out, ...rest];
}

function labelled(
  pairs: readonly Pair[],
  existing: readonly KnownOption[],
): { values: Map<string, string>; options: PlannedOption[] } {
  const names = new Map<string, number>();
  for (const pair of pairs)
    names.set(normaliseOption(pair.name), (names.get(normaliseOption(pair.name)) ?? 0) + 1);
  const labels = new Set(existing.map(({ label }) => normaliseOption(label)));
  const taken = new Set(existing.map(({ value }) => value));
  const values = new Map<string, string>();
  const options: PlannedOption[] = [];
  for (const pair of pairs) {
    const clashes =
      (names.get(normaliseOption(pair.name)) ?? 0) > 1 || labels.has(normaliseOption(pair.name));
    const label = optionLabelFor(
      clashes && pair.group !== '' ? `${pair.name || '(no stage)'} (${pair.group})` : pair.name,
    );
    const value = optionValueFor(label, taken);
    taken.add(value);
    values.set(pair.key, value);
    options.push({ value, label, color: colorAt(options.length) });
  }
  return { values, options };
}

/**
 * Value map of a pick-list column. Values equal to an option's label or value (case and blanks aside) map to it; others become options of their
 * own, or stay text where the mapping fixed the options. A person may give another map in decisions.yaml.
 */
export function planPickList(
  name: string,
  field: FieldMapping,
  used: readonly DistinctValue[],
  existing: readonly KnownOption[],
  ask: Questionnaire,
): PlannedMap {
  const fixed = field.create?.options;
  const offered = [...(fixed ?? []), ...(field.knownOptions ?? [])];
  const known = [...existing, ...offered];
  const map = mapOf(known);
  const taken = new Set(known.map(({ value }) => value));
  const options = lacking(offered, existing);
  const proposed: Record<string, string> = {};
  for (const { text, key } of used) {
    if (map[key] !== undefined) continue;
    if (fixed !== undefined) continue;
    const value = optionValueFor(text, taken);
    taken.add(value);
    proposed[text] = value;
    map[key] = value;
    options.push({ value, label: optionLabelFor(text), color: colorAt(options.length) });
  }
  if (Object.keys(proposed).length === 0) return { map, options };
  const answer = ask.ask({
    id: `value-map.${name}`,
    question: `Values of ${name} and the options of "${field.to}" they become. Change an option name to join values; null leaves the field empty.`,
    default: proposed,
    settled: isDefined(field, proposed) && Object.keys(proposed).length <= 30,
  });
  return typeof answer === 'object' && !Array.isArray(answer)
    ? applyAnswer(name, answer, used, existing, offered)
    : { map, options };
}

/**
 * Whether nobody needs to decide on these values: the source defines them all, or defines none and the mapping knows none, so that each is as good as another.
 */
function isDefined(
  { sourceOptions, knownOptions }: FieldMapping,
  proposed: Readonly<Record<string, string>>,
): boolean {
  if (sourceOptions === undefined && knownOptions === undefined) return true;
  const defined = new Set((sourceOptions ?? []).map((text) => valueMapKey([text])));
  return Object.keys(proposed).every((text) => defined.has(valueMapKey([text])));
}

/** An option that the mapping brings, with the source values that mean it. */
type OfferedOption = PlannedOption & { readonly from?: readonly string[] };

/** What options mean without anybody's decision: their value, their label, and the source values that the mapping knows for them. */
function mapOf(
  options: readonly { readonly value: string; readonly label: string; readonly from?: readonly string[] }[],
): Record<string, string | null> {
  const map: Record<string, string | null> = {};
  for (const { value, label } of options) {
    map[valueMapKey([value])] ??= value;
    map[valueMapKey([label])] = value;
  }
  for (const { value, from } of options) for (const text of from ?? []) map[valueMapKey([text])] = value;
  return map;
}

function lacking(
  offered: readonly OfferedOption[],
  existing: readonly { readonly value: string }[],
): PlannedOption[] {
  return offered
    .filter(({ value }) => !existing.some((option) => option.value === value))
    .map(({ value, label, color }) => ({ value, label, color }));
}

function applyAnswer(
  name: string,
  answer: Readonly<Record<string, string | null>>,
  used: readonly DistinctValue[],
  existing: readonly KnownOption[],
  offered: readonly OfferedOption[],
): PlannedMap {
  const map = mapOf([...existing, ...offered]);
  const options = lacking(offered, existing);
  for (const [text, value] of Object.entries(answer)) {
    if (value !== null && !/^[A-Z][A-Z0-9_]{0,62}$/.test(value)) {
      throw new VpError('DECISIONS_INVALID', {
        what: 'An option value must be upper snake case, start with a letter and have at most 63 characters.',
        where: `decisions.yaml, value-map.${name}`,
        todo: 'Correct the option value.',
      });
    }
    map[valueMapKey([text])] = value;
    if (value === null || [...existing, ...options].some((option) => option.value === value)) continue;
    const label = used.find(({ key }) => key === valueMapKey([text]))?.text ?? text;
    options.push({ value, label: optionLabelFor(label), color: colorAt(options.length) });
  }
  return { map, options };
}
