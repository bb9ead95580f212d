import { VpError } from '../../domain/errors.ts';
import type { SchemaChange } from '../../mapping/documents/plan.ts';
import type { FieldSpec, TargetField } from '../../twenty/target.ts';
import { confirm, intend, type Making } from './intent.ts';

type FieldChange = Extract<SchemaChange, { kind: 'field' | 'relation' }>;

/** Makes a field or relation of the plan; false when it was there. One that somebody made since the plan is used as it is, and not ours to take back. */
export async function addField(making: Making, change: FieldChange): Promise<boolean> {
  const { context, known } = making;
  const there = (await context.target.schema()).objects.get(change.object)?.fields.get(change.name);
  if (there !== undefined && known?.state === 'applied') return false;
  if (there !== undefined && known === undefined) {
    requireType(change, there);
    return false;
  }
  const seq = await intend(making, {
    kind: 'field-created',
    phase: 'schema',
    object: change.object,
    key: change.name,
    before: null,
    base: null,
  });
  const field = there ?? (await context.target.model.createField(specOf(change)));
  await confirm(
    making,
    seq,
    { id: field.id, type: field.type },
    { name: `${change.object}.${change.name}`, operation: 'create-field' },
  );
  return there === undefined;
}

function specOf(change: FieldChange): FieldSpec {
  const { object, name, label, description, icon } = change;
  const common = { object, name, label, description, icon };
  if (change.kind === 'relation') {
    const { targetObject, inverseLabel, inverseIcon } = change;
    return { ...common, type: 'RELATION', relation: { targetObject, inverseLabel, inverseIcon } };
  }
  return {
    ...common,
    type: change.type,
    isUnique: change.unique,
    ...(change.settings === null ? {} : { settings: change.settings }),
    ...(change.options === null
      ? {}
      : { options: change.options.map((option, position) => ({ ...option, position })) }),
  };
}

function requireType(change: FieldChange, there: TargetField): void {
  const wanted = change.kind === 'relation' ? 'RELATION' : change.type;
  if (there.type === wanted) return;
  throw new VpError('TWENTY_INCOMPATIBLE', {
    what: `Someone made this field since the plan, as ${there.type}; the mapping needs ${wanted}.`,
    where: `${change.object}.${change.name}`,
    todo: 'Rename or remove that field in Twenty, or change the mapping, and plan again.',
  });
}
