import type { SourceObjectProfile } from '../../domain/source-profile.ts';
import { columnKey } from '../names.ts';
import { columnTypeOf } from './column-type.ts';
import type { SchemaField, SchemaObject } from './schema-export.ts';

type Columns = SourceObjectProfile['columns'];
type Column = Columns[string];

/** Names that a plain object or a header cannot carry. */
const UNUSABLE = new Set(['', '__proto__']);

/**
 * The columns of an object of the schema export: the ones that every custom object has when `own`, its to-one associations as
 * `<association>_id`, its fields. Two names that a header could not tell apart are one column, the first.
 */
export function columnsOf(
  defined: SchemaObject,
  targetOf: (name: string) => string | null,
  own: boolean,
): Columns {
  const columns: Columns = {};
  const seen = new Set<string>();
  const add = (name: string, column: Column) => {
    if (UNUSABLE.has(name) || seen.has(columnKey(name))) return;
    seen.add(columnKey(name));
    columns[name] = column;
  };
  if (own) {
    const owners = targetOf('owners');
    add('id', { type: 'id' });
    add('owner_id', owners === null ? { type: 'text' } : { type: 'reference', references: owners });
  }
  // The times stand last, but their names are gone before any field comes.
  if (own) for (const name of TIMES) seen.add(columnKey(name));
  for (const { name, target, many } of defined.associations) {
    if (many) continue;
    const to = targetOf(target);
    add(
      `${name}_id`,
      to === null
        ? { type: 'text', label: name, fromSchema: true }
        : { type: 'reference', references: to, label: name, fromSchema: true },
    );
  }
  for (const field of defined.fields) add(field.name, columnOf(field));
  if (own) for (const name of TIMES) columns[name] = { type: 'datetime' };
  return columns;
}

const TIMES = ['created_at', 'modified_at'] as const;

function columnOf({ label, type, options }: SchemaField): Column {
  const declared = columnTypeOf(type);
  const takesOptions = declared === 'option' || declared === 'option-list';
  return {
    type: declared,
    fromSchema: true,
    ...(label === '' ? {} : { label }),
    ...(takesOptions && options.length > 0 ? { options: [...options] } : {}),
  };
}
