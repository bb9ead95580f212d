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

/** Identity, original text, original times and author of a mapping's target, and where a file stays that is too large: those that it names. */
export function systemFields(mapping: RecordMapping): SystemField[] {
  const fields: (Omit<SystemField, 'name'> & { readonly name: string | undefined })[] = [
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
    {
      name: mapping.author?.keep,
      type: 'TEXT',
      label: 'Visual Practice author',
      description: 'Who made the record in Visual Practice.',
      icon: 'IconUserEdit',
      unique: false,
    },
    {
      name: mapping.file?.elsewhere,
      type: 'TEXT',
      label: 'Stays in Visual Practice',
      description: 'Where the file is that is larger than Twenty takes.',
      icon: 'IconFileOff',
      unique: false,
    },
  ];
  return fields.flatMap(({ name, ...field }) => (name === undefined ? [] : [{ name, ...field }]));
}
