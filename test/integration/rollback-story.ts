import { isEmptyValue } from '../../worker/engine/values.ts';
import type { Ledger } from '../../worker/ledger/ledger.ts';
import type { TwentyDouble, TwentyDoubleOptions } from '../doubles/twenty/double.ts';
import { startTwentyDouble } from '../doubles/twenty/server.ts';
import type { Scene } from './rollback-scene.ts';
import { json, openScene } from './rollback-scene.ts';

/** No limiter and no delay: these tests are about what is done, not how fast. */
export const QUICK: TwentyDoubleOptions = { limiter: 'off', queueDelayMs: 1 };

export interface Story {
  readonly double: TwentyDouble;
  readonly scene: Scene;
  /** The workspace before the migration did anything. */
  readonly before: unknown;
  readonly existing: { readonly company: string; readonly trashed: string; readonly restored: string };
  close(): Promise<void>;
}

/** What may differ afterwards: who wrote last, and the timeline (promise 8). */
export function essence(double: TwentyDouble): unknown {
  const { tables, model, webhooks } = double.dump();
  const kept = Object.entries(tables).filter(
    ([object]) => object !== 'timelineActivity' && object !== 'workflowRun',
  );
  return json({
    model,
    webhooks,
    tables: Object.fromEntries(
      kept.map(([object, rows]) => [
        object,
        rows.map(({ updatedBy: _, searchVector: __, ...row }) =>
          Object.fromEntries(Object.entries(row).map(([name, value]) => [name, nothingAsNull(value)])),
        ),
      ]),
    ),
  });
}

/** The double keeps a composite as one value; in a table its columns are empty either way. */
function nothingAsNull(value: unknown): unknown {
  return isEmptyValue(value) ? null : value;
}

export const COMPANIES = 120;
export const PEOPLE = 300;
export const OPPORTUNITIES = 80;

/** A migration that did one of everything: 500 records, a match, a freed key, a restored record, a field, options, a paused trigger. */
export async function tellStory(shared: Ledger): Promise<Story> {
  const double = await startTwentyDouble(QUICK);
  const scene = await openScene(double, shared, {
    until: 'loading',
    plan: { automations: await decisions(double) },
  });
  const { target, ledger } = scene;
  const company = await scene.foreign('company', {
    name: 'Was here',
    domainName: { primaryLinkUrl: 'https://was-here.example' },
  });
  const trashed = await scene.foreign('company', {
    name: 'In trash',
    domainName: { primaryLinkUrl: 'https://trash.example', primaryLinkLabel: 'T' },
  });
  const restored = await scene.foreign('company', {
    name: 'To restore',
    domainName: { primaryLinkUrl: 'https://restore.example' },
  });
  await target.records.softDelete('company', [trashed.id, restored.id]);
  await double.settled();
  const before = essence(double);
  const { id: migrationId } = await scene.migration();

  await changeModel(scene, migrationId);
  await scene.create('company', companies(scene));
  await freeKey(scene, migrationId, trashed.id);
  await scene.create('company', [
    {
      id: scene.idOf('company', 'taker'),
      name: 'Taker',
      domainName: { primaryLinkUrl: 'https://trash.example' },
    },
  ]);
  await restoreRecord(scene, migrationId, restored.id);
  await scene.update('company', company.id, {
    name: 'Was here, and matched',
    vpNote: 'kept',
    annualRevenue: { amountMicros: 5_000_000, currencyCode: 'EUR' },
  });
  const everybody = people(scene);
  await scene.create('person', everybody.slice(0, 200));
  await scene.create('person', everybody.slice(200));
  await scene.create('opportunity', opportunities(scene));
  await ledger.records.putLinks(
    migrationId,
    everybody.map(({ id }, index) => ({
      object: 'contacts',
      sourceId: `p${index}`,
      targetObject: 'person',
      part: 'record',
      twentyId: String(id),
    })),
  );
  await double.settled();
  const close = async () => {
    await scene.close();
    await double.close();
  };
  return {
    double,
    scene,
    before,
    existing: { company: company.id, trashed: trashed.id, restored: restored.id },
    close,
  };
}

async function decisions(double: TwentyDouble): Promise<unknown[]> {
  const triggers = double.dump().tables.workflowAutomatedTrigger ?? [];
  return triggers.map(({ id }) => ({ id, kind: 'workflow-trigger', name: 'x', events: [], policy: 'pause' }));
}

