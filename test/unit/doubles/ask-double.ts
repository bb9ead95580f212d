import { z } from 'zod';
import type { TwentyDouble } from '../../doubles/twenty/double.ts';

const answer = z.object({
  data: z.record(z.string(), z.unknown()).nullish(),
  errors: z
    .array(z.object({ message: z.string(), extensions: z.record(z.string(), z.unknown()).optional() }))
    .optional(),
});
export type Answer = z.infer<typeof answer>;

/** Asks the double without a socket. */
export async function ask(
  double: TwentyDouble,
  query: string,
  variables: Record<string, unknown> = {},
  path: '/graphql' | '/metadata' = '/graphql',
): Promise<Answer> {
  const headers = { authorization: `Bearer ${double.apiKey}` };
  const { body } = await double.handle(path, headers, JSON.stringify({ query, variables }));
  return answer.parse(JSON.parse(body));
}

/** Rows of one root, whatever shape the root has: a list, a connection or one record. */
export function rowsOf(result: Answer, root: string): Record<string, unknown>[] {
  const row = z.record(z.string(), z.unknown());
  const found = result.data?.[root];
  const connection = z.object({ edges: z.array(z.object({ node: row })) }).safeParse(found);
  if (connection.success) return connection.data.edges.map(({ node }) => node);
  return z.array(row).parse(Array.isArray(found) ? found : [found]);
}

/** A UUID of version 5 that ends in this number. */
export function idOf(number: number): string {
  return `a0000000-0000-5000-8000-${String(number).padStart(12, '0')}`;
}

export const NEW_FIELD =
  'mutation($i:CreateOneFieldMetadataInput!){createOneField(input:$i){id name options}}';
export const CHANGED_FIELD =
  'mutation($i:UpdateOneFieldMetadataInput!){updateOneField(input:$i){id options}}';

export const CREATE_COMPANIES =
  'mutation($d:[CompanyCreateInput!]!,$u:Boolean){createCompanies(data:$d,upsert:$u){id name position deletedAt createdAt domainName{primaryLinkUrl primaryLinkLabel}}}';
export const CREATE_PEOPLE =
  'mutation($d:[PersonCreateInput!]!,$u:Boolean){createPeople(data:$d,upsert:$u){id companyId emails{primaryEmail additionalEmails}}}';
