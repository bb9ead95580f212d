import { inspect } from 'node:util';
import { invalidData } from './api-error.ts';
import { filesParser } from './file-value-parser.ts';
import { parsedJson } from './json.ts';
import type { FieldMeta } from './model.ts';
import {
  parseBoolean,
  parseDate,
  parseDateTime,
  parseList,
  parseNumber,
  parsePosition,
  parseRawJson,
  parseText,
  parseUuid,
  type ScalarParser,
} from './scalar-values.ts';

/** The check of a non-composite field. Built once per shape of the object, so that a record costs no look-ups. */
export function scalarParser(field: FieldMeta): ScalarParser {
  switch (field.type) {
    case 'TEXT':
      return parseText;
    case 'NUMBER':
    case 'NUMERIC':
      return parseNumber;
    case 'BOOLEAN':
      return parseBoolean;
    case 'UUID':
      return parseUuid;
    case 'DATE_TIME':
      return parseDateTime;
    case 'DATE':
      return parseDate;
    case 'POSITION':
      return parsePosition;
    case 'SELECT':
    case 'RATING':
      return selectParser(field);
    case 'MULTI_SELECT':
      return multiSelectParser(field);
    case 'ARRAY':
      return parseList;
    case 'RAW_JSON':
      return parseRawJson;
    case 'FILES':
      return filesParser(field);
    default:
      return (value) => value;
  }
}

function selectParser(field: FieldMeta): ScalarParser {
  const values = optionValues(field);
  const known = new Set(values);
  return (value, name) => {
    if (value === null || (typeof value === 'string' && known.has(value))) return value;
    throw invalidData(
      `Invalid value "${String(value)}" for field "${name}". Valid values are: ${values.join(', ')}`,
      `Invalid value for field "${name}"`,
    );
  };
}

function multiSelectParser(field: FieldMeta): ScalarParser {
  const known = new Set<unknown>(optionValues(field));
  return (value, name) => {
    if (value === null || value === '') return null;
    const parsed = parsedJson(value);
    const list: unknown[] = Array.isArray(parsed) ? parsed : [parsed];
    if (!list.every((one) => known.has(one))) {
      const shown = inspect(list);
      throw invalidData(
        `Invalid value ${shown} for multi select field "${name}"`,
        `Invalid value for multi-select: "${shown}"`,
      );
    }
    return list.length === 0 ? null : list;
  };
}

function optionValues(field: FieldMeta): string[] {
  return [...(field.options ?? [])].sort((a, b) => a.position - b.position).map((option) => option.value);
}
