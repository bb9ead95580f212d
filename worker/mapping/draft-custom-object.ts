import {
  type CustomObjectsInput,
  type ReferenceTarget,
  type SourceColumn,
  usableColumns,
} from './custom-context.ts';
import { type Adapted, type CustomDraft, type DraftReference, LASTING } from './custom-draft.ts';
import { fieldLabelFor } from './field-names.ts';
import { fieldMappingOf, moneyMappingsOf, RECIPES, withoutCurrencyName } from './field-recipes.ts';
import { declaredAs } from './infer-type.ts';
import type { FieldMapping } from './mapping-schema.ts';
import { nameField } from './name-field.ts';
import { NameTaker } from './name-taker.ts';
import type { ObjectNames } from './object-names.ts';
import { labelOf, plainName } from './plain-name.ts';

/** An association that no relation of the record can carry: it becomes links, an object of their own. */
export interface LinkedAssociation {
  readonly object: string;
  readonly column: string;
  readonly idColumn: string;
  /** Source object. */
  readonly to: string;
  readonly label: string;
  readonly why: string;
}

export interface DraftContext {
  readonly input: CustomObjectsInput;
  readonly names: ReadonlyMap<string, ObjectNames>;
  readonly targetOf: (object: string) => ReferenceTarget;
  readonly isLate: (from: string, to: string) => boolean;
}

export interface Drafted {
  readonly draft: CustomDraft;
  readonly links: readonly LinkedAssociation[];
  readonly adapted: readonly Adapted[];
}

/** What the records of a custom object get from each declared column: its name, times, relations, the parent, and a field for everything else. */
export function draftCustomObject(object: string, names: ObjectNames, context: DraftContext): Drafted {
  const { input } = context;
  const source = input.profile.objects[object];
  const id = source?.id ?? [];
  const idColumn = id.length === 1 ? id[0] : undefined;
  const usable = usableColumns(object, input).filter(([column]) => !id.includes(column));
  const times = timesOf(usable);
  const rest = usable.filter(([column]) => column !== times.created && column !== times.modified);
  const taker = new NameTaker(object, names.nameSingular, input.schema);

  const associations = rest.filter(([, column]) => column.type === 'reference');
  const references: DraftReference[] = [];
  const links: LinkedAssociation[] = [];
  const texts: FieldMapping[] = [];
  let parent: string | null = null;
  for (const [column, declared] of associations) {
    const to = declared.references ?? '';
    const label = associationLabel(column, declared.label);
    const target = context.targetOf(to);
    const late = to === object ? parent !== null : context.isLate(object, to);
    if (target.kind === 'none' || (late && idColumn === undefined)) {
      const why = target.kind === 'none' ? target.why : 'records of the object have no single id';
      const field = taker.text(column, labelOf(`${label} (Visual Practice ID)`));
      texts.push(field);
      taker.adapted.push({ object, what: 'association', from: column, to: field.to, why });
    } else if (late && idColumn !== undefined) {
      const why =
        to === object
          ? 'an object has one hierarchy; this second association with itself is carried by link records'
          : 'the objects refer to one another in a circle; this side is carried by link records';
      links.push({ object, column, idColumn, to, label, why });
    } else {
      const name = taker.relation(withoutId(column), target.target);
      references.push({ to: name, from: column, object: to, target: target.target, label, missing: 'keep' });
      if (to === object) parent = name;
    }
  }

  const plain = rest.filter(([, column]) => column.type !== 'reference');
  const name = nameField(
    [source?.custom?.name ?? '', source?.custom?.labelSingular ?? '', names.nameSingular],
    plain,
    id[0] ?? 'id',
  );
  const currency = plain.find(([, { type }]) => type === 'currency-code')?.[0] ?? null;
  const fields = plain
    .filter(([column]) => column !== name.column)
    .flatMap(([column, declared]) => fieldsOf(column, declared, taker, currency));
  return {
    draft: {
      object,
      target: names.nameSingular,
      createObject: {
        namePlural: names.namePlural,
        labelSingular: names.labelSingular,
        labelPlural: names.labelPlural,
        description: `Custom object ${source?.custom?.name ?? object} of the source.`,
        icon: 'IconBox',
      },
      description: 'Proposed from the schema export of the source.',
      fields: [name.field, ...fields, ...texts],
      references,
      parent,
      times,
      pieces: null,
    },
    links,
    adapted: taker.adapted,
  };
}

function fieldsOf(
  column: string,
  declared: SourceColumn,
  taker: NameTaker,
  currency: string | null,
): FieldMapping[] {
  const { object } = taker;
  const type = declaredAs(declared.type);
  const label = taker.label(column, declared.label);
  const to = taker.field(column, RECIPES[type].type);
  if (type === 'money') {
    const without = taker.field(withoutCurrencyName(to), 'NUMBER');
    return moneyMappingsOf({ object, column, to, label }, without, currency);
  }
  return [fieldMappingOf({ object, column, to, type, label, options: declared.options })];
}

function timesOf(columns: readonly (readonly [string, SourceColumn])[]): CustomDraft['times'] {
  const named = (...names: string[]) =>
    columns.find(([name, { type }]) => type === 'datetime' && names.includes(plainName(name)))?.[0];
  const created = named('createdAt');
  const modified = named('modifiedAt', 'updatedAt');
  return {
    ...(created === undefined ? {} : { created, keepCreated: LASTING.keepCreated }),
    ...(modified === undefined ? {} : { modified, keepModified: LASTING.keepModified }),
  };
}

/** The declared label; where the source has no other than the association's name, its words. */
function associationLabel(column: string, declared = ''): string {
  const bare = withoutId(column);
  return (declared === bare ? '' : labelOf(declared)) || fieldLabelFor(bare);
}

/** `insurer_id` holds the id of an `insurer`, `policy_id_2` that of a second `policy`. */
export function withoutId(column: string): string {
  const bare = column.replace(/[_\s-]+id(?=$|[_\s-]+\d+$)/iu, '').replace(/(?<=\p{Ll})I[dD]$/u, '');
  return plainName(bare) === '' ? column : bare;
}
