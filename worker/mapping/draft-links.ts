import { usableColumns } from './custom-context.ts';
import type { Adapted, CustomDraft, DraftReference } from './custom-draft.ts';
import { type DraftContext, type Drafted, type LinkedAssociation, withoutId } from './draft-custom-object.ts';
import { fieldLabelFor } from './field-names.ts';
import type { FieldMapping } from './mapping-schema.ts';
import { NameTaker } from './name-taker.ts';
import type { ObjectNames, SourceNames } from './object-names.ts';
import { labelOf, sentenceOf, wordsOf } from './plain-name.ts';

/** What the object between two others is called before Twenty's rules: the first object, the association, `link`. */
export function linkNames(object: string, association: string, context: NamesContext): SourceNames {
  const first = context.names.get(object);
  const name = `${first?.nameSingular ?? object} ${association} link`;
  const label = `${labelOfObject(object, context)} ${wordsOf(association).join(' ')} link`;
  return { key: name, name, labelSingular: label, labelPlural: `${label}s` };
}

type NamesContext = Pick<DraftContext, 'names' | 'targetOf'>;

/** The junction of a many-to-many association: one record a pair, with a relation to each side. A pair that leads nowhere is a dead letter. */
export function draftJunction(object: string, names: ObjectNames, context: DraftContext): Drafted {
  const pairs = context.input.profile.objects[object]?.pairs;
  const taker = new NameTaker(object, names.nameSingular, context.input.schema);
  const references: DraftReference[] = [];
  const texts: FieldMapping[] = [];
  const sides = pairs === undefined ? [] : [pairs.from, pairs.to];
  for (const { column, object: to } of sides) {
    const label = fieldLabelFor(withoutId(column));
    const target = context.targetOf(to);
    if (target.kind === 'object') {
      const name = taker.relation(withoutId(column), target.target);
      references.push({
        to: name,
        from: column,
        object: to,
        target: target.target,
        label,
        missing: 'dead-letter',
      });
      continue;
    }
    const field = taker.text(column, labelOf(`${label} (Visual Practice ID)`));
    texts.push(field);
    taker.adapted.push({ object, what: 'association', from: column, to: field.to, why: target.why });
  }
  const further = usableColumns(object, context.input)
    .filter(([column]) => !sides.some((side) => side.column === column))
    .map(([column, { label }]) => taker.text(column, taker.label(column, label)));
  const draft: CustomDraft = {
    object,
    target: names.nameSingular,
    createObject: createLinks(
      names,
      `Pairs of the association ${pairs?.association ?? object} of the source.`,
    ),
    description: 'Proposed from a many-to-many association in the schema export of the source.',
    fields: [nameOf(sides, context), ...texts, ...further],
    references,
    parent: null,
    times: {},
    pieces: null,
  };
  const why = 'Twenty has no many-to-many relation: an object with two relations stands between';
  const junction: Adapted = {
    object,
    what: 'association',
    from: pairs?.association ?? object,
    to: names.nameSingular,
    why,
  };
  return { draft, links: [], adapted: [junction, ...taker.adapted] };
}

/** Links for an association that no relation of the record can carry: one for each row that has a value there. */
export function draftLinks(
  object: string,
  link: LinkedAssociation,
  names: ObjectNames,
  context: DraftContext,
): Drafted {
  const taker = new NameTaker(object, names.nameSingular, context.input.schema);
  const sides = [
    { column: link.idColumn, object: link.object },
    { column: link.column, object: link.to },
  ];
  const references = sides.flatMap(({ column, object: to }, n): DraftReference[] => {
    const target = context.targetOf(to);
    if (target.kind === 'none') return [];
    const label = n === 0 ? labelOf(labelOfObject(to, context)) : link.label;
    const name = taker.relation(n === 0 ? target.target : withoutId(column), target.target);
    return [{ to: name, from: column, object: to, target: target.target, label, missing: 'dead-letter' }];
  });
  const draft: CustomDraft = {
    object,
    target: names.nameSingular,
    createObject: createLinks(names, `Column ${link.column} of ${link.object} in the source.`),
    description: 'Proposed from an association in the schema export of the source.',
    fields: [nameOf(sides, context)],
    references,
    parent: null,
    times: {},
    pieces: {
      of: link.object,
      where: [{ transform: 'text', from: { value: link.column }, options: {} }],
    },
  };
  const { object: from, column, why } = link;
  const adapted: Adapted = { object: from, what: 'association', from: column, to: names.nameSingular, why };
  return { draft, links: [], adapted: [adapted, ...taker.adapted] };
}

function createLinks(names: ObjectNames, description: string): CustomDraft['createObject'] {
  const { namePlural, labelSingular, labelPlural } = names;
  return { namePlural, labelSingular, labelPlural, description, icon: 'IconLink' };
}

/** `Equipment eq-1 · Person con-7`: the ids, because the names of both sides are not in the row. */
function nameOf(
  sides: readonly { readonly column: string; readonly object: string }[],
  context: NamesContext,
): FieldMapping {
  const [first, second] = sides;
  const before = {
    first: first === undefined ? '' : labelOfObject(first.object, context),
    second: second === undefined ? '' : labelOfObject(second.object, context),
  };
  return {
    to: 'name',
    transform: 'join',
    from: { first: first?.column ?? '', second: second?.column ?? '' },
    options: { before },
    unconvertible: 'keep',
    required: false,
  };
}

function labelOfObject(object: string, { names, targetOf }: NamesContext): string {
  const custom = names.get(object)?.labelSingular;
  if (custom !== undefined) return custom;
  const target = targetOf(object);
  return sentenceOf(wordsOf(target.kind === 'object' ? target.target : object));
}
