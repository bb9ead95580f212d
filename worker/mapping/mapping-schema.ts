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
  /** Values that the source defines for the pick-list, in its order: each becomes an option, used or not (source-options.ts). */
  sourceOptions: z.array(z.string()).optional(),
  /** Options that the value map begins with, and the source values (case and blanks aside) that mean them. Any other value is a decision of the plan. */
  knownOptions: z
    .array(
      z.strictObject({
        value: z.string(),
        label: z.string(),
        color: z.string(),
        from: z.array(z.string()).default([]),
      }),
    )
    .optional(),
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

/** A relation to one of several objects (Twenty's morph relations): which, a column says. */
const morphSchema = z.strictObject({
  /** Source column with the name of the object (its key or an alias), and the one with the id. */
  objectFrom: z.string(),
  from: z.string(),
  /** Relation field by source object. */
  to: z.record(z.string(), z.string()),
  /** For custom objects of the source: what their relation fields begin with (`target` makes `targetEquipment`). */
  customTo: z.string().optional(),
  missing: z.enum(['keep', 'dead-letter']).default('dead-letter'),
});

/** Holds when the transform of these columns gives one of `in` (case and blanks aside), or, without `in`, anything. */
const conditionSchema = z.strictObject({
  transform: z.string(),
  from: z.record(z.string(), z.string()),
  options: z.record(z.string(), z.unknown()).default({}),
  in: z.array(z.string()).optional(),
});

/**
 * Records that are made of the rows of another mapping's object, beside its own: the note of a meeting, the links of a task to its parents. Such a record
 * is a piece: its id is a function of the row's id and the mapping's `part` (promise 3).
 */
const piecesSchema = z.strictObject({
  /** The source object whose rows they are made of; it has a mapping of its own, which comes before. */
  of: z.string(),
  /** Only of rows for which all of these hold. */
  where: z.array(conditionSchema).default([]),
  /** One for each id in these columns (a list where the profile says so); the row then has the columns `$object` and `$id`. Without: one a row. */
  each: z.array(z.strictObject({ from: z.string(), object: z.string() })).optional(),
});

/** A file that goes with the record: its bytes come from the source's files, not from the row (domain/record.ts: FILE_COLUMNS). */
const attachedFileSchema = z.strictObject({
  /** FILES field of the Twenty object. */
  to: z.string(),
  /** Columns: path within the source's files, and the name that people see. */
  path: z.string(),
  name: z.string(),
  /** Text field that says where a file stays that is larger than the server takes. */
  elsewhere: z.string(),
});

/** A Twenty object to make, as the workspace's own (promise 9). */
const createObjectSchema = z.strictObject({
  namePlural: z.string(),
  labelSingular: z.string(),
  labelPlural: z.string(),
  description: z.string(),
  icon: z.string(),
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
  /** Made of the rows of another object. Without: of the rows of `object`. */
  pieces: piecesSchema.optional(),
  /** The Twenty object to make when the workspace lacks it. */
  createObject: createObjectSchema.optional(),
  /** Lasting workspace field for `<instance>:<source id>`; unique. */
  identity: z.string(),
  /** Before the source id in it, where several source objects become one Twenty object: `activities/`. */
  identityPrefix: z.string().default(''),
  /** Lasting workspace text field for what could not be converted, one `column: text` a line. Without one the mapping may keep nothing. */
  keep: z.string().optional(),
  /** Source columns of the original times, and the lasting fields that hold them. */
  times: z.strictObject({
    created: z.string().optional(),
    modified: z.string().optional(),
    keepCreated: z.string().optional(),
    keepModified: z.string().optional(),
  }),
  /** Who made the record: a column with an id of `object`, and the lasting text field for the name. Without: the product's name. */
  author: z.strictObject({ from: z.string(), object: z.string(), keep: z.string() }).optional(),
  match: z.array(matchKeySchema).default([]),
  fields: z.array(fieldMappingSchema),
  references: z.array(referenceSchema).default([]),
  morph: z.array(morphSchema).default([]),
  file: attachedFileSchema.optional(),
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
export type MorphReference = z.infer<typeof morphSchema>;
export type Condition = z.infer<typeof conditionSchema>;
export type MatchKey = z.infer<typeof matchKeySchema>;
export type CreateField = z.infer<typeof createFieldSchema>;