async function changeModel({ target, ledger }: Scene, migrationId: string): Promise<void> {
  const put = (
    kind: 'field-created' | 'options-added',
    object: string,
    key: string,
    before: unknown,
    base: unknown,
  ) =>
    ledger.changes.put(migrationId, [
      { kind, phase: 'schema', object, key, before: json(before), base: json(base) },
    ]);
  const field = await target.model.createField({
    object: 'company',
    name: 'vpNote',
    label: 'VP note',
    type: 'TEXT',
    icon: 'IconForms',
  });
  await put('field-created', 'company', 'vpNote', null, { id: field.id, type: field.type });
  const relation = await target.model.createField({
    object: 'company',
    name: 'parentCompany',
    label: 'Parent company',
    type: 'RELATION',
    icon: 'IconBuilding',
    relation: { targetObject: 'company', inverseLabel: 'Child companies', inverseIcon: 'IconBuildings' },
  });
  await put('field-created', 'company', 'parentCompany', null, { id: relation.id, type: relation.type });
  const stage =
    (await target.schema({ fresh: true })).objects.get('opportunity')?.fields.get('stage')?.options ?? [];
  const added = [{ value: 'VP_LOST', label: 'Lost', color: 'red', position: stage.length }];
  await put(
    'options-added',
    'opportunity',
    'stage',
    stage,
    await target.model.setOptions('opportunity', 'stage', [...stage, ...added]),
  );
}

async function freeKey({ target, ledger }: Scene, migrationId: string, id: string): Promise<void> {
  const [record] = await target.records.byIds('company', [id], {
    fields: ['name', 'domainName', 'updatedAt', 'deletedAt'],
    trash: true,
  });
  await ledger.changes.put(migrationId, [
    { kind: 'trash-key-freed', phase: 'load', object: 'company', key: id, before: json(record), base: null },
  ]);
  await target.records.updateSame('company', [id], { domainName: { primaryLinkUrl: null } }, { fields: [] });
}

async function restoreRecord({ target, ledger }: Scene, migrationId: string, id: string): Promise<void> {
  const fields = ['name', 'address', 'updatedAt', 'deletedAt'];
  const [record] = await target.records.byIds('company', [id], { fields, trash: true });
  await target.records.restore('company', [id]);
  const result = await target.records.update(
    'company',
    [{ id, address: { addressCity: 'Lyon' }, updatedAt: record?.updatedAt }],
    { fields },
  );
  const base = result.kind === 'written' ? result.records[0] : null;
  await ledger.changes.put(migrationId, [
    {
      kind: 'record-restored',
      phase: 'load',
      object: 'company',
      key: id,
      before: json(record),
      base: json(base),
    },
  ]);
}

const WHEN = '2019-05-06T07:08:09.000Z';

function companies(scene: Scene) {
  return Array.from({ length: COMPANIES }, (_, index) => ({
    id: scene.idOf('company', `c${index}`),
    name: `Company ${index}`,
    domainName: { primaryLinkUrl: `https://c${index}.example` },
    vpNote: index % 2 === 0 ? 'note' : null,
    parentCompanyId: index === 0 ? null : scene.idOf('company', `c${Math.floor((index - 1) / 4)}`),
    createdAt: WHEN,
    updatedAt: WHEN,
  }));
}

function people(scene: Scene) {
  return Array.from({ length: PEOPLE }, (_, index) => ({
    id: scene.idOf('person', `p${index}`),
    name: { firstName: 'P', lastName: String(index) },
    emails: { primaryEmail: `p${index}@c${index % COMPANIES}.example` },
    companyId: scene.idOf('company', `c${index % COMPANIES}`),
    updatedAt: WHEN,
  }));
}

function opportunities(scene: Scene) {
  return Array.from({ length: OPPORTUNITIES }, (_, index) => ({
    id: scene.idOf('opportunity', `o${index}`),
    name: `Deal ${index}`,
    stage: index % 3 === 0 ? 'VP_LOST' : 'NEW',
    companyId: scene.idOf('company', `c${index % COMPANIES}`),
    pointOfContactId: scene.idOf('person', `p${index}`),
    updatedAt: WHEN,
  }));
}
