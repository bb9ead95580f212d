import { z } from 'zod';
import { VpError } from '../domain/errors.ts';
import type { Api, Outcome } from './api.ts';

/**
 * Makes a change of the data model. A lost answer is resolved by looking whether it was `made`; so is a refusal after one, because the server
 * may have been at it still when we looked.
 */
export async function change(
  api: Api,
  where: string,
  call: () => Promise<Outcome>,
  made: () => Promise<boolean>,
): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    const outcome = await call();
    if (outcome.kind === 'ok') return;
    if (attempt > 1 && (await made())) return;
    if (outcome.kind !== 'lost') throw refusedChange(where, outcome);
    if (attempt === 1 && (await made())) return;
    await api.backOff(attempt, outcome.code);
  }
}

const complaints = z
  .array(
    z.object({ errors: z.array(z.object({ code: z.string(), message: z.string().catch('') })).catch([]) }),
  )
  .catch([]);
const detailsSchema = z.object({ objectMetadata: complaints, fieldMetadata: complaints });

/** Of a refused object the fields are refused too, each because the object is missing: only its own reasons tell. */
function own(details: z.infer<typeof detailsSchema>): z.infer<typeof complaints> {
  return details.objectMetadata.length > 0 ? details.objectMetadata : details.fieldMetadata;
}

/**
 * The reasons of a refused change (twenty-facts 7.2), of the object or field itself and not of what follows from it (views). What they quote is
 * left out: it may be the label of an option, which is the customer's.
 */
function refusedChange(where: string, outcome: Outcome): VpError {
  const details = outcome.kind === 'refused' ? detailsSchema.safeParse(outcome.details) : null;
  const reasons = details?.success
    ? own(details.data).flatMap((item) =>
        item.errors.map(({ code, message }) => `${code}: ${message.replace(/(["'])[^"']*\1/g, '…')}`),
      )
    : [];
  const code = outcome.kind === 'refused' ? outcome.refusal.code : outcome.kind;
  return new VpError('TWENTY_SCHEMA', {
    what: `Twenty refused the change of its data model (${reasons.length === 0 ? code : reasons.join('; ')}).`,
    where,
    todo: 'Choose another name, type or option in the mapping, or make it by hand in Twenty, and make a new plan.',
  });
}
