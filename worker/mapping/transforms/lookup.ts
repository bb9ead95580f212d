import { z } from 'zod';
import { oneLine, unconverted } from './clean-text.ts';
import type { Transform, TransformDefinition, Unconverted } from './transform.ts';
import { EMPTY } from './transform.ts';

const KEYS = ['key1', 'key2', 'key3', 'key4'];

/**
 * `lookup` over the given transforms: reads `column` of the row of `table` whose id parts are key1…, and applies the transform `then` (default
 * `text`) with `thenOptions` to it. No such row: the keys are kept. What `then` cannot convert is kept under `table.column`.
 */
export function lookupThen(transforms: Readonly<Record<string, TransformDefinition>>): TransformDefinition {
  const optionsSchema = z
    .strictObject({
      /** Source object to read. */
      table: z.string().min(1),
      column: z.string().min(1),
      /** No such row: the keys are kept as text, or the field stays empty because other entries carry the keys. */
      missing: z.enum(['keep', 'empty']).default('keep'),
      // biome-ignore lint/suspicious/noThenProperty: a word of the mapping files; it holds a name, nothing callable.
      then: z.enum(Object.keys(transforms)).default('text'),
      thenOptions: z.record(z.string(), z.unknown()).default({}),
    })
    .superRefine((options, refinement) => {
      const parsed = transforms[options.then]?.optionsSchema.safeParse(options.thenOptions);
      for (const issue of parsed?.error?.issues ?? [])
        refinement.addIssue({ code: 'custom', message: `thenOptions: ${issue.message}` });
    });
  return {
    apply: applyWith(transforms),
    roles: ['key1'],
    optionalRoles: KEYS.slice(1),
    optionsSchema,
    produces: [...new Set(Object.values(transforms).flatMap((transform) => transform.produces))],
  };
}

function applyWith(transforms: Readonly<Record<string, TransformDefinition>>): Transform {
  return (input, options, context) => {
    const given = KEYS.filter((role) => input[role] !== undefined);
    const key = given.map((role) => oneLine(input[role]));
    if (key.every((part) => part === '')) return EMPTY;
    const { table, column, then = 'text', thenOptions } = options;
    const transform =
      typeof then === 'string' && Object.hasOwn(transforms, then) ? transforms[then] : undefined;
    const found =
      typeof table === 'string' && typeof column === 'string'
        ? context.lookup(table, key, column)
        : undefined;
    if (found === undefined && options.missing === 'empty') return EMPTY;
    if (transform === undefined || found === undefined) {
      const filled = given.filter((role) => oneLine(input[role]) !== '');
      return {
        kind: 'unconvertible',
        kept: filled.map((role) => unconverted(role, input[role], 'LOOKUP_MISSING')),
      };
    }
    const role = transform.roles[0] ?? transform.optionalRoles[0] ?? 'value';
    const result = transform.apply({ [role]: found }, isOptions(thenOptions) ? thenOptions : {}, context);
    if (result.kind === 'empty' || result.kept === undefined) return result;
    const kept = result.kept.map((part): Unconverted => ({ ...part, role: `${table}.${column}` }));
    return result.kind === 'value' ? { ...result, kept } : { kind: 'unconvertible', kept };
  };
}

function isOptions(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
