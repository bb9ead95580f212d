import { NORMALISATIONS } from '../../engine/normalisations.ts';
import type { ReadBack } from '../../engine/read-back.ts';
import { type DriftAuthor, type FieldReading, noVerdicts } from '../../mapping/documents/read-back.ts';
import type {
  AdminReason,
  ListedDifference,
  ListedDrift,
  ReconciliationReport,
  RecordRef,
  UnexplainedCause,
} from '../../mapping/documents/reconciliation.ts';
import { CappedCollector, Tally } from './capped-list.ts';
import { FileCounter } from './file-counter.ts';

/** Kept texts that a person should look at for another reason than that they did not convert. */
const ADMIN_OF_KEPT: Readonly<Record<string, AdminReason>> = {
  ORPHAN_OWNER: 'ORPHAN_OWNER',
  BROKEN_PARENT: 'BROKEN_PARENT',
  DANGLING_REFERENCE: 'DANGLING_REFERENCE',
  DUPLICATE_KEY: 'DUPLICATE_KEY',
};
const EXAMPLES = 20;

interface KeptCount {
  rows: number;
  readonly examples: { readonly row: number; readonly sourceId: string }[];
}

/** Collects what reading records back found, in flat memory: counts are complete, lists are capped. */
export class Findings {
  readonly causes = new Tally<UnexplainedCause>();
  readonly adminBy = new Tally<AdminReason>();
  readonly orphanRecords = new Tally<string>();
  private readonly admin = new CappedCollector<ReconciliationReport['admin']['listed'][number]>();
  private readonly differences = new CappedCollector<ListedDifference>();
  private readonly drift = new CappedCollector<ListedDrift>();
  private readonly driftBy = new Tally<DriftAuthor['by']>();
  private readonly rules = new Map<string, Tally<string>>();
  private readonly keptTexts = new Map<string, KeptCount>();
  private readonly files = new FileCounter(this);
  private readonly verdicts = noVerdicts();
  private records = 0;

  /** One record that the load wrote, as read back. */
  record(back: ReadBack): void {
    const { reading } = back;
    const { object, row, sourceId, twentyId } = reading;
    const ref: RecordRef = { object, row, sourceId, twentyId };
    this.records += 1;
    for (const field of reading.fields) this.field(ref, field);
    this.files.record(ref, back);
    const drifted = reading.fields.filter(({ verdict }) => verdict === 'drift');
    const author = drifted[0]?.drift;
    if (author !== undefined) {
      const fields = drifted
        .map(({ field }) => field)
        .filter((field) => field !== 'updatedAt' || drifted.length === 1);
      this.drift.add({ ...ref, ...author, fields });
      this.driftBy.add(author.by);
      this.look(ref, 'DRIFT', fields.join(', '));
    }
    for (const why of new Set(back.built.kept.map((part) => part.why))) {
      const columns = [
        ...new Set(back.built.kept.filter((part) => part.why === why).map(({ column }) => column)),
      ];
      for (const column of columns) this.kept(object, column, why, ref);
      this.look(ref, ADMIN_OF_KEPT[why] ?? 'KEPT_TEXT', `${columns.join(', ')} (${why})`);
    }
    for (const { why, column, text } of back.built.kept) {
      if (why === 'ORPHAN_OWNER') this.orphanRecords.add(orphanKey(ownerObject(back, column), text));
    }
  }

  /** A record or row that a person should look at. `detail` names fields, columns and codes. */
  look(ref: RecordRef, why: AdminReason, detail: string): void {
    this.adminBy.add(why);
    this.admin.add({ ...ref, why, detail });
  }

  private field(ref: RecordRef, field: FieldReading): void {
    this.verdicts[field.verdict] += 1;
    if (field.rule !== undefined) {
      const tally = this.rules.get(field.rule) ?? new Tally<string>();
      tally.add(`${ref.object}.${field.field}`);
      this.rules.set(field.rule, tally);
    }
    if (field.verdict === 'different') {
      this.causes.add('FIELD_DIFFERENT');
      this.differences.add({ ...ref, ...field });
      this.look(ref, 'DIFFERENT', field.path ?? field.field);
    }
    if (field.verdict === 'missing') {
      this.causes.add('RECORD_MISSING');
      this.differences.add({ ...ref, ...field });
      this.look(ref, 'MISSING', field.field === 'deletedAt' ? 'in the trash' : 'gone');
    }
  }

  private kept(object: string, column: string, why: string, { row, sourceId }: RecordRef): void {
    const key = JSON.stringify([object, column, why]);
    const count = this.keptTexts.get(key) ?? { rows: 0, examples: [] };
    count.rows += 1;
    if (count.examples.length < EXAMPLES) count.examples.push({ row, sourceId });
    this.keptTexts.set(key, count);
  }

  report(): Pick<
    ReconciliationReport,
    | 'records'
    | 'verdicts'
    | 'differences'
    | 'normalisations'
    | 'drift'
    | 'driftBy'
    | 'kept'
    | 'admin'
    | 'adminBy'
    | 'causes'
    | 'unexplained'
    | 'files'
  > {
    return {
      unexplained: this.causes.total(),
      causes: this.causes.record(),
      files: this.files.report(),
      records: this.records,
      verdicts: this.verdicts,
      differences: this.differences.list(),
      normalisations: NORMALISATIONS.flatMap(({ id, sentence }) => {
        const tally = this.rules.get(id);
        return tally === undefined
          ? []
          : [{ rule: id, sentence, fields: tally.total(), byField: counts(tally) }];
      }),
      drift: this.drift.list(),
      driftBy: this.driftBy.record(),
      kept: [...this.keptTexts].map(([key, count]) => {
        const [object = '', column = '', why = ''] = parts(key);
        return { object, column, why, ...count };
      }),
      admin: this.admin.list(),
      adminBy: this.adminBy.record(),
    };
  }
}

/** Key of an orphan owner in `orphanRecords`. */
export function orphanKey(object: string, sourceId: string): string {
  return JSON.stringify([object, sourceId]);
}

/** The object and source id of an orphanKey. */
export function orphanOf(key: string): { readonly object: string; readonly sourceId: string } {
  const [object = '', sourceId = ''] = parts(key);
  return { object, sourceId };
}

function parts(key: string): string[] {
  const read: unknown = JSON.parse(key);
  return Array.isArray(read) ? read.map(String) : [];
}

function counts(tally: Tally<string>): Record<string, number> {
  return Object.fromEntries(tally.entries().sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Which member object a column refers to; the mapping's references say. */
function ownerObject(back: ReadBack, column: string): string {
  return back.target.mapping.references.find(({ from }) => from === column)?.object ?? '';
}
