import type { LoadRun } from '../../engine/load-run.ts';
import { readFiles } from '../../engine/read-back/read-files.ts';
import { readBack } from '../../engine/read-back.ts';
import type { WorkItem } from '../../ledger/ledger.ts';
import { isExplained, noVerdicts, type RecordReading } from '../../mapping/documents/read-back.ts';
import type { SampleReport } from '../../mapping/documents/sample.ts';

const PAGE = 2000;

/** Reads the slice back from Twenty and compares it field by field with what its rows must become. */
export async function readSample(
  load: LoadRun,
  about: Pick<SampleReport, 'migration' | 'planDigest' | 'covers'>,
): Promise<Omit<SampleReport, 'digest'>> {
  const rows: RecordReading[] = [];
  for (const [object, items] of Map.groupBy(await sampleItems(load), (item) => item.object)) {
    const backs = await readFiles(load, await readBack(load, object, items));
    rows.push(...backs.map(({ reading }) => reading));
  }
  const verdicts = noVerdicts();
  let differences = 0;
  for (const { fields, file } of rows) {
    if (file !== undefined && !isExplained(file.verdict)) differences += 1;
    for (const { verdict } of fields) {
      verdicts[verdict] += 1;
      if (!isExplained(verdict)) differences += 1;
    }
  }
  const records = rows.filter(({ fields }) => fields.length > 0).length;
  return { ...about, records, differences, rows, verdicts };
}

async function sampleItems(load: LoadRun): Promise<WorkItem[]> {
  const sampled: WorkItem[] = [];
  for (let after = 0; ; ) {
    const page = await load.ledger.work.items(load.run.migrationId, { after, limit: PAGE });
    sampled.push(...page.filter(({ sample }) => sample));
    const last = page.at(-1);
    if (last === undefined || page.length < PAGE) return sampled;
    after = last.seq;
  }
}
