import { minutesOf, rollbackCalls } from '../../engine/rollback-calls.ts';
import { objectsWithFiles } from './destroy-with-files.ts';
import { GENERATED } from './find-references.ts';
import type { KeptItem, RollbackReport } from './report.ts';
import type { RollbackRun } from './run.ts';
import type { Verification } from './verify.ts';

export interface Done {
  readonly schema: readonly string[];
  /** What this run counted, for a dry run; otherwise the ledger tells, which knows of earlier runs too. */
  readonly foreseen: {
    readonly destroyed: ReadonlyMap<string, number>;
    readonly restored: ReadonlyMap<string, number>;
  } | null;
  readonly verification: Verification | null;
}

/** The report of a run: what the ledger says was done, what was kept and what cannot be as it was. */
export async function composeReport(run: RollbackRun, done: Done): Promise<RollbackReport> {
  const objects = done.foreseen === null ? await counted(run) : foreseenObjects(done.foreseen);
  const destroyed = sum(objects, 'destroyed');
  const restored = sum(objects, 'restored');
  return {
    migration: run.migration.name,
    dryRun: run.dryRun,
    drifted: run.drifted,
    destroyed,
    restored,
    objects,
    schema: done.schema,
    kept: [...(await keptRecords(run)), ...run.keptElsewhere],
    remains: await remains(run, restored, done),
    verified: done.verification !== null && done.verification.differences.length === 0,
    differences: done.verification?.differences ?? [],
    estimate: run.dryRun ? await estimate(run, objects, done.schema.length) : null,
  };
}

type Objects = Record<string, { destroyed: number; restored: number }>;

async function counted(run: RollbackRun): Promise<Objects> {
  const objects: Objects = {};
  for (const { kind, object, state, n } of await run.context.ledger.changes.count(run.migration.id)) {
    if (state !== 'reverted') continue;
    const counts = objects[object] ?? { destroyed: 0, restored: 0 };
    if (kind === 'record-created') objects[object] = { ...counts, destroyed: counts.destroyed + n };
    if (kind === 'record-updated' || kind === 'record-restored' || kind === 'trash-key-freed')
      objects[object] = { ...counts, restored: counts.restored + n };
  }
  return objects;
}

function foreseenObjects({ destroyed, restored }: NonNullable<Done['foreseen']>): Objects {
  const names = new Set([...destroyed.keys(), ...restored.keys()]);
  return Object.fromEntries(
    [...names].map((name) => [
      name,
      { destroyed: destroyed.get(name) ?? 0, restored: restored.get(name) ?? 0 },
    ]),
  );
}

function sum(objects: Objects, what: 'destroyed' | 'restored'): number {
  return Object.values(objects).reduce((total, counts) => total + counts[what], 0);
}

async function keptRecords(run: RollbackRun): Promise<KeptItem[]> {
  const items: KeptItem[] = [];
  for (const [object, records] of run.kept.all()) {
    const links = await run.context.ledger.records.linksOf(run.migration.id, object, [...records.keys()]);
    const sources = new Map(links.map((link) => [link.twentyId, link.sourceId]));
    for (const [id, why] of records) {
      const sourceId = sources.get(id);
      items.push({ object, id, ...(sourceId === undefined ? {} : { sourceId }), why });
    }
  }
  return items;
}

/** What is not as it was although everything was taken back, each with the reason. */
async function remains(run: RollbackRun, restored: number, { verification }: Done): Promise<string[]> {
  const counts = await run.context.ledger.changes.count(run.migration.id);
  const lines: string[] = [];
  if (restored > 0) {
    lines.push(`updatedBy of ${restored} restored records names the API key: Twenty lets no caller set it.`);
    lines.push(
      `updatedAt and deletedAt of ${restored} restored records are exact to the millisecond: the API shows and takes no microseconds.`,
    );
    lines.push(
      `Timeline rows of ${restored} restored records: the timeline tells what happened to records that stay.`,
    );
  }
  for (const { kind, object, state, n } of counts) {
    if (kind === 'trash-destroyed')
      lines.push(
        `${n} ${object} records from the trash are gone for good: they were destroyed by decision (--irreversible).`,
      );
    if (kind === 'options-added')
      lines.push(
        `The database index of the ${object} field whose options changed: Twenty 2.21 drops it with every change of options and offers no way to make it again; it costs speed, no data.`,
      );
    if (kind === 'file-uploaded' && state === 'kept')
      lines.push(
        `${n} uploads that were cut while their bytes moved: Twenty removes them itself, a day after they were begun.`,
      );
  }
  // Switched off and on by every command that writes: one line for all of them.
  const paused = counts
    .filter(({ kind }) => kind === 'automation-paused')
    .reduce((total, { n }) => total + n, 0);
  if (paused > 0)
    lines.push(
      `updatedBy of workflow triggers and webhooks that were switched off and on (${paused} times) names the API key, and their updatedAt is exact to the millisecond.`,
    );
  const ofModel = ['options-added', 'field-created', 'object-created'];
  if (counts.some(({ kind }) => ofModel.includes(kind)) && run.phase === null) {
    lines.push('Metadata timestamps of fields and objects whose model was changed and changed back.');
  }
  const { automationEdits, automationReferences } = run.tally;
  if (automationEdits > 0)
    lines.push(
      `${automationEdits} records had been edited by automations, which did not keep them; workflow runs and what automations created stay.`,
    );
  if (automationReferences > 0)
    lines.push(
      `${automationReferences} rows that automations made reference records of ours, which did not keep them.`,
    );
  if (run.dryRun) lines.push(`Not asked for references: ${Object.values(GENERATED).join('; ')}.`);
  if (verification !== null && verification.writtenSince > 0)
    lines.push(`${verification.writtenSince} restored records were written again by someone since.`);
  return lines;
}

/** Rate-limited calls of the writing and checking parts, at the limit as it is known now. */
async function estimate(
  run: RollbackRun,
  objects: Objects,
  schema: number,
): Promise<NonNullable<RollbackReport['estimate']>> {
  const { limiter, batchSize } = await run.context.target.describe();
  const withFiles = await objectsWithFiles(run);
  const files = [...withFiles.keys()].reduce((total, name) => total + (objects[name]?.destroyed ?? 0), 0);
  const records = sum(objects, 'destroyed') - files;
  const restoring = Math.ceil(sum(objects, 'restored') / batchSize) * 2;
  const calls = rollbackCalls({ records, files }) + restoring + schema;
  return { calls, minutes: minutesOf(calls, limiter) };
}
