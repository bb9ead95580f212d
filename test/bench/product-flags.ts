import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

/** The flags of Node that the product runs with. */
export const PRODUCT_FLAGS: readonly string[] = z
  .array(z.string())
  .parse(JSON.parse(readFileSync(join(import.meta.dirname, '../../worker/node-flags.json'), 'utf8')));
