import { jsonMembers } from './json-members.ts';

/** One definition (of a workflow, an automation, a template) within the export of them. */
export interface Definition {
  /** The name of the list that it is in: `workflows`. */
  readonly kind: string;
  /** Its own id, else the key that it stands under, else its place in the document (a JSON pointer). */
  readonly id: string;
  readonly name: string;
  /** Whether it is switched on, in the source's word; '' where it does not say. */
  readonly active: string;
  /** As exported, to the character. */
  readonly text: string;
}

/** The kind of definitions that stand in no named list. */
const UNNAMED = 'definitions';

/** Keys of a definition as such. An object with none of them that holds only lists and objects is a way to order definitions. */
const MARKS = new Set(
  'id key uuid name title label trigger triggers event steps actions subject body'.split(' '),
);
/** Those that the document as a whole has only when it is one definition. */
const STRONG_MARKS = new Set('trigger triggers steps actions'.split(' '));

/** Wrappers of wrappers of wrappers are no order any more. */
const DEEPEST = 4;

/**
 * The definitions in a JSON document of whatever shape: lists by kind, lists by kind inside a wrapper, objects by id, one list, one definition. What is
 * none of them is a definition too (`exported_at`), of the kind of its key: the texts of all are all that the document says. Throws SyntaxError when the
 * text is not JSON.
 */
export function findDefinitions(text: string): Definition[] {
  JSON.parse(text);
  const found: Definition[] = [];
  visit({ text: text.trim(), kind: UNNAMED, key: '', place: '', depth: 0 }, found);
  return found;
}

interface Place {
  readonly text: string;
  readonly kind: string;
  /** Of the object that it is a member of; '' in a list. */
  readonly key: string;
  /** JSON pointer. */
  readonly place: string;
  readonly depth: number;
}

function visit(here: Place, found: Definition[]): void {
  const { text, kind, place, depth } = here;
  if (text.startsWith('[')) {
    for (const [at, member] of jsonMembers(text).entries())
      found.push(definition({ ...here, text: member.text, key: '', place: `${place}/${at}` }));
    return;
  }
  const members = text.startsWith('{') ? jsonMembers(text) : null;
  const keys = members?.map(({ key }) => key ?? '') ?? [];
  if (members === null || isDefinition(members, keys, depth)) {
    found.push(definition(here));
    return;
  }
  for (const [at, member] of members.entries()) {
    const key = keys[at] ?? '';
    // An object by its id, within a kind, is of that kind; anything else begins a kind of its own.
    const isById = depth > 0 && member.text.startsWith('{') && !ordersDefinitions(member.text, depth + 1);
    visit(
      {
        text: member.text,
        kind: isById ? kind : key,
        key,
        place: `${place}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`,
        depth: depth + 1,
      },
      found,
    );
  }
}

function isDefinition(
  members: readonly { readonly text: string }[],
  keys: readonly string[],
  depth: number,
): boolean {
  if (depth === 0) return keys.some((key) => STRONG_MARKS.has(key.toLowerCase()));
  if (depth >= DEEPEST || members.length === 0) return true;
  return keys.some((key) => MARKS.has(key.toLowerCase())) || members.some(({ text }) => !/^[[{]/.test(text));
}

function ordersDefinitions(text: string, depth: number): boolean {
  const members = jsonMembers(text);
  return !isDefinition(
    members,
    members.map(({ key }) => key ?? ''),
    depth,
  );
}

function definition({ text, kind, key, place }: Place): Definition {
  const value: unknown = JSON.parse(text);
  const own = new Map<string, unknown>(
    value !== null && typeof value === 'object' && !Array.isArray(value) ? Object.entries(value) : [],
  );
  const first = (...names: readonly string[]): string => {
    for (const name of names) {
      const one = own.get(name);
      if (typeof one === 'string' && one.trim() !== '') return one;
      if (typeof one === 'number' || typeof one === 'boolean') return String(one);
    }
    return '';
  };
  const says = first('kind', 'type', 'object');
  return {
    kind:
      kind === UNNAMED && /workflow|automation|template|sequence|rule/i.test(says) ? says : kind || UNNAMED,
    id: first('id', 'uuid', 'key') || key || place || '/',
    name: first('name', 'title', 'label', 'subject'),
    active: first('active', 'enabled', 'is_active', 'isActive', 'status', 'state'),
    text,
  };
}
