import type { RowDefect, SourceRow } from '../../domain/record.ts';
import type { SourceProfile } from '../../domain/source-profile.ts';
import type { StoredStream } from '../../engine/snapshot-notes.ts';
import type { TransformedRow } from '../../mapping/compile.ts';
import type { DistinctValue, Finding, ObjectAudit } from '../../mapping/documents/audit.ts';
import { rowsOf } from '../../mapping/expand-pieces.ts';
import { proposedMapName } from '../../mapping/field-recipes.ts';
import { mappedColumns } from '../../mapping/mapped-columns.ts';
import type { FieldMapping, ObjectMapping } from '../../mapping/mapping-schema.ts';
import { oneLine } from '../../mapping/transforms/clean-text.ts';
import type { TransformContext } from '../../mapping/transforms/transform.ts';
import { normaliseOption } from '../../mapping/value-map.ts';
import { valueMapInputs } from '../../mapping/value-map-inputs.ts';
import { AmbiguityCounter } from './ambiguity.ts';
import { AttachedFiles } from './attached-files.ts';
import { columnFindings } from './column-findings.ts';
import { ColumnProfile } from './column-profile.ts';
import { DistinctCounter } from './distinct-counter.ts';
import { finding, type Tally, tallyOf } from './finding-list.ts';
import { optionFindings } from './option-findings.ts';

/** Different values of one value map that the report lists. */
const CAP = 1000;

export interface AuditorSetting {
  readonly profile: SourceProfile;
  readonly mappings: readonly ObjectMapping[];
  readonly transformContext: TransformContext;
  /** By value map: key to text of the options that the source defines. */
  readonly defined: ReadonlyMap<string, ReadonlyMap<string, string>>;
  /** Bytes of the largest file that Twenty takes. */
  readonly maxFileBytes: number;
  /** Ids of member objects that are in the export. */
  readonly memberIds: ReadonlyMap<string, ReadonlySet<string>>;
  /** `object.column` of sensitive columns that are not in the snapshot. */
  readonly dropped: ReadonlySet<string>;
}

/** Sees every row of one object once and says what its columns hold. Memory bounded by the number of columns. */
export class ObjectAuditor {
  readonly object: string;
  readonly #setting: AuditorSetting;
  readonly #mapping: ObjectMapping | undefined;
  readonly #columns: readonly ColumnProfile[];
  readonly #declaredOptions: ReadonlyMap<string, DistinctCounter>;
  readonly #valueMaps = new Map<string, DistinctCounter>();
  /** Fields that look values up in a value map, also those of the pieces that are made of the rows. */
  readonly #valueMapped: readonly FieldMapping[];
  readonly #files: AttachedFiles | null;
  readonly #ambiguity: AmbiguityCounter | null;
  readonly #defects = new Map<RowDefect['code'], Tally>();
  readonly #blocking = new Set<RowDefect['code']>();
  readonly #unknownMembers = new Map<string, Tally>();
  /** Rows that have a parent, by id: to point at the rows of loops. */
  readonly parentRows = new Map<string, number>();
  #rows = 0;

  constructor(stream: StoredStream, setting: AuditorSetting) {
    const { profile, mappings, dropped } = setting;
    this.object = stream.object;
    this.#setting = setting;
    this.#mapping = mappings.find(({ object }) => object === stream.object);
    this.#valueMapped = mappings.flatMap((mapping) =>
      mapping.kind === 'record' && rowsOf(mapping) === stream.object ? mapping.fields : [],
    );
    const declared = profile.objects[stream.object];
    const mapped = mappedColumns(stream.object, mappings, declared?.id ?? []);
    this.#columns = stream.columns
      .filter(({ name }) => !dropped.has(`${stream.object}.${name}`))
      .map(({ name, kind }) => {
        const declaredType = declared?.columns[name]?.type ?? null;
        return new ColumnProfile(
          { column: name, kind, declaredType, mappedTo: mapped.get(name) ?? null },
          profile,
        );
      });
    const pickLists = Object.entries(declared?.columns ?? {}).filter(
      ([, { options }]) => options !== undefined,
    );
    this.#declaredOptions = new Map(pickLists.map(([name]) => [name, new DistinctCounter(CAP)]));
    this.#files =
      this.#mapping?.kind === 'record' && this.#mapping.file !== undefined
        ? new AttachedFiles(this.#mapping, setting.maxFileBytes)
        : null;
    this.#ambiguity = this.#mapping?.kind === 'record' ? new AmbiguityCounter(this.#mapping) : null;
  }

