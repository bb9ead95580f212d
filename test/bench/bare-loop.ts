import { z } from 'zod';
import type { TargetRecord } from '../../worker/twenty/target.ts';

export interface BareLoop {
  /** Creates the batches under ids and unique keys of their own, each lane one after the other. Rejects when Twenty refuses. */
  run(batches: readonly TargetRecord[][]): Promise<void>;
  /** Of everything created. */
  readonly ids: readonly string[];
}

const answer = z.object({
  data: z.object({ createPeople: z.array(z.unknown()).nullable() }).nullish(),
  errors: z.array(z.object({ message: z.string() })).optional(),
});

/** A loop that does nothing but the create calls: the least that a load of the same records could take. */
export function bareLoop(options: {
  readonly url: string;
  readonly apiKey: string;
  readonly lanes: number;
  readonly query: () => Promise<string>;
}): BareLoop {
  const { url, apiKey, lanes } = options;
  const ids: string[] = [];
  const stamp = Date.now().toString(16).padStart(12, '0').slice(-12);

  const renamed = (record: TargetRecord): TargetRecord => {
    const n = ids.length;
    const id = `${n.toString(16).padStart(8, '0')}-bbbb-4bbb-8bbb-${stamp}`;
    ids.push(id);
    const emails = z.object({ primaryEmail: z.string() }).loose().safeParse(record['emails']);
    return {
      ...record,
      id,
      visualPracticeId: `bare-${stamp}:${n}`,
      ...(emails.success
        ? { emails: { ...emails.data, primaryEmail: `bare${n}-${stamp}-${emails.data.primaryEmail}` } }
        : {}),
    };
  };

  return {
    ids,
    async run(batches) {
      const prepared = batches.map((batch) => batch.map(renamed));
      const lane = async (query: string): Promise<void> => {
        for (let batch = prepared.shift(); batch !== undefined; batch = prepared.shift()) {
          const response = await fetch(`${url}/graphql`, {
            method: 'POST',
            headers: { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' },
            body: JSON.stringify({ query, variables: { data: batch } }),
          });
          const { data, errors } = answer.parse(await response.json());
          if (data?.createPeople?.length !== batch.length)
            throw new Error(`the bare loop was refused: ${errors?.[0]?.message ?? response.status}`);
        }
      };
      const query = await options.query();
      await Promise.all(Array.from({ length: lanes }, () => lane(query)));
    },
  };
}
