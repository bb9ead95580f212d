import type { Adapted, CustomDraft, DraftReference } from './custom-draft.ts';
import { occupiedByObject, occupiedNames } from './field-names.ts';
import type { ObjectMapping } from './mapping-schema.ts';
import { NEW_OBJECT, type WorkspaceSchema } from './new-object.ts';
import { inverseNames, occupiedOnTarget } from './occupied-names.ts';
import { ascii, cut, plainName, sentenceOf, wordsOf } from './plain-name.ts';
import { isReserved } from './reserved-names.ts';

/** Names of inverse fields keep below Twenty's 63 with a number behind them. */
const ROOM = 48;

export interface InverseLabels {
  readonly labelOf: (draft: CustomDraft, reference: DraftReference) => string;
  readonly adapted: readonly Adapted[];
}

/**
 * Labels of the inverse fields that Twenty makes on the other side of each relation. Twenty names the field after the label, so a label is letters, digits
 * and blanks of which the name is foreseeable, and its name is free on that object: the plural label of the object that refers (`Child …` in a
 * hierarchy), then with the relation's label behind it, then numbered. `lasting`: names that every custom object occupies. Independent of the order of drafts.
 */
export function inverseLabels(
  drafts: readonly CustomDraft[],
  schema: WorkspaceSchema,
  mappings: readonly ObjectMapping[],
  lasting: readonly string[],
): InverseLabels {
  const ours = new Set(
    drafts.flatMap(({ target, references }) => references.map(({ to }) => `${target}.${to}`)),
  );
  const occupied = new Map<string, Set<string>>();
  const occupiedOn = (target: string): Set<string> => {
    const known = occupied.get(target);
    if (known !== undefined) return known;
    const names = new Set([
      ...occupiedOnTarget(target, mappings),
      ...occupiedInWorkspace(target, schema, ours),
      ...drafts
        .filter((draft) => draft.target === target)
        .flatMap((draft) => occupiedByDraft(draft, lasting)),
    ]);
    occupied.set(target, names);
    return names;
  };
  const labels = new Map<string, string>();
  const adapted: Adapted[] = [];
  for (const draft of [...drafts].sort((a, b) => compare(a.object, b.object))) {
    for (const reference of [...draft.references].sort((a, b) => compare(a.to, b.to))) {
      const names = occupiedOn(reference.target);
      const wanted = [...candidates(draft, reference)];
      const label = firstFree(wanted, names);
      for (const name of inverseNames(label)) names.add(name);
      labels.set(`${draft.object}.${reference.to}`, label);
      if (label !== wanted[0]) {
        const why = `${reference.target} has a field of the name`;
        adapted.push({ object: draft.object, what: 'inverse label', from: wanted[0] ?? '', to: label, why });
      }
    }
  }
  return { labelOf: ({ object }, { to }) => labels.get(`${object}.${to}`) ?? '', adapted };
}

function candidates(draft: CustomDraft, reference: DraftReference): string[] {
  const plural = foreseeable(draft.createObject.labelPlural, draft.createObject.namePlural);
  const own = foreseeable(reference.label, reference.to);
  const first = reference.to === draft.parent ? sentenceOf(['Child', ...plural.split(' ')]) : plural;
  return [cut(first, ROOM).trim(), cut(`${cut(first, 30).trim()} ${own}`, ROOM).trim()];
}

function firstFree(wanted: readonly string[], occupied: ReadonlySet<string>): string {
  for (let n = 1; ; n += 1) {
    const label = wanted[n - 1] ?? `${wanted.at(-1)} ${n}`;
    const names = inverseNames(label);
    if (!isReserved(plainName(label)) && names.every((name) => !occupied.has(name))) return label;
  }
}

/** The text without what Twenty would spell out in its own way; the name of the field or object when nothing of the text is left. */
function foreseeable(text: string, name: string): string {
  const words = text.replace(/[^\p{L}\p{M}\p{N}]+/gu, ' ').trim();
  // Of letters and digits in other shapes (ligatures, circled digits) nobody knows what Twenty makes.
  const isCanonical = words.normalize('NFKD') === words.normalize('NFD');
  const isPlain = isCanonical && /^[A-Za-z0-9 ]+$/.test(ascii(words)) && plainName(words) !== '';
  const label = isPlain ? words : sentenceOf(wordsOf(name));
  return /^[0-9]/.test(label) ? `All ${label}` : label;
}

/** What is on the object already; inverse fields of these very relations are not in their own way when a plan is made again. */
function occupiedInWorkspace(
  target: string,
  schema: WorkspaceSchema,
  ours: ReadonlySet<string>,
): Set<string> {
  const object = schema.objects.get(target);
  if (object === undefined) return new Set();
  const fields = [...object.fields].filter(
    ([, { relation }]) =>
      relation?.type !== 'ONE_TO_MANY' || !ours.has(`${relation.targetObject}.${relation.targetField}`),
  );
  return occupiedByObject({ fields: new Map(fields) });
}

function occupiedByDraft({ fields, references }: CustomDraft, lasting: readonly string[]): string[] {
  return [
    ...occupiedByObject(NEW_OBJECT),
    ...lasting.map((name) => name.toLowerCase()),
    ...fields.flatMap(({ to, create }) => occupiedNames(to, create?.type ?? 'TEXT')),
    ...references.flatMap(({ to }) => occupiedNames(to, 'RELATION')),
  ];
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
