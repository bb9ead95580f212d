import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { twentyIdOf } from '../../worker/domain/ids.ts';
import { eachRow } from '../../worker/engine/snapshot-pages.ts';
import type { AuditReport } from '../../worker/mapping/documents/audit.ts';
import { type ExportTruth, generateExport } from '../fixtures/generate-export.ts';
import { type AuditScene, INSTANCE, only, openAuditScene } from './audit-scene.ts';

/** Every trouble of shared/visual-practice.md, extracted into a store and audited against a fresh workspace. */
describe('audit of an export with every trouble', () => {
  let scene: AuditScene;
  let truth: ExportTruth;
  let report: AuditReport;
  let snapshotId: string;

  beforeAll(async () => {
    scene = await openAuditScene();
    truth = await generateExport(scene.dir, {
      seed: 7,
      owners: 8,
      companies: 150,
      contacts: 200,
      deals: 120,
      troubles: 'all',
    });
    await plantCollisions(scene);
    const { snapshot } = await scene.extract();
    snapshotId = snapshot.id;
    report = await scene.audit(snapshot);
  }, 180_000);
  afterAll(() => scene.close());

  const planted = (object: string, code: string) =>
    truth.troubles.filter((one) => one.object === object && one.code === code);
  const rowsOf = (object: string, code: string) => planted(object, code).map(({ row }) => row);
  const exampleRows = (finding: ReturnType<typeof only>) => finding.examples.map(({ row }) => row);

  /** References to nothing, counted without the product: a planted trouble can take ids away that clean rows refer to. */
  async function danglingRows(object: string, column: string, of: string): Promise<number[]> {
    const ids = new Set<string>();
    for await (const row of eachRow(scene.ledger, snapshotId, of)) ids.add(row.sourceId);
    const rows: number[] = [];
    for await (const row of eachRow(scene.ledger, snapshotId, object)) {
      const id = (row.fields[column] ?? '').trim();
      const broken = row.defects.some(({ blocking }) => blocking);
      if (id !== '' && !broken && !ids.has(id)) rows.push(row.row);
    }
    return rows;
  }

  it('counts the rows of every file', () => {
    const { claims, imaging, ...streams } = truth.rows;
    expect(Object.fromEntries(report.objects.map(({ object, rows }) => [object, rows]))).toEqual(streams);
    expect(report.excluded.map(({ object, rows }) => [object, rows])).toEqual([
      ['claims', claims],
      ['imaging', imaging],
    ]);
  });

  it('finds files that are missing, empty, unknown or short of a column', () => {
    expect(only(report, 'FILE_MISSING', 'activities').severity).toBe('info');
    expect(only(report, 'FILE', 'tasks', undefined, 'EMPTY_FILE').severity).toBe('warning');
    expect(only(report, 'FILE', 'notes', undefined, 'EMPTY_FILE').severity).toBe('warning');
    expect(only(report, 'FILE', 'companies', undefined, 'COLUMN_MISSING').detail).toContain(
      planted('companies', 'HIDDEN_COLUMN')[0]?.id,
    );
    expect(only(report, 'FILE', 'contacts', undefined, 'HEADER_REPEATED').severity).toBe('info');
    expect(report.unknownFiles).toEqual([planted('contacts', 'RENAMED_TWIN')[0]?.id]);
  });

  it('leaves sensitive columns where they are and says so', async () => {
    const columns = planted('contacts', 'SENSITIVE_COLUMN').map(({ id }) => id);
    expect(report.sensitiveColumns.map(({ column }) => column)).toEqual(columns);
    expect(report.sensitiveColumns.some(({ allowed }) => allowed)).toBe(false);
    const contacts = report.objects.find(({ object }) => object === 'contacts');
    expect(contacts?.columns.some(({ column }) => columns.includes(column))).toBe(false);
    for await (const row of eachRow(scene.ledger, snapshotId, 'contacts')) {
      for (const column of columns) expect(row.fields).not.toHaveProperty(column);
    }
  });

  it.each(['companies', 'contacts', 'deals'])('finds broken rows of %s', (object) => {
    for (const code of ['ROW_TOO_LONG', 'ROW_TOO_SHORT', 'NO_ID']) {
      expect(exampleRows(only(report, 'ROW_DEFECT', object, undefined, `${code}:`))).toEqual(
        rowsOf(object, code),
      );
    }
    const unclosed = exampleRows(only(report, 'ROW_DEFECT', object, undefined, 'UNCLOSED_QUOTE:'));
    expect(unclosed).toEqual(expect.arrayContaining(rowsOf(object, 'UNCLOSED_QUOTE')));
    const odd = [...rowsOf(object, 'NUL'), ...rowsOf(object, 'CONTROL_CHARACTERS')];
    expect(exampleRows(only(report, 'ROW_DEFECT', object, undefined, 'CONTROL_CHARACTERS:'))).toEqual(odd);
  });

  it.each(['companies', 'contacts', 'deals'])('finds repeated ids of %s', (object) => {
    const same = only(report, 'DUPLICATE_ID_IDENTICAL', object);
    expect([same.severity, same.rows, exampleRows(same)]).toEqual([
      'info',
      1,
      rowsOf(object, 'DUPLICATE_ID_SAME'),
    ]);
    const different = only(report, 'DUPLICATE_ID_DIFFERENT', object);
    expect([different.severity, different.rows, exampleRows(different)]).toEqual([
      'decision',
      1,
      rowsOf(object, 'DUPLICATE_ID_DIFFERENT'),
    ]);
  });

  it.each([
    ['companies', 'parent_company_id', 'companies', 'DANGLING_PARENT'],
    ['contacts', 'company_id', 'companies', 'DANGLING_COMPANY'],
    ['deals', 'company_id', 'companies', 'DANGLING_COMPANY'],
    ['deals', 'contact_id', 'contacts', 'DANGLING_CONTACT'],
  ])('finds references of %s.%s that lead nowhere', async (object, column, of, code) => {
    const finding = only(report, 'DANGLING_REFERENCE', object, column);
    const expected = await danglingRows(object, column, of);
    expect(expected).toEqual(expect.arrayContaining(rowsOf(object, code)));
    expect([finding.rows, exampleRows(finding)]).toEqual([expected.length, expected]);
  });

  it.each(['companies', 'contacts', 'deals'])('finds unknown owner ids of %s', (object) => {
    const finding = only(report, 'DANGLING_REFERENCE', object, 'owner_id');
    expect(exampleRows(finding)).toEqual(rowsOf(object, 'UNKNOWN_OWNER'));
  });

  it('finds loops of parents and says where each is broken', () => {
    const finding = only(report, 'PARENT_CYCLE', 'companies', 'parent_company_id');
    const self = planted('companies', 'SELF_PARENT').map(({ id }) => id);
    const three = planted('companies', 'PARENT_CYCLE').map(({ id }) => id);
    expect(finding.rows).toBe(4);
    expect(finding.examples.map(({ with: ids }) => [...(ids ?? [])].sort())).toEqual(
      expect.arrayContaining([self, [...three].sort()]),
    );
    const smallest = [...three].sort()[0];
    expect(finding.examples.map(({ sourceId }) => sourceId)).toEqual(
      expect.arrayContaining([self[0], smallest]),
    );
  });

  it('finds equal e-mails and domains as Twenty normalises them, and equal hosts', () => {
    const emails = only(report, 'DUPLICATE_KEY', 'contacts');
    expect([emails.rows, exampleRows(emails)]).toEqual([3, rowsOf('contacts', 'DUPLICATE_EMAIL')]);
    const domains = only(report, 'DUPLICATE_KEY', 'companies');
    const hosts = only(report, 'SAME_HOST', 'companies');
    expect([...exampleRows(domains), ...exampleRows(hosts)].sort()).toEqual(
      rowsOf('companies', 'DUPLICATE_DOMAIN').sort(),
    );
    expect([domains.severity, hosts.severity]).toEqual(['decision', 'info']);
  });

  it('finds what is in Twenty already: live, in the trash, by host, from an earlier migration', () => {
    const live = only(report, 'MATCH_LIVE', 'companies');
    const host = only(report, 'MATCH_HOST', 'companies');
    expect([...exampleRows(live), ...exampleRows(host)].sort()).toEqual(
      rowsOf('companies', 'DEMO_DOMAIN').sort(),
    );
    expect(exampleRows(only(report, 'MATCH_LIVE', 'contacts'))).toEqual(rowsOf('contacts', 'DEMO_EMAIL'));
    const trash = only(report, 'MATCH_TRASH', 'companies');
    expect([trash.severity, trash.examples]).toEqual([
      'decision',
      [{ row: 5, sourceId: 'com-5', with: [TRASHED] }],
    ]);
    const own = only(report, 'OWN_RECORD', 'companies');
    expect(own.examples).toEqual([{ row: 6, sourceId: 'com-6', with: [ownId('com-6')] }]);
  });

  it('finds owners without a member, with what hangs on them', () => {
    const finding = only(report, 'OWNER_UNMATCHED', 'owners');
    expect(finding.examples.map(({ sourceId }) => sourceId)).toEqual(
      planted('owners', 'OWNER_LEFT').map(({ id }) => id),
    );
    expect(report.members.map(({ email }) => email).sort()).toEqual([
      'ada@practice.example',
      'admin@practice.example',
      'ben@practice.example',
    ]);
  });

  it('finds undefined stages, and stages in another spelling', () => {
    const unknown = only(report, 'OPTION_UNDEFINED', 'deals', 'stage');
    expect([unknown.severity, exampleRows(unknown)]).toEqual([
      'decision',
      [...rowsOf('deals', 'UNDEFINED_STAGE'), ...rowsOf('deals', 'UNDEFINED_PIPELINE')],
    ]);
    const spelled = only(report, 'OPTION_SPELLING', 'deals', 'stage');
    expect(spelled.rows).toBe(2);
    expect(exampleRows(spelled)).toEqual(rowsOf('deals', 'STAGE_CASE'));
    const sources = only(report, 'OPTION_SPELLING', 'contacts', 'lead_source');
    expect(exampleRows(sources)).toEqual(rowsOf('contacts', 'OPTION_CASE'));
  });

  it('lists the values of every value map, once whatever their spelling', () => {
    const deals = report.objects.find(({ object }) => object === 'deals');
    const stages = deals?.distinct.stages ?? [];
    expect(new Set(stages.map(({ key }) => key)).size).toBe(stages.length);
    const proposal = stages.find(({ parts }) => parts[1]?.toLowerCase() === 'proposal');
    expect([proposal?.parts, proposal?.variants.length]).toEqual([['Sales', 'Proposal'], 2]);
    expect(deals?.distinct.outcome?.map(({ text }) => text).sort()).toEqual(['lost', 'open', 'won']);
    const contacts = report.objects.find(({ object }) => object === 'contacts');
    expect(contacts?.distinct['contacts.cf_favourite_color']?.map(({ text }) => text).sort()).toEqual([
      'ochre',
      'teal',
    ]);
  });

  it.each([
    ['contacts', 'email', 'INVALID_EMAIL:', ['INVALID_EMAIL']],
    ['contacts', 'additional_emails', 'INVALID_EMAIL:', ['INVALID_ADDITIONAL_EMAIL']],
    ['contacts', 'phone', 'INVALID_PHONE:', ['INVALID_PHONE']],
    ['contacts', 'phone', 'PHONE_EXTENSION:', ['PHONE_EXTENSION']],
    ['contacts', 'linkedin_url', 'INVALID_URL:', ['INVALID_URL']],
    ['contacts', 'created_at', 'ZERO_DATE:', ['INVALID_DATE']],
    ['contacts', 'modified_at', 'ZERO_DATE:', ['EPOCH_DATE']],
    ['companies', 'website', 'INVALID_URL:', ['INVALID_URL']],
    ['companies', 'phone', 'INVALID_PHONE:', ['INVALID_PHONE']],
    ['companies', 'employee_count', 'INVALID_NUMBER:', ['INVALID_INTEGER']],
    ['companies', 'annual_revenue', 'INVALID_NUMBER:', ['INVALID_AMOUNT']],
    ['companies', 'created_at', 'ZERO_DATE:', ['INVALID_DATE', 'EPOCH_DATE']],
    ['deals', 'amount', 'INVALID_NUMBER:', ['INVALID_AMOUNT']],
    ['deals', 'close_date', 'ZERO_DATE:', ['INVALID_DATE', 'EPOCH_DATE']],
  ])('counts what does not convert in %s.%s: %s', (object, column, reason, codes) => {
    const finding = only(report, 'UNCONVERTIBLE', object, column, reason);
    const expected = codes.flatMap((code) => rowsOf(object, code)).sort((a, b) => a - b);
    expect([finding.rows, exampleRows(finding)]).toEqual([expected.length, expected]);
  });

  it('finds numbers that only a setting decides', () => {
    const finding = only(report, 'AMBIGUOUS_NUMBER', 'deals', 'amount');
    const [, , , , , lone] = rowsOf('deals', 'AMOUNT_FORMAT');
    expect(exampleRows(finding)).toEqual([lone]);
  });

  it('is stored with its digest, in the trail, and shows no value in log or finding', async () => {
    const migration = await scene.ledger.migrations.open('first');
    const stored = await scene.ledger.migrations.document(migration.id, 'audit');
    expect(stored?.body).toEqual(JSON.parse(JSON.stringify(report)));
    const trail = await scene.ledger.trail.read(migration.id, { afterSeq: 0, limit: 10 });
    expect(trail.map(({ operation, afterDigest }) => [operation, afterDigest])).toContainEqual([
      'audit',
      stored?.digest,
    ]);
    const texts = [...scene.logged, ...report.findings.map(({ detail }) => detail)].join('\n');
    expect(texts).not.toMatch(/clinic-\d+\.example|@/);
  });

  it('gives the same report again', async () => {
    const snapshot = await scene.ledger.snapshots.get(snapshotId);
    if (snapshot === null) throw new Error('no snapshot');
    expect(await scene.audit(snapshot, 'second')).toEqual(report);
  });
});

const TRASHED = '6d3ff3dc-4f1e-4b51-8f0e-2f0a6b1c7d05';

function ownId(sourceId: string): string {
  return twentyIdOf({
    sourceInstance: INSTANCE,
    sourceObject: 'companies',
    sourceId,
    targetObject: 'company',
    part: 'record',
  });
}

/** A trashed record that holds the domain of com-5, and one with the id that com-6 will get. */
async function plantCollisions({ target }: AuditScene): Promise<void> {
  const domainName = { primaryLinkUrl: 'https://clinic-5.example', primaryLinkLabel: '', secondaryLinks: [] };
  await target.records.create(
    'company',
    [
      { id: TRASHED, name: 'Thrown away', domainName },
      { id: ownId('com-6'), name: 'Earlier' },
    ],
    { fields: [] },
  );
  await target.records.softDelete('company', [TRASHED]);
}
