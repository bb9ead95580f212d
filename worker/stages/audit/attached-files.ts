import { DEAD_LETTER_CODES, type DeadLetterCode } from '../../domain/dead-letter.ts';
import type { SourceRow } from '../../domain/record.ts';
import type { Finding } from '../../mapping/documents/audit.ts';
import { fileFailure } from '../../mapping/file-failure.ts';
import { fileOfRow } from '../../mapping/file-of-row.ts';
import type { RecordMapping } from '../../mapping/mapping-schema.ts';
import { count, finding, Tally, tallyOf } from './finding-list.ts';

const MB = 1_000_000;

/** What extract saw of the files that rows name: those that cannot be taken, and those that are larger than Twenty takes (`maxBytes`). */
export class AttachedFiles {
  readonly #mapping: RecordMapping;
  readonly #maxBytes: number;
  readonly #problems = new Map<DeadLetterCode, Tally>();
  readonly #tooLarge = new Tally();
  #files = 0;
  #bytes = 0;

  constructor(mapping: RecordMapping, maxBytes: number) {
    this.#mapping = mapping;
    this.#maxBytes = maxBytes;
  }

  see(row: SourceRow): void {
    const example = { row: row.row, sourceId: row.sourceId };
    const failure = fileFailure(this.#mapping, row);
    if (failure !== null) tallyOf(this.#problems, failure.code).add(example);
    const file = fileOfRow(this.#mapping, row);
    if (file === null) return;
    this.#files += 1;
    this.#bytes += file.size;
    if (file.size > this.#maxBytes) this.#tooLarge.add(example);
  }

  findings(object: string): Finding[] {
    if (this.#mapping.file === undefined) return [];
    const column = this.#mapping.file.path;
    const found: Finding[] = [...this.#problems].map(([code, { rows, examples }]) =>
      finding({
        code: 'ATTACHED_FILE',
        severity: 'warning',
        object,
        column,
        rows,
        detail: `${code}: ${DEAD_LETTER_CODES[code]} The rows will be dead letters.`,
        examples,
      }),
    );
    if (this.#tooLarge.rows > 0) {
      const { rows, examples } = this.#tooLarge;
      const detail = `Larger than the ${count(Math.floor(this.#maxBytes / MB))} MB that Twenty takes: the records are loaded without the file and say where it stays.`;
      found.push(
        finding({ code: 'FILE_TOO_LARGE', severity: 'warning', object, column, rows, detail, examples }),
      );
    }
    if (this.#files > 0) {
      const detail = `${count(this.#files)} files of ${count(Math.ceil(this.#bytes / MB))} MB in all can be taken.`;
      found.push(
        finding({ code: 'ATTACHED_FILE', severity: 'info', object, column, rows: this.#files, detail }),
      );
    }
    return found;
  }
}
