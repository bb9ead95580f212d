import { VpError } from '../domain/errors.ts';
import type { Ledger, Migration } from '../ledger/ledger.ts';
import type { Plan } from '../mapping/documents/plan.ts';
import type { Target } from '../twenty/target.ts';

/** How far a person must have agreed before a step. */
export type Approved = 'nothing' | 'plan' | 'sample';

export interface CurrentPlan {
  readonly plan: Plan;
  readonly digest: string;
}

/** The stored plan of a migration, or null before the first. */
export async function storedPlan(ledger: Ledger, migration: Migration): Promise<CurrentPlan | null> {
  const document = await ledger.migrations.document(migration.id, 'plan');
  if (document === null) return null;
  // The ledger returns what we stored under our own digest; its shape is ours.
  const plan: Plan = JSON.parse(JSON.stringify(document.body));
  return { plan, digest: document.digest };
}

/**
 * The gate of every step that writes: the plan exists, is approved by its digest (and the sample by its), and Twenty is the workspace that it is
 * bound to. Throws STATE_FORBIDS, NOT_APPROVED, DIGEST_MISMATCH or WORKSPACE_MISMATCH.
 */
export async function requirePlan(
  { ledger, target }: { readonly ledger: Ledger; readonly target: Target },
  migration: Migration,
  approved: Approved,
): Promise<CurrentPlan> {
  const current = await storedPlan(ledger, migration);
  if (current === null) {
    throw new VpError('STATE_FORBIDS', {
      what: 'This migration has no plan.',
      where: migration.name,
      todo: 'Run audit and plan first.',
    });
  }
  if (approved !== 'nothing') await requireApproval(ledger, migration, 'plan', current.digest);
  if (approved === 'sample') {
    const sample = await ledger.migrations.document(migration.id, 'sample');
    if (sample === null) {
      throw new VpError('NOT_APPROVED', {
        what: 'No sample was loaded.',
        where: migration.name,
        todo: 'Run sample, look at sample-diff.html, then approve its digest.',
      });
    }
    await requireApproval(ledger, migration, 'sample', sample.digest);
  }
  await requireWorkspace(target, current.plan.decided.workspaceId);
  return current;
}

/** Throws WORKSPACE_MISMATCH unless the key's workspace is the one that the migration is bound to. */
export async function requireWorkspace(target: Target, workspaceId: string): Promise<void> {
  const description = await target.describe();
  if (description.workspaceId === workspaceId) return;
  throw new VpError('WORKSPACE_MISMATCH', {
    what: `The API key opens workspace ${description.workspaceId}; the plan is bound to ${workspaceId}.`,
    where: 'TWENTY_API_KEY',
    todo: 'Use a key of the planned workspace, or start a new migration for this one.',
  });
}

async function requireApproval(
  ledger: Ledger,
  migration: Migration,
  kind: 'plan' | 'sample',
  digest: string,
): Promise<void> {
  const approvals = (await ledger.migrations.approvals(migration.id)).filter(
    (approval) => approval.kind === kind,
  );
  if (approvals.some((approval) => approval.digest === digest)) return;
  const todo = `Read the ${kind === 'plan' ? 'plan.md' : 'sample-diff.html'}, then: vp-twenty approve --${kind} ${digest} --by <e-mail>`;
  if (approvals.length === 0) {
    throw new VpError('NOT_APPROVED', { what: `Nobody approved the ${kind}.`, where: migration.name, todo });
  }
  throw new VpError('DIGEST_MISMATCH', {
    what: `The approved ${kind} has another digest than the current one: it changed since.`,
    where: migration.name,
    todo,
  });
}
