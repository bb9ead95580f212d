import type { RecordMapping } from './mapping-schema.ts';

/** A lasting field that every migrated record gets, as the workspace's own (promise 9). */
export interface SystemField {
  readonly name: string;
  readonly type: 'TEXT' | 'DATE_TIME';
  readonly label: string;
  readonly description: string;
  readonly icon: string;
  readonly unique: boolean;
}

/** Identity, original text and original times of a mapping's target. */
export function systemFields(mapping: RecordMapping): SystemField[] {
  return [
    {
      name: mapping.identity,
      type: 'TEXT',
      label: 'Visual Practice ID',
      description: 'Source instance and id of the record in Visual Practice. Unique.',
      icon: 'IconFingerprint',
      unique: true,
    },
    {
      name: mapping.keep,
      type: 'TEXT',
      label: 'Visual Practice original text',
      description: 'What could not be converted on the way, one "column: text" a line.',
      icon: 'IconQuote',
      unique: false,
    },
    {
      name: mapping.times.keepCreated,
      type: 'DATE_TIME',
      label: 'Created in Visual Practice',
      description: 'When the record was created in Visual Practice.',
      icon: 'IconCalendarPlus',
      unique: false,
    },
    {
      name: mapping.times.keepModified,
      type: 'DATE_TIME',
      label: 'Modified in Visual Practice',
      description: 'When the record was last modified in Visual Practice, as of the snapshot.',
      icon: 'IconCalendarEvent',
      unique: false,
    },
    ...(mapping.author === undefined
      ? []
      : [
          {
            name: mapping.author.keep,
            type: 'TEXT' as const,
            label: 'Visual Practice author',
            description: 'Who made the record in Visual Practice.',
            icon: 'IconUserEdit',
            unique: false,
          },
        ]),
  ];
}
