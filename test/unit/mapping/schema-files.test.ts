import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { SCHEMAS, schemaText } from '../../../mappings/generate-schema.ts';

it.each(Object.entries(SCHEMAS))(
  '%s is what the code says (npm run schema writes it)',
  async (name, schema) => {
    const file = new URL(`../../../mappings/visual-practice/${name}`, import.meta.url);
    expect(await readFile(file, 'utf8')).toBe(schemaText(schema));
  },
);
