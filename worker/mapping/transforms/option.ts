import { z } from 'zod';
import { valueMapKey } from '../value-map.ts';
import { oneLine, unconverted } from './clean-text.ts';
import { splitList } from './list.ts';
import type { Transform, TransformDefinition, Unconverted } from './transform.ts';
import { EMPTY } from './transform.ts';

const mapOption = z.strictObject({
  /** Name of the value map. */
  map: z.string().min(1),
});

/** `group` (the pipeline of a stage) is part of the key where the mapping gives it, also when its cell is empty. */
const applyOption: Transform = (input, options, context) => {
  const source = oneLine(input.value);
  if (source === '') return EMPTY;
  const group = input.group;
  const key = valueMapKey(group === undefined ? [source] : [oneLine(group), source]);
  const value = context.valueMap(mapName(options), key);
  if (value === null) return EMPTY;
  if (value !== undefined) return { kind: 'value', value };
  return { kind: 'unconvertible', kept: [unconverted('value', input.value, 'UNMAPPED_OPTION')] };
};

const applyOptions: Transform = (input, options, context) => {
  const values = new Set<string>();
  const kept: Unconverted[] = [];
  for (const item of splitList(input.value ?? '', [context.listSeparator])) {
    const value = context.valueMap(mapName(options), valueMapKey([oneLine(item)]));
    if (value === undefined) kept.push(unconverted('value', item, 'UNMAPPED_OPTION'));
    else if (value !== null) values.add(value);
  }
  if (values.size === 0) return kept.length === 0 ? EMPTY : { kind: 'unconvertible', kept };
  return { kind: 'value', value: [...values], ...(kept.length > 0 ? { kept } : {}) };
};

/** SELECT through a value map; mapped to null = empty on purpose. */
export const option: TransformDefinition = {
  apply: applyOption,
  roles: ['value'],
  optionalRoles: ['group'],
  optionsSchema: mapOption,
  produces: ['SELECT', 'RATING'],
};

/** MULTI_SELECT of the items between the profile's list separator, through a value map, each option once. */
export const options: TransformDefinition = {
  apply: applyOptions,
  roles: ['value'],
  optionalRoles: [],
  optionsSchema: mapOption,
  produces: ['MULTI_SELECT'],
};

function mapName(given: Readonly<Record<string, unknown>>): string {
  return typeof given.map === 'string' ? given.map : '';
}
