import { staysElsewhere } from '../../engine/files/without-file.ts';
import type { ReadBack } from '../../engine/read-back.ts';
import { isEmptyValue } from '../../engine/values.ts';
import type {
  AdminReason,
  FileCheck,
  RecordRef,
  UnexplainedCause,
} from '../../mapping/documents/reconciliation.ts';
import type { Tally } from './capped-list.ts';

/** Where a counter tells what a person should see. */
export interface FindingsSink {
  readonly causes: Tally<UnexplainedCause>;
  look(ref: RecordRef, why: AdminReason, detail: string): void;
}

type Counts = { -readonly [K in keyof Omit<FileCheck, 'object'>]: number };

/** Counts what became of the files of each object. */
export class FileCounter {
  private readonly byObject = new Map<string, Counts>();
  private readonly sink: FindingsSink;

  constructor(sink: FindingsSink) {
    this.sink = sink;
  }

  /** One record that the load wrote, as read back; without a file it counts only when its file stayed elsewhere. */
  record(ref: RecordRef, back: ReadBack): void {
    const { file } = back.reading;
    if (file === undefined) {
      if (!saysElsewhere(back)) return;
      this.countsOf(ref.object).elsewhere += 1;
      this.sink.look(ref, 'FILE_ELSEWHERE', '');
      return;
    }
    const counts = this.countsOf(ref.object);
    counts.files += 1;
    counts.bytes += file.expected.bytes;
    if (file.verdict === 'equal') counts.equal += 1;
    else if (file.verdict === 'different') counts.different += 1;
    else if (file.verdict === 'missing') counts.missing += 1;
    else counts.explained += 1;
    if (file.verdict === 'different' || file.verdict === 'missing') {
      this.sink.causes.add(file.verdict === 'different' ? 'FILE_DIFFERENT' : 'FILE_MISSING');
      this.sink.look(ref, 'FILE', file.verdict);
    }
  }

  report(): FileCheck[] {
    return [...this.byObject].map(([object, counts]) => ({ object, ...counts }));
  }

  private countsOf(object: string): Counts {
    const counts = this.byObject.get(object) ?? none();
    this.byObject.set(object, counts);
    return counts;
  }
}

function saysElsewhere({ built, found, target }: ReadBack): boolean {
  const { file } = target.mapping;
  if (file === undefined || found === null) return false;
  return staysElsewhere(built, found) || !isEmptyValue(built.record[file.elsewhere]);
}

function none(): Counts {
  return { files: 0, bytes: 0, equal: 0, different: 0, missing: 0, explained: 0, elsewhere: 0 };
}
