import { type Adapted, LASTING } from './custom-draft.ts';
import { chooseFieldName, fieldLabelFor, occupiedByObject, occupiedNames } from './field-names.ts';
import { fieldMappingOf } from './field-recipes.ts';
import type { FieldMapping } from './mapping-schema.ts';
import { NEW_OBJECT, type WorkspaceField, type WorkspaceObject, type WorkspaceSchema } from './new-object.ts';
import { labelOf } from './plain-name.ts';

/**
 * Gives out the names of the fields of one custom object, each once. A field that the workspace's object of the name has with the same type is used as it
 * is; every other name there is avoided. Notes what it adapted.
 */
export class NameTaker {
  readonly object: string;
  readonly adapted: Adapted[] = [];
  readonly #target: string;
  readonly #existing: WorkspaceObject | undefined;
  readonly #occupied: ReadonlySet<string>;
  readonly #taken: Set<string>;

  constructor(object: string, target: string, schema: WorkspaceSchema) {
    this.object = object;
    this.#target = target;
    this.#existing = schema.objects.get(target);
    this.#occupied = this.#existing === undefined ? new Set() : occupiedByObject(this.#existing);
    this.#taken = new Set([
      ...occupiedByObject(NEW_OBJECT),
      ...Object.values(LASTING).map((name) => name.toLowerCase()),
    ]);
  }

  field(column: string, type: string): string {
    return this.#take(column, type, (there) => there.isCustom && there.type === type);
  }

  /** A many-to-one relation to a Twenty object. */
  relation(column: string, target: string): string {
    return this.#take(
      column,
      'RELATION',
      ({ relation }) => relation?.type === 'MANY_TO_ONE' && relation.targetObject === target,
    );
  }

  /** A text field for a column of any kind. */
  text(column: string, label: string): FieldMapping {
    return fieldMappingOf({
      object: this.object,
      column,
      to: this.field(column, 'TEXT'),
      type: 'text',
      label,
    });
  }

  /** The declared label as Twenty takes it, else one from the column. */
  label(column: string, declared: string | undefined): string {
    const wanted = declared ?? '';
    const label = labelOf(wanted) || fieldLabelFor(column);
    if (wanted !== '' && label !== wanted) {
      const why = 'a label is one line of 1 to 63 characters';
      this.adapted.push({ object: this.object, what: 'label of a field', from: wanted, to: label, why });
    }
    return label;
  }

  #take(column: string, type: string, fits: (there: WorkspaceField) => boolean): string {
    const wanted = chooseFieldName(column, type, this.#taken, this.#target);
    const there = this.#existing?.fields.get(wanted.name);
    const chosen =
      there !== undefined && fits(there)
        ? wanted
        : chooseFieldName(column, type, new Set([...this.#taken, ...this.#occupied]), this.#target);
    for (const one of occupiedNames(chosen.name, type)) this.#taken.add(one);
    if (chosen.why !== null)
      this.adapted.push({
        object: this.object,
        what: 'field name',
        from: column,
        to: chosen.name,
        why: chosen.why,
      });
    return chosen.name;
  }
}
