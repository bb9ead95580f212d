import { databaseRefusal, invalidFilter, invalidQuery } from './api-error.ts';
import { parseDateTime, parseUuid } from './scalar-values.ts';

export type Test = (value: unknown) => boolean;

const ORDERED = ['eq', 'neq', 'gt', 'gte', 'lt', 'lte', 'in', 'is'];
const TEXT = [...ORDERED, 'like', 'ilike', 'startsWith', 'endsWith'];
const SELECT = ['eq', 'neq', 'gt', 'gte', 'lt', 'lte', 'in', 'containsAny', 'is', 'isEmptyArray'];

function allowedFor(type: string): readonly string[] {
  if (type === 'TEXT' || type === 'ARRAY' || type === 'RAW_JSON') return TEXT;
  if (type === 'SELECT' || type === 'MULTI_SELECT' || type === 'RATING') return SELECT;
  if (type === 'TS_VECTOR') return ['eq', 'neq', 'is'];
  return ORDERED;
}

export interface Operand {
  /** The field or `field.sub` for messages. */
  readonly field: string;
  readonly type: string;
  /** Values of a select; another one is an error of the database. */
  readonly options: ReadonlySet<string> | null;
  readonly enumName: string;
}

/** The one operator of a field's filter as a test on the stored value. Comparisons with null are false, as in SQL. */
export function operatorTest(operand: Operand, operator: string, operandValue: unknown): Test {
  const { field, type } = operand;
  const allowed = allowedFor(type);
  if (!allowed.includes(operator))
    throw invalidFilter(
      `Operator "${operator}" is not valid for field "${field}" of type ${type} - Allowed operators: ${allowed.join(', ')}`,
      `Invalid filter : Operator "${operator}" is not valid for this "${field}" ${type} field`,
    );
  switch (operator) {
    case 'is':
      return operandValue === 'NULL' ? (value) => value === null : (value) => value !== null;
    case 'in':
    case 'containsAny':
      return inTest(operand, operandValue, operator);
    case 'isEmptyArray':
      return (value) => value === null;
    case 'like':
    case 'ilike':
      return likeTest(String(operandValue), operator === 'ilike');
    case 'startsWith':
      return (value) => asText(value).startsWith(String(operandValue));
    case 'endsWith':
      return (value) => asText(value).endsWith(String(operandValue));
    default:
      return comparison(operator, checked(operand, operandValue));
  }
}

function inTest(operand: Operand, list: unknown, operator: string): Test {
  if (!Array.isArray(list) || list.length === 0)
    throw invalidQuery(
      `Invalid filter value for field ${operand.field}. Expected non-empty array`,
      `Invalid filter value: ""`,
    );
  const known = new Set(list.map((one: unknown) => checked(operand, one)));
  if (operator === 'in') return (value) => value !== null && known.has(value);
  return (value) => Array.isArray(value) && value.some((one) => known.has(one));
}

function comparison(operator: string, wanted: unknown): Test {
  if (operator === 'eq')
    return wanted === '' ? (value) => value === null : (value) => value !== null && value === wanted;
  if (operator === 'neq')
    return wanted === '' ? (value) => value !== null : (value) => value !== null && value !== wanted;
  return (value) => {
    if (value === null || wanted === null) return false;
    const order = compare(value, wanted);
    if (operator === 'gt') return order > 0;
    if (operator === 'gte') return order >= 0;
    return operator === 'lt' ? order < 0 : order <= 0;
  };
}

/** Orders stored values: numbers by size, everything else as text. */
export function compare(left: unknown, right: unknown): number {
  if (typeof left === 'number' && typeof right === 'number') return left - right;
  const a = asText(left);
  const b = asText(right);
  return a < b ? -1 : a > b ? 1 : 0;
}

function checked({ field, type, options, enumName }: Operand, value: unknown): unknown {
  if (value === null) return null;
  try {
    if (type === 'UUID') return parseUuid(value, field);
    if (type === 'DATE_TIME') return parseDateTime(value, field);
  } catch (error) {
    throw asFilterError(error);
  }
  if (options !== null && typeof value === 'string' && !options.has(value))
    throw databaseRefusal(`invalid input value for enum ${enumName}: "${value}"`, 'Invalid input provided.');
  return value;
}

/** The same complaint as on writing, but about the filter. */
function asFilterError(error: unknown): unknown {
  if (!(error instanceof Error) || !('extensions' in error)) return error;
  const { extensions } = error;
  const friendly =
    typeof extensions === 'object' && extensions !== null && 'userFriendlyMessage' in extensions
      ? String(extensions.userFriendlyMessage)
      : undefined;
  return invalidFilter(error.message, friendly);
}

function asText(value: unknown): string {
  if (typeof value === 'string') return value;
  return value === null || value === undefined ? '' : JSON.stringify(value);
}

function likeTest(pattern: string, ignoreCase: boolean): Test {
  const source = pattern
    .replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
    .replaceAll('%', '.*')
    .replaceAll('_', '.');
  const expression = new RegExp(`^${source}$`, ignoreCase ? 'is' : 's');
  return (value) => value !== null && expression.test(asText(value));
}