  /** `transformed`: of objects that become records; null for rows that are broken. */
  see(row: SourceRow, transformed: TransformedRow | null): void {
    this.#rows += 1;
    for (const code of new Set(row.defects.map((defect) => defect.code))) {
      tallyOf(this.#defects, code).add({ row: row.row, sourceId: row.sourceId, defect: code });
    }
    for (const { code, blocking } of row.defects) if (blocking) this.#blocking.add(code);
    // The cells of a broken row stand under the wrong headers: they would spoil the types of columns.
    if (row.defects.some(({ blocking, code }) => blocking && code !== 'NO_ID')) return;
    this.#files?.see(row);
    for (const profile of this.#columns) profile.add(row.fields[profile.column.column] ?? '', row);
    for (const [column, counter] of this.#declaredOptions) {
      const raw = row.fields[column] ?? '';
      const text = oneLine(raw);
      if (text !== '') counter.add([text], [raw], row);
    }
    this.#ambiguity?.add(row);
    if (this.#mapping?.kind !== 'record') return;
    for (const field of this.#valueMapped) {
      for (const { map, parts, raw } of valueMapInputs(field, row.fields, this.#setting.transformContext)) {
        const counter = this.#valueMaps.get(map) ?? new DistinctCounter(CAP);
        this.#valueMaps.set(map, counter);
        counter.add(parts, raw, row);
      }
    }
    for (const { to, object, column, sourceId } of transformed?.references ?? []) {
      if (to === this.#mapping.parent) this.parentRows.set(row.sourceId, row.row);
      const known = this.#setting.memberIds.get(object);
      if (known !== undefined && !known.has(sourceId)) {
        tallyOf(this.#unknownMembers, column).add({ row: row.row, sourceId: row.sourceId });
      }
    }
  }

  result(): ObjectAudit {
    const distinct: Record<string, readonly DistinctValue[]> = {};
    for (const [map, counter] of this.#valueMaps) distinct[map] = counter.values();
    for (const profile of this.#columns) {
      const proposed = this.#mapping?.kind === 'record' && profile.column.mappedTo === null;
      const options = proposed ? profile.options() : null;
      if (options !== null) distinct[proposedMapName(this.object, profile.column.column)] = options;
    }
    return {
      object: this.object,
      rows: this.#rows,
      columns: this.#columns.map((column) => column.result()),
      distinct,
    };
  }

  findings(): Finding[] {
    const { profile, defined } = this.#setting;
    const { object } = this;
    const findings: Finding[] = [];
    for (const [code, { rows, examples }] of this.#defects) {
      const severity = this.#blocking.has(code) ? 'warning' : 'info';
      const detail = `${code}: ${severity === 'warning' ? 'the rows cannot become records as they are.' : 'the rows are read all the same.'}`;
      findings.push(finding({ code: 'ROW_DEFECT', severity, object, rows, detail, examples }));
    }
    findings.push(...columnFindings(this.result(), this.#mapping));
    findings.push(...(this.#files?.findings(object) ?? []));
    for (const [column, counter] of this.#declaredOptions) {
      const options = profile.objects[object]?.columns[column]?.options ?? [];
      const keys = new Map(options.map((text) => [normaliseOption(text), text]));
      const decides = this.#columns.some(
        (one) => one.column.column === column && one.column.mappedTo !== null,
      );
      findings.push(...optionFindings({ object, column, counter, defined: keys, decides }));
    }
    for (const [map, counter] of this.#valueMaps) {
      const field =
        this.#mapping?.kind === 'record'
          ? this.#mapping.fields.find(({ valueMap }) => valueMap === map)
          : undefined;
      // What a lookup finds stands in another object and is checked there.
      if (field === undefined || field.transform === 'lookup') continue;
      const column = field.from.value ?? Object.values(field.from).join(', ');
      if (this.#declaredOptions.has(column)) continue;
      findings.push(
        ...optionFindings({ object, column, counter, defined: defined.get(map) ?? null, decides: true }),
      );
    }
    findings.push(...(this.#ambiguity?.findings(profile) ?? []));
    for (const [column, { rows, examples }] of this.#unknownMembers) {
      const detail = 'Refers to people that are not in the export.';
      findings.push(
        finding({ code: 'DANGLING_REFERENCE', severity: 'warning', object, column, rows, detail, examples }),
      );
    }
    return findings;
  }
}
