import type { SourceObjectProfile } from '../../domain/source-profile.ts';
import { columnKey } from '../names.ts';
import type { StreamFinding } from '../source-connector.ts';

/** One column of a file, in file order. */
export interface HeaderColumn {
  /** In the profile's spelling when declared; else as the header spells it, trimmed. Unique within the file. */
  readonly name: string;
  readonly declared: boolean;
  /** For the second of two columns with one name: that name. It holds the same kind of values. */
  readonly twinOf?: string;
}

export interface Header {
  readonly columns: readonly HeaderColumn[];
  readonly findings: readonly StreamFinding[];
}

/** Names by key, for looking headers up in a profile. */
function declaredByKey(object: SourceObjectProfile): Map<string, string> {
  return new Map(Object.keys(object.columns).map((name) => [columnKey(name), name]));
}

/** How many of the cells name a column of the profile. */
export function knownColumns(object: SourceObjectProfile): (cells: readonly string[]) => number {
  const known = declaredByKey(object);
  return (cells) => new Set(cells.map(columnKey).filter((key) => known.has(key))).size;
}

/** True when a row is the header once more, whatever its case and spacing. */
export function isHeaderAgain(header: readonly string[], cells: readonly string[]): boolean {
  return (
    cells.length === header.length && cells.every((cell, i) => columnKey(cell) === columnKey(header[i] ?? ''))
  );
}

/** The columns that a header row names, and what is odd about it. */
export function readHeader(cells: readonly string[], object: SourceObjectProfile): Header {
  const known = declaredByKey(object);
  const findings: StreamFinding[] = [];
  const taken = new Set<string>();
  const ends = endsOfPairs(cells, object);
  const columns = cells.map((cell, i): HeaderColumn => {
    const spelled = cleanName(cell, i);
    const declaredName = ends[i] ?? known.get(columnKey(spelled));
    const wanted = declaredName ?? spelled;
    if (taken.has(wanted)) {
      const name = firstFree(wanted, taken, known);
      taken.add(name);
      findings.push({
        code: 'COLUMN_TWICE',
        detail: `Column ${wanted} stands twice; the second is read as ${name}.`,
      });
      return { name, declared: false, twinOf: wanted };
    }
    taken.add(wanted);
    if (declaredName !== undefined && spelled !== declaredName) {
      findings.push({ code: 'HEADER_CASE', detail: `Header ${spelled} is read as ${declaredName}.` });
    }
    return { name: wanted, declared: declaredName !== undefined };
  });
  for (const [name, column] of Object.entries(object.columns)) {
    if (taken.has(name) || column.sensitive) continue;
    findings.push({ code: 'COLUMN_MISSING', detail: `Column ${name} of the profile is not in the file.` });
  }
  return { columns, findings };
}

/**
 * A file of pairs has two columns whatever it calls them (`contact_id` for `contacts_id`, or twice the same for pairs of an object with itself): they are the two
 * ends in order, unless a name says that they stand the other way round.
 */
function endsOfPairs(cells: readonly string[], { pairs }: SourceObjectProfile): readonly string[] {
  if (pairs === undefined || cells.length !== 2) return [];
  const [from, to] = [pairs.from.column, pairs.to.column];
  const [first = '', second = ''] = cells.map(columnKey);
  const turned = first !== second && (second === columnKey(from) || first === columnKey(to));
  return turned ? [to, from] : [from, to];
}

function cleanName(cell: string, index: number): string {
  const name = cell
    .replace(/[\u0000-\u001f\u007f\u200b\ufeff]/g, ' ')
    .trim()
    .replace(/ {2,}/g, ' ');
  // `__proto__` cannot be a key of a plain object; an empty name cannot be spoken of.
  return name === '' || name === '__proto__' ? `column_${index + 1}` : name;
}

function firstFree(name: string, taken: ReadonlySet<string>, known: ReadonlyMap<string, string>): string {
  const declared = new Set(known.values());
  for (let n = 2; ; n++) {
    const candidate = `${name}_${n}`;
    if (!taken.has(candidate) && !declared.has(candidate)) return candidate;
  }
}
