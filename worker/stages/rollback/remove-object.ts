import { z } from 'zod';
import type { Change } from '../../ledger/ledger.ts';
import type { TargetObject } from '../../twenty/target.ts';
import type { RollbackRun } from './run.ts';

const bornSchema = z.object({ fields: z.array(z.string()) });

/**
 * Why an object of ours must stay; null when it may go. A record in it, live or in the trash, is not ours by now: ours were destroyed before. A field that
 * somebody added keeps it too, unless drift is taken back.
 */
export async function whyObjectStays(
  run: RollbackRun,
  change: Change,
  object: TargetObject,
): Promise<string | null> {
  const { records } = run.context.target;
  for await (const page of records.scan(object.nameSingular, { fields: [], trash: 'with', pageSize: 1 })) {
    const [record] = page;
    if (record !== undefined) return `a record that stays is in it: ${record.id}`;
  }
  if (run.drifted === 'revert') return null;
  const added = await fieldsAdded(run, change, object);
  return added.length === 0 ? null : `fields were added to it since: ${added.join(', ')}`;
}

/** Fields that neither came with the object nor were made by this migration, on this side or the other of a relation. */
async function fieldsAdded(run: RollbackRun, change: Change, object: TargetObject): Promise<string[]> {
  const born = bornSchema.safeParse(change.base);
  // Killed before the confirmation: nobody can have known the object for long.
  if (!born.success) return [];
  const made = await run.context.ledger.changes.newest(run.migration.id, {
    kinds: ['field-created'],
    limit: 10_000,
  });
  const ours = new Set(made.map(({ object: on, key }) => `${on}.${key}`));
  const known = new Set(born.data.fields);
  return [...object.fields.values()]
    .filter(({ name, relation }) => {
      const otherSide = relation === null ? '' : `${relation.targetObject}.${relation.targetField}`;
      return !known.has(name) && !ours.has(`${object.nameSingular}.${name}`) && !ours.has(otherSide);
    })
    .map(({ name }) => name);
}
