import { VpError } from '../../domain/errors.ts';
import type { SchemaChange } from '../../mapping/documents/plan.ts';
import { confirm, intend, type Making } from './intent.ts';

/** Makes an object of the plan; false when it was there. One that somebody made since the plan is not ours, and refused: its fields would be guesses. */
export async function addObject(
  making: Making,
  change: Extract<SchemaChange, { kind: 'object' }>,
): Promise<boolean> {
  const { context, known } = making;
  const { object: nameSingular, namePlural, labelSingular, labelPlural, description, icon } = change;
  const there = (await context.target.schema()).objects.get(nameSingular);
  if (there !== undefined && known?.state === 'applied') return false;
  if (there !== undefined && known === undefined) {
    throw new VpError('TWENTY_INCOMPATIBLE', {
      what: 'Someone made an object of this name since the plan.',
      where: nameSingular,
      todo: 'Rename or remove that object in Twenty, or plan again: the plan then takes another name.',
    });
  }
  const seq = await intend(making, {
    kind: 'object-created',
    phase: 'schema',
    object: nameSingular,
    key: nameSingular,
    before: null,
    base: null,
  });
  const made =
    there ??
    (await context.target.model.createObject({
      nameSingular,
      namePlural,
      labelSingular,
      labelPlural,
      description,
      icon,
    }));
  // The fields it was born with: what a person adds later is told apart by them.
  await confirm(
    making,
    seq,
    { id: made.id, fields: [...made.fields.keys()] },
    { name: nameSingular, operation: 'create-object' },
  );
  return there === undefined;
}
