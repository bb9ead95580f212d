import { writeFile } from 'node:fs/promises';
import { z } from 'zod';
import { sourceProfileSchema } from '../worker/domain/source-profile.ts';
import { loadOrderSchema, objectMappingSchema } from '../worker/mapping/mapping-schema.ts';

/** JSON Schemas beside the mapping files, so that an editor completes and checks them. `npm run schema` writes them. */
export const SCHEMAS = {
  'source-profile.schema.json': sourceProfileSchema,
  'load-order.schema.json': loadOrderSchema,
  'object-mapping.schema.json': objectMappingSchema,
} as const;

export function schemaText(schema: z.ZodType): string {
  return `${JSON.stringify(z.toJSONSchema(schema, { io: 'input' }), null, 2)}\n`;
}

if (import.meta.main) {
  for (const [name, schema] of Object.entries(SCHEMAS)) {
    await writeFile(new URL(`./visual-practice/${name}`, import.meta.url), schemaText(schema));
  }
}
