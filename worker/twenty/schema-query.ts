/** The fields of the metadata API that the schema is read from. The first of each list it cannot do without. */
export interface MetadataNames {
  readonly object: readonly string[];
  readonly field: readonly string[];
}

/** As 2.21 has them. */
export const NAMES_2_21: MetadataNames = {
  object: [
    'id',
    'nameSingular',
    'namePlural',
    'labelSingular',
    'labelPlural',
    'isSystem',
    'applicationId',
    'fieldsList',
  ],
  field: [
    'id',
    'name',
    'label',
    'type',
    'isNullable',
    'isUnique',
    'isSystem',
    'applicationId',
    'defaultValue',
    'options',
    'settings',
    'relation',
    'morphRelations',
  ],
};

/** Names that other versions have and that say the same. */
const ALSO: MetadataNames = { object: ['isCustom', 'fields'], field: ['isCustom'] };

const RELATION = '{ type targetObjectMetadata { nameSingular } targetFieldMetadata { name } }';

/** Asks which of the names the server has. */
export const INTROSPECTION =
  'query Names { object: __type(name: "Object") { fields { name } } field: __type(name: "Field") { fields { name } } }';

/** What of ours a server has, by its own account. */
export function namesKnown(known: {
  readonly object: readonly string[];
  readonly field: readonly string[];
}): MetadataNames {
  const pick = (of: keyof MetadataNames) => {
    const wanted = [...NAMES_2_21[of], ...ALSO[of]].filter((name) => known[of].includes(name));
    return wanted.includes('fieldsList') ? wanted.filter((name) => name !== 'fields') : wanted;
  };
  return { object: pick('object'), field: pick('field') };
}

/** One page of all objects with all fields. */
export function schemaQuery(names: MetadataNames): string {
  const field = names.field
    .map((name) => (name === 'relation' || name === 'morphRelations' ? `${name} ${RELATION}` : name))
    .join(' ');
  const object = names.object
    .map((name) => {
      if (name === 'fieldsList') return `fieldsList { ${field} }`;
      if (name === 'fields')
        return `fields(paging: { first: 1000 }, filter: {}) { edges { node { ${field} } } }`;
      return name;
    })
    .join(' ');
  return `query Schema($after: ConnectionCursor) { objects(paging: { first: 1000, after: $after }, filter: {}) { pageInfo { hasNextPage endCursor } edges { node { ${object} } } } }`;
}
