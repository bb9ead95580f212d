import { compare } from './filter-operators.ts';
import { isObject, type Row } from './json.ts';
import type { ObjectShape } from './object-shape.ts';

const FUNCTION = /^(sum|avg|min|max|countEmpty|countNotEmpty|countUniqueValues)([A-Z].*)$/;

/** `totalCount`, `sumAmountAmountMicros`, `maxCloseDate`, … over rows; a name that is no aggregate is null. */
export function aggregate(shape: ObjectShape, name: string, rows: readonly Row[]): unknown {
  if (name === 'totalCount') return rows.length;
  const match = FUNCTION.exec(name);
  const path = match?.[2] === undefined ? null : pathOf(shape, match[2]);
  if (match === null || path === null) return null;
  const values = rows.map((row) => read(row, path)).filter((value) => value !== null);
  switch (match[1]) {
    case 'countEmpty':
      return rows.length - values.length;
    case 'countNotEmpty':
      return values.length;
    case 'countUniqueValues':
      return new Set(values).size;
    case 'min':
    case 'max':
      return extreme(values, match[1]);
    default:
      return sumOrAverage(values, match[1] === 'avg');
  }
}

function pathOf(shape: ObjectShape, words: string): [string, string | null] | null {
  const name = words.charAt(0).toLowerCase() + words.slice(1);
  if (shape.columns.has(name)) return [name, null];
  for (const column of shape.columns.values()) {
    if (column.composite === null || !name.startsWith(column.name)) continue;
    const rest = name.slice(column.name.length);
    const sub = rest.charAt(0).toLowerCase() + rest.slice(1);
    if (sub in column.composite) return [column.name, sub];
  }
  return null;
}

function read(row: Row, [field, sub]: [string, string | null]): unknown {
  const value = row[field] ?? null;
  if (sub === null) return value;
  return isObject(value) ? (value[sub] ?? null) : null;
}

function extreme(values: readonly unknown[], which: string): unknown {
  let best: unknown = null;
  for (const value of values) {
    if (typeof value !== 'number' && typeof value !== 'string') continue;
    if (best === null || compare(value, best) * (which === 'min' ? 1 : -1) < 0) best = value;
  }
  return best;
}

function sumOrAverage(values: readonly unknown[], average: boolean): number | null {
  const numbers = values.filter((value) => typeof value === 'number');
  if (numbers.length === 0) return null;
  const sum = numbers.reduce((total, value) => total + value, 0);
  return average ? sum / numbers.length : sum;
}
