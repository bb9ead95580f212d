import type { Plan, SchemaChange } from '../../mapping/documents/plan.ts';
import { code, md, mdTable, section } from './markdown.ts';

type FieldChange = Extract<SchemaChange, { kind: 'field' | 'relation' }>;

/** What apply-schema will make, and how the names of the source were adapted for it. */
export function schemaSection({ decided, foreseen }: Plan): string | null {
  const ofKind = <Kind extends SchemaChange['kind']>(...kinds: readonly Kind[]) =>
    decided.schema.filter((change): change is Extract<SchemaChange, { kind: Kind }> =>
      kinds.some((kind) => kind === change.kind),
    );
  const objects = ofKind('object');
  const fields = ofKind('field', 'relation');
  return section('## Schema to create', [
    decided.schema.length === 0
      ? 'Nothing: the workspace has every object, field and option already.'
      : 'Made by apply-schema as the workspace’s own, and removed again by rollback.',
    objects.length === 0
      ? null
      : mdTable(
          ['New object', 'Labels', 'What it is', 'Relations'],
          objects.map((change) => [
            code(change.object),
            `${md(change.labelSingular)}, ${md(change.labelPlural)}`,
            md(change.description),
            relationsOf(fields, change.object),
          ]),
        ),
    foreseen.adapted.length === 0
      ? null
      : `### Adapted names\n\n${mdTable(
          ['Source object', 'What', 'There', 'In Twenty', 'Why'],
          foreseen.adapted.map(({ object, what, from, to, why }) => [
            md(object),
            md(what),
            code(from),
            code(to),
            md(why),
          ]),
        )}`,
    fields.length === 0
      ? null
      : mdTable(
          ['Object', 'Field', 'Label', 'Type'],
          fields.map((change) => [md(change.object), code(change.name), md(change.label), typeOf(change)]),
        ),
    ...ofKind('options').map(
      (change) =>
        `Options added to ${code(`${change.object}.${change.field}`)}, behind those that are there: ${change.options.map(({ label }) => md(label)).join(' → ')}.`,
    ),
  ]);
}

/** A junction object shows by its two relations. */
function relationsOf(fields: readonly FieldChange[], object: string): string {
  return fields
    .flatMap((change) =>
      change.kind === 'relation' && change.object === object
        ? [`${code(change.name)} → ${md(change.targetObject)}`]
        : [],
    )
    .join(', ');
}

function typeOf(change: FieldChange): string {
  if (change.kind === 'relation')
    return `relation to ${md(change.targetObject)} (there: ${md(change.inverseLabel)})`;
  const options =
    change.options === null ? '' : `: ${change.options.map(({ label }) => md(label)).join(', ')}`;
  return `${change.type}${change.unique ? ', unique' : ''}${options}`;
}
