import { randomUUID } from 'node:crypto';
import { isObject, isString } from './json.ts';
import type { Complaint } from './metadata-errors.ts';
import type { FieldMeta, FieldOption } from './model.ts';
import { isUuid } from './scalar-values.ts';
import type { Workspace } from './workspace.ts';

const MAX_TEXT = 63;

/** Options as sent, with an id for each: the one sent or a new one. A missing colour stays missing. */
export function readOptions(sent: unknown): FieldOption[] {
  return (Array.isArray(sent) ? sent : []).filter(isObject).map((option, index) => ({
    id: isUuid(option.id) ? option.id : randomUUID(),
    ...(isString(option.color) ? { color: option.color } : {}),
    label: String(option.label ?? ''),
    value: String(option.value ?? ''),
    position: typeof option.position === 'number' ? option.position : index,
  }));
}

/** What the server has against options, all at once. */
export function optionComplaints(options: readonly FieldOption[], defaultValue: unknown): Complaint[] {
  const bad = (message: string, value: unknown): Complaint => ({
    code: 'INVALID_FIELD_INPUT',
    message,
    value,
  });
  if (options.length === 0) return [bad('Options are required for enum fields', [])];
  const complaints: Complaint[] = [];
  for (const { value, label } of options) {
    if (!/^[A-Z_][A-Z0-9_]*$/.test(value) || value.length > MAX_TEXT)
      complaints.push(bad(`Value must be in UPPER_CASE and follow snake_case "${value}"`, value));
    if (label.includes(',')) complaints.push(bad('Label must not contain a comma', label));
    if (label === '' || label.length > MAX_TEXT) complaints.push(bad('Option label is not valid', label));
  }
  if (new Set(options.map(({ position }) => position)).size < options.length)
    complaints.push(bad('Duplicated option position', options));
  if (new Set(options.map(({ value }) => value)).size < options.length)
    complaints.push(bad('Duplicated option value', options));
  const defaults = (Array.isArray(defaultValue) ? defaultValue : [defaultValue]).filter(isString);
  for (const one of defaults)
    if (!options.some(({ value }) => `'${value}'` === one))
      complaints.push(bad(`Default value "${one}" must be one of the option values`, one));
  return complaints;
}

/**
 * Replaces the options of a field and rewrites its records: a value follows its option's id; an option that is gone (or
 * whose id was not sent again) leaves its records with the default, or null; a multi-select loses the value
 * (twenty-facts 7.4). `updatedAt` of the records stays.
 */
export function replaceOptions(workspace: Workspace, field: FieldMeta, options: FieldOption[]): void {
  const byId = new Map(options.map((option) => [option.id, option.value]));
  const renamed = new Map(
    (field.options ?? []).map((option) => [option.value, byId.get(option.id) ?? null] as const),
  );
  const fallback = isString(field.defaultValue) ? field.defaultValue.slice(1, -1) : null;
  const table = workspace.tables.get(field.object);
  const { uniques } = workspace.shapes.get(field.object);
  for (const row of table.rows.values()) {
    const value = row[field.name];
    const next = Array.isArray(value)
      ? value.flatMap((one) => renamed.get(String(one)) ?? [])
      : isString(value)
        ? (renamed.get(value) ?? fallback)
        : value;
    if (next !== value)
      table.replace(
        row,
        { ...row, [field.name]: Array.isArray(next) && next.length === 0 ? null : next },
        uniques,
      );
  }
  field.options = options;
}
