import type { Plan } from '../../mapping/documents/plan.ts';
import type { ObjectMapping, RecordMapping } from '../../mapping/mapping-schema.ts';
import { valueMapParts } from '../../mapping/value-map.ts';
import { code, md, mdTable, section } from './markdown.ts';
import { transformWords } from './words.ts';

/** One table per object: source columns, what is done to them, Twenty field. */
export function fieldMapSection(plan: Plan): string | null {
  return section(
    '## Field map',
    plan.decided.mapping.map((mapping) => objectMap(plan, mapping)),
  );
}

function objectMap(plan: Plan, mapping: ObjectMapping): string | null {
  const heading = `### ${md(mapping.object)} → ${md(mapping.target)}`;
  if (mapping.kind === 'member') {
    return `${heading}\n\nMatched to workspace members by ${code(mapping.email)} (case and blanks do not matter). Nobody is created.`;
  }
  if (mapping.kind === 'option') {
    return `${heading}\n\nEvery (${code(mapping.group)}, ${code(mapping.name)}) is an option of ${code(`${mapping.target}.${mapping.field}`)}, in the order of ${code(mapping.order)}.`;
  }
  const made = new Set(
    plan.decided.schema.flatMap((change) =>
      (change.kind === 'field' || change.kind === 'relation') && change.object === mapping.target
        ? [change.name]
        : [],
    ),
  );
  const inferred = new Map(
    plan.foreseen.inferred
      .filter(({ object }) => object === mapping.object)
      .map((entry) => [entry.field, entry.evidence]),
  );
  const field = (name: string) => `${code(name)}${made.has(name) ? ' (new)' : ''}`;
  const rows = [
    ...mapping.fields.map(({ to, from, transform, options, unconvertible, required }) => [
      Object.values(from).map(code).join(', ') || '–',
      transformWords(transform, options) +
        (inferred.has(to) ? ` (custom column: ${md(inferred.get(to) ?? '')})` : ''),
      field(to),
      [required ? 'must have a value' : '', unconvertible === 'dead-letter' ? 'dead letter' : 'text is kept']
        .filter((words) => words !== '')
        .join('; '),
    ]),
    ...mapping.references.map(({ to, from, object, missing }) => [
      code(from),
      isMember(plan, object)
        ? `the workspace member that ${md(object)} name`
        : `the record that the row of ${md(object)} with that id becomes`,
      field(to),
      missing === 'dead-letter'
        ? 'dead letter'
        : isMember(plan, object)
          ? 'the fallback member; text is kept'
          : 'text is kept',
    ]),
    ...mapping.morph.map(({ objectFrom, from, to, missing }) => [
      `${code(objectFrom)}, ${code(from)}`,
      `the record of that object with that id: ${Object.keys(to).map(md).join(', ')}`,
      Object.values(to).map(field).join(', '),
      missing === 'dead-letter' ? 'dead letter' : 'text is kept',
    ]),
    ...fileRows(mapping, field),
    ...systemRows(mapping, field),
  ];
  const left = plan.foreseen.unmapped.filter(({ object }) => object === mapping.object);
  return [
    heading,
    madeOf(mapping),
    mdTable(['Source column', 'What is done', 'Twenty field', 'When it cannot be converted'], rows),
    left.length === 0
      ? ''
      : `Not moved: ${left.map(({ column, reason }) => `${code(column)} (${md(reason)})`).join(', ')}.`,
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

/** Of which rows the records are made, where that is not plain. */
function madeOf({ object, pieces, createObject }: RecordMapping): string {
  const sentences: string[] = [];
  if (createObject !== undefined)
    sentences.push(`Twenty gets the object ${md(createObject.labelPlural)} for it.`);
  if (pieces !== undefined) {
    const each = pieces.each?.map(({ from }) => code(from)).join(', ');
    const where = pieces.where.map(
      ({ from, in: wanted }) =>
        `${Object.values(from).map(code).join(', ')} ${wanted === undefined ? 'says something' : `is ${wanted.map(code).join(' or ')}`}`,
    );
    sentences.push(
      `Made of the rows of ${md(pieces.of)}${each === undefined ? '' : `: one for each id in ${each}`}${where.length === 0 ? '' : `, where ${where.join(' and ')}`}. Each of them counts as a row of ${md(object)}.`,
    );
  }
  return sentences.join(' ');
}

function fileRows({ file }: RecordMapping, field: (name: string) => string): string[][] {
  return file === undefined
    ? []
    : [
        [
          `${code(file.path)}, ${code(file.name)}`,
          'the file, uploaded; SHA-256 compared before and after. One that is too large stays, and the record says where',
          `${field(file.to)}, ${field(file.elsewhere)}`,
          'dead letter',
        ],
      ];
}

function isMember({ decided }: Plan, object: string): boolean {
  return decided.mapping.some((mapping) => mapping.object === object && mapping.kind === 'member');
}

function systemRows(
  { times, author, identity, keep }: RecordMapping,
  field: (name: string) => string,
): string[][] {
  const rows = [
    ['id', 'source instance and id, unique and lasting', field(identity), '–'],
    ...(keep === undefined
      ? []
      : [['what could not be converted', 'kept as text, one line a column', field(keep), '–']]),
  ];
  if (times.created !== undefined)
    rows.push([
      code(times.created),
      'original time, also as createdAt of records that are created',
      field(times.keepCreated ?? 'createdAt'),
      'text is kept',
    ]);
  if (times.modified !== undefined)
    rows.push([
      code(times.modified),
      'original time, also as updatedAt of records that are created',
      field(times.keepModified ?? 'updatedAt'),
      'text is kept',
    ]);
  if (author !== undefined)
    rows.push([
      code(author.from),
      'name of the author, also as createdBy of records that are created',
      field(author.keep),
      '–',
    ]);
  return rows;
}

/** Which source value becomes which option. */
export function valueMapSection({ decided }: Plan): string | null {
  const maps = Object.entries(decided.valueMaps).map(([name, map]) => {
    const rows = Object.entries(map).map(([key, value]) => [
      md(valueMapParts(key).join(' / ')),
      value === null ? '*nothing*' : code(value),
    ]);
    return rows.length === 0
      ? null
      : `### ${md(name)}\n\n${mdTable(['Source value', 'Option in Twenty'], rows)}`;
  });
  return section(
    '## Value maps',
    maps.length === 0 ? [] : ['Source values are compared without case and stray blanks.', ...maps],
  );
}
