import type { FieldMapping, RecordMapping } from './mapping-schema.ts';
import type { NameChange } from './object-names.ts';

/** One thing of a custom object that is not in Twenty as it is in the source, for the plan. Names and labels only, no customer value. */
export interface Adapted {
  /** Object of the mapping. */
  readonly object: string;
  readonly what: NameChange['what'] | 'field name' | 'label of a field' | 'association' | 'inverse label';
  readonly from: string;
  readonly to: string;
  readonly why: string;
}

/** A relation to be, before its inverse field has a label. */
export interface DraftReference {
  readonly to: string;
  readonly from: string;
  /** Source object, and the Twenty object that its mapping writes. */
  readonly object: string;
  readonly target: string;
  readonly label: string;
  readonly missing: 'keep' | 'dead-letter';
}

/** The mapping of a custom object, a junction or the links of one association, before inverse fields are labelled. */
export interface CustomDraft {
  readonly object: string;
  readonly target: string;
  readonly createObject: NonNullable<RecordMapping['createObject']>;
  readonly description: string;
  readonly fields: readonly FieldMapping[];
  readonly references: readonly DraftReference[];
  readonly parent: string | null;
  readonly times: RecordMapping['times'];
  readonly pieces: NonNullable<RecordMapping['pieces']> | null;
}

/** Lasting fields of every custom record, as in the mapping files of Twenty's own objects. */
export const LASTING = {
  identity: 'visualPracticeId',
  keep: 'visualPracticeOriginalText',
  keepCreated: 'visualPracticeCreatedAt',
  keepModified: 'visualPracticeModifiedAt',
} as const;
