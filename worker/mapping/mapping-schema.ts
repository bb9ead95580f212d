import { z } from 'zod';

/** A field that the workspace lacks and that the plan makes, as the workspace's own (promise 9). */
const createFieldSchema = z.strictObject({
  type: z.enum([
    'TEXT',
    'NUMBER',
    'BOOLEAN',
    'DATE',
    'DATE_TIME',
    'CURRENCY',
    'LINKS',
    'EMAILS',
    'PHONES',
    'ADDRESS',
    'SELECT',
    'MULTI_SELECT',
    'ARRAY',
    'RATING',
    'RAW_JSON',
  ]),
  label: z.string().min(1).max(63),
  description: z.string().optional(),
  icon: z.string().optional(),
  unique: z.boolean().default(false),
  settings: z.record(z.string(), z.unknown()).optional(),
  /** Options of a SELECT that does not take them from a value map. */
  options: z.array(z.strictObject({ value: z.string(), label: z.string(), color: z.string() })).optional(),
});

const fieldMappingSchema = z.strictObject({
  /** Twenty field. */
  to: z.string(),
  /** Name in transforms/registry.ts. */
  transform: z.string(),
  /** Role of the transform to source column. */
  from: z.record(z.string(), z.string()),
  options: z.record(z.string(), z.unknown()).default({}),
  /** What happens to a value that cannot be converted: its text goes to the `keep` field, or the record is a dead letter. */
  unconvertible: z.enum(['keep', 'dead-letter']).default('keep'),
  /** An empty value makes the record a dead letter. */
  required: z.boolean().default(false),
  create: createFieldSchema.optional(),
  /** For SELECT and MULTI_SELECT: the value map whose targets become the options. */
  valueMap: z.string().optional(),
});

const referenceSchema = z.strictObject({
  /** Relation field of the Twenty object. */
  to: z.string(),
  /** Source column with the id. */
  from: z.string(),
  /** Source object whose ids they are. */
  object: z.string(),
  /** What happens when the id leads nowhere: its text goes to the `keep` field, or the record is a dead letter. */
  missing: z.enum(['keep', 'dead-letter']).default('keep'),
  /** The relation to make when the workspace lacks it: many to one. */
  create: z
    .strictObject({
      label: z.string(),
      description: z.string().optional(),
      icon: z.string(),
      inverseLabel: z.string(),
      inverseIcon: z.string(),
    })
    .optional(),
});

const matchKeySchema = z.strictObject({
  /** Path in the Twenty record, e.g. `emails.primaryEmail`. */
  path: z.string(),
  /** `exact`: as Twenty normalises. `bare-host`: host of a URL without scheme and www. */
  as: z.enum(['exact', 'bare-host']),
  /** Twenty refuses two records with it, so that a later one has to lose it (`keep-both`). */
  unique: z.boolean(),
});

const common = {
  /** Source object in the profile. */
  object: z.string(),
  /** Twenty object, singular name. */
  target: z.string(),
  description: z.string().optional(),
};

/** Rows that become records. */
const recordMappingSchema = z.strictObject({
  ...common,
  kind: z.literal('record'),
  /** Tells the pieces of one source record apart; part of the id. */
  part: z.string().default('record'),
  /** Lasting workspace field for `<instance>:<source id>`; unique. */
  identity: z.string(),
  /** Lasting workspace text field for what could not be converted, one `column: text` a line. */
  keep: z.string(),
  /** Source columns of the original times, and the lasting fields that hold them. */
  times: z.strictObject({
    created: z.string().optional(),
    modified: z.string().optional(),
    keepCreated: z.string(),
    keepModified: z.string(),
  }),
  /** Who made the record: a column with an id of `object`, and the lasting text field for the name. Without: the product's name. */
  author: z.strictObject({ from: z.string(), object: z.string(), keep: z.string() }).optional(),
  match: z.array(matchKeySchema).default([]),
  fields: z.array(fieldMappingSchema),
  references: z.array(referenceSchema).default([]),
  /** The reference (by `to`) that makes a hierarchy of the object; loops in it are broken. */
  parent: z.string().optional(),
  /** Sums that reconciliation computes from the raw snapshot: amount column, its currency column, and the columns to group by. */
  sums: z
    .array(
      z.strictObject({
        amount: z.string(),
        currency: z.string(),
        by: z.array(z.string()),
        to: z.string(),
        groupTo: z.string(),
        /** Twenty field of amounts that name no currency, where they have one of their own. */
        withoutCurrencyTo: z.string().optional(),
      }),
    )
    .default([]),
  /** Columns left behind on purpose, with the reason. */
  ignore: z.record(z.string(), z.string()).default({}),
});

/** Rows that are people of the workspace: matched, never made (an API key cannot make members). */
const memberMappingSchema = z.strictObject({
  ...common,
  kind: z.literal('member'),
  /** Source column with the e-mail, and path of it in the Twenty object. */
  email: z.string(),
  path: z.string(),
  /** Columns of the name, for the list of orphan owners. */
  name: z.array(z.string()),
});

/** Rows that become options of a SELECT field. */
const optionMappingSchema = z.strictObject({
  ...common,
  kind: z.literal('option'),
  /** The SELECT field that takes the options. */
  field: z.string(),
  /** Value map that the options make. */
  valueMap: z.string(),
  /** Columns: the option's name, the group it belongs to (pipeline), and its order in the group. */
  name: z.string(),
  group: z.string(),
  order: z.string(),
  /** Who uses the options: source object and its columns for group and name. */
  usedBy: z.strictObject({ object: z.string(), group: z.string(), name: z.string() }),
});

export const objectMappingSchema = z.discriminatedUnion('kind', [
  recordMappingSchema,
  memberMappingSchema,
  optionMappingSchema,
]);

/** load-order.yaml: objects in the order in which they are resolved and written. */
export const loadOrderSchema = z.strictObject({ objects: z.array(z.string()).min(1) });

export type ObjectMapping = z.infer<typeof objectMappingSchema>;
export type RecordMapping = z.infer<typeof recordMappingSchema>;
export type MemberMapping = z.infer<typeof memberMappingSchema>;
export type OptionMapping = z.infer<typeof optionMappingSchema>;
export type FieldMapping = z.infer<typeof fieldMappingSchema>;
export type MatchKey = z.infer<typeof matchKeySchema>;
export type CreateField = z.infer<typeof createFieldSchema>;
