import { z } from 'zod';

/** What a column holds, before any mapping. `text` also for what nobody knows; `money`: amounts that may name their currency. */
export const COLUMN_TYPES = [
  'id',
  'text',
  'rich-text',
  'email',
  'email-list',
  'phone',
  'url',
  'integer',
  'decimal',
  'money',
  'boolean',
  'date',
  'datetime',
  'option',
  'option-list',
  'currency-code',
  'reference',
  'reference-list',
] as const;

const sensitive = z.strictObject({ reason: z.string().min(1) });

const column = z.strictObject({
  type: z.enum(COLUMN_TYPES),
  /** For `reference` and `reference-list`: the object whose ids stand in the column. */
  references: z.string().optional(),
  /** For `option` and `option-list`: the values that the source defines, in its order, where it does. */
  options: z.array(z.string()).optional(),
  /** How the source shows the column's name, where it says so. */
  label: z.string().optional(),
  /** The source's own schema export declared it: nobody vetted it, so it is tested for sensitive names and values like an undeclared one. */
  fromSchema: z.boolean().optional(),
  sensitive: sensitive.optional(),
});

const sourceObject = z.strictObject({
  /** File within the export folder. */
  file: z.string(),
  /** Columns that identify a row; joined by `/` when several. */
  id: z.array(z.string()).min(1),
  /** A clinical or otherwise sensitive object: found, counted, left where it is, unless allowed by name. */
  sensitive: sensitive.optional(),
  /** Other names of the object in columns that name one (`parent_object`): its singular, say. Case aside. */
  aliases: z.array(z.string()).optional(),
  /** Rows that name a file: the columns of its path, and of the size (bytes) and SHA-256 (hex) that the source states. */
  attached: z
    .strictObject({ path: z.string(), size: z.string().optional(), sha256: z.string().optional() })
    .optional(),
  /** Rows that hang on a row of any object: the columns that name the object and the id. Children of excluded objects are dropped on the way in. */
  parent: z.strictObject({ object: z.string(), id: z.string() }).optional(),
  /** An object of the source's schema export. */
  custom: z.strictObject({ name: z.string(), labelSingular: z.string(), labelPlural: z.string() }).optional(),
  /** The pairs of a many-to-many association of the schema export: its name, and the two columns with their objects. */
  pairs: z
    .strictObject({
      association: z.string(),
      from: z.strictObject({ column: z.string(), object: z.string() }),
      to: z.strictObject({ column: z.string(), object: z.string() }),
    })
    .optional(),
  /** Whether a missing file is a finding. */
  optional: z.boolean().default(false),
  columns: z.record(z.string(), column),
});

/**
 * What a deployment of the source looks like. Data under mappings/<source>/source-profile.yaml; nothing about the source is in
 * code (shared/visual-practice.md).
 */
export const sourceProfileSchema = z.strictObject({
  name: z.string().min(1),
  description: z.string(),
  /** IANA zone of timestamps without an offset. */
  timeZone: z.string().min(1),
  /** How a date like 03/04/2019 is read. */
  dateOrder: z.enum(['dmy', 'mdy']),
  /** How a lone separator before exactly three digits is read: `1.234`. */
  decimalSeparator: z.enum(['.', ',']),
  /** Between the items of a list in one cell. */
  listSeparator: z.string().length(1),
  /** ISO 3166 alpha-2 country of phone numbers without a calling code, and ISO 4217 code of amounts without a currency. */
  defaultCountry: z.string().regex(/^[A-Z]{2}$/),
  defaultCurrency: z.string().regex(/^[A-Z]{3}$/),
  /** Row counts at which the source's own export is known to stop. */
  roundLimits: z.array(z.int().positive()),
  /** Where the source's schema export is, for custom objects; folder of their rows, and of attached files. */
  schemaFile: z.string().optional(),
  customFolder: z.string().optional(),
  filesFolder: z.string().optional(),
  /** Definitions of workflows, automations and templates: a JSON file whose lists become rows of the stream named. */
  definitions: z.strictObject({ file: z.string(), object: z.string() }).optional(),
  capabilities: z.strictObject({
    webhooks: z.boolean(),
    modifiedSince: z.boolean(),
    deletes: z.boolean(),
    files: z.boolean(),
    counts: z.boolean(),
  }),
  /** Objects in the order they are extracted. */
  objects: z.record(z.string().regex(/^[a-z][a-z0-9_]*$/), sourceObject),
  /** Columns nobody declared that look sensitive: by name (regular expressions, case-insensitive), or by values (named detectors). */
  sensitiveNames: z.array(z.strictObject({ pattern: z.string(), reason: z.string() })),
  sensitiveValues: z.array(z.enum(['us-ssn', 'ca-sin', 'uk-nhs', 'payment-card', 'iban', 'icd-10'])),
});

export type SourceProfile = z.infer<typeof sourceProfileSchema>;
export type SourceObjectProfile = SourceProfile['objects'][string];
export type ColumnType = (typeof COLUMN_TYPES)[number];
