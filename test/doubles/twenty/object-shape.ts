import { COMPOSITES, type CompositeType, PRIMARY_SUB_FIELD } from './composites.ts';
import { scalarParser } from './field-parser.ts';
import {
  type FieldMeta,
  joinColumnOf,
  type Model,
  morphColumnOf,
  type ObjectMeta,
  type OnDelete,
} from './model.ts';
import { parseUuid, type ScalarParser } from './scalar-values.ts';

/** What the table of an object looks like: derived from the model, the same until the model changes. */
export interface Column {
  readonly name: string;
  readonly field: FieldMeta;
  readonly composite: CompositeType | null;
  readonly parse: ScalarParser;
  readonly notNull: boolean;
}

export interface ForeignKey {
  readonly column: string;
  readonly target: string;
  readonly onDelete: OnDelete;
}

/** A unique key: the record id apart, which every object has. */
export interface UniqueKey {
  readonly field: string;
  readonly sub: string | null;
  readonly label: string;
}

export interface ObjectShape {
  readonly object: ObjectMeta;
  readonly columns: ReadonlyMap<string, Column>;
  readonly uniques: readonly UniqueKey[];
  readonly foreignKeys: readonly ForeignKey[];
  /** Many-to-one relations by name: `company` -> its column and object. */
  readonly toOne: ReadonlyMap<string, ForeignKey>;
  /** One-to-many relations by name: `people` -> the object and its column that point here. */
  readonly toMany: ReadonlyMap<string, { readonly object: string; readonly column: string }>;
}

export class Shapes {
  readonly #model: Model;
  readonly #cache = new Map<string, ObjectShape>();
  #version = 0;

  constructor(model: Model) {
    this.#model = model;
  }

  get(nameSingular: string): ObjectShape {
    if (this.#version !== this.#model.version) {
      this.#cache.clear();
      this.#version = this.#model.version;
    }
    const cached = this.#cache.get(nameSingular);
    if (cached !== undefined) return cached;
    const shape = shapeOf(this.#model, this.#model.require(nameSingular));
    this.#cache.set(nameSingular, shape);
    return shape;
  }
}

function shapeOf(model: Model, object: ObjectMeta): ObjectShape {
  const columns = new Map<string, Column>();
  const toOne = new Map<string, ForeignKey>();
  const toMany = new Map<string, { object: string; column: string }>();
  const uniques: UniqueKey[] = [];
  const join = (field: FieldMeta, relation: string, key: ForeignKey) => {
    toOne.set(relation, key);
    columns.set(key.column, { name: key.column, field, composite: null, parse: parseUuid, notNull: false });
  };
  for (const field of object.fields.values()) {
    if (field.relation?.type === 'MANY_TO_ONE') {
      const { object: target, onDelete } = field.relation;
      join(field, field.name, { column: joinColumnOf(field), target, onDelete: onDelete ?? 'SET_NULL' });
    } else if (field.relation !== null) {
      const far = model.objects.get(field.relation.object)?.fields.get(field.relation.field);
      if (far === undefined) continue;
      const column = far.morph === null ? joinColumnOf(far) : morphColumnOf(object.nameSingular);
      toMany.set(field.name, { object: far.object, column });
    } else if (field.morph !== null) {
      for (const target of field.morph) {
        const column = morphColumnOf(target.object);
        join(field, column.slice(0, -2), { column, target: target.object, onDelete: target.onDelete });
      }
    } else {
      columns.set(field.name, scalarOrComposite(field));
      if (field.isUnique)
        uniques.push({
          field: field.name,
          sub: PRIMARY_SUB_FIELD.get(field.type) ?? null,
          label: field.label,
        });
    }
  }
  return { object, columns, uniques, toOne, toMany, foreignKeys: [...toOne.values()] };
}

function scalarOrComposite(field: FieldMeta): Column {
  const composite = COMPOSITES.get(field.type) ?? null;
  return {
    name: field.name,
    field,
    composite,
    parse: scalarParser(field),
    notNull: !field.isNullable && composite === null,
  };
}
