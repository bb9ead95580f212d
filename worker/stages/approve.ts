import { VpError } from '../domain/errors.ts';
import { storedPlan } from '../engine/plan-guard.ts';
import type { Approval, Ledger, Migration } from '../ledger/ledger.ts';

export interface ApproveOptions {
  readonly kind: 'plan' | 'sample';
  /** As printed by plan or sample; a prefix of at least 12 characters will do. */
  readonly digest: string;
  /** E-mail of the person who says yes. */
  readonly by: string;
}

const SHORTEST_PREFIX = 12;

/**
 * Records that a person agreed to the plan or to the sample. Refuses another digest than the current one, and a plan with open questions (exit 3).
 */
export async function runApprove(
  context: { readonly ledger: Ledger },
  migration: Migration,
  options: ApproveOptions,
): Promise<Approval> {
  const { ledger } = context;
  const document = await ledger.migrations.document(migration.id, options.kind);
  if (document === null) {
    throw new VpError('STATE_FORBIDS', {
      what: `There is no ${options.kind} to approve.`,
      where: migration.name,
      todo: `Run ${options.kind} first.`,
    });
  }
  if (options.digest.length < SHORTEST_PREFIX || !document.digest.startsWith(options.digest)) {
    throw new VpError('DIGEST_MISMATCH', {
      what: `That is not the digest of the current ${options.kind}.`,
      where: options.digest.slice(0, 16),
      todo: `Look at the current one and approve ${document.digest}.`,
    });
  }
  if (options.kind === 'plan') {
    const current = await storedPlan(ledger, migration);
    if (current !== null && current.plan.foreseen.open > 0) {
      throw new VpError('DECISIONS_OPEN', {
        what: `${current.plan.foreseen.open} questions of the plan are open.`,
        where: 'decisions.yaml',
        todo: 'Answer them and run plan again, or take every default with plan --accept-defaults.',
      });
    }
  }
  return ledger.transaction(async (tx) => {
    const approval = await tx.migrations.approve(migration.id, {
      kind: options.kind,
      digest: document.digest,
      by: options.by,
    });
    const next = options.kind === 'plan' ? 'plan-approved' : 'sample-approved';
    const state = (await tx.migrations.get(migration.name))?.state;
    // Approving once more what is in force already moves nothing.
    if (state === 'planned' || state === 'sampled')
      await tx.migrations.transition(migration.id, next, options.by);
    await tx.trail.append(migration.id, [
      {
        actor: options.by,
        operation: `approve-${options.kind}`,
        outcome: 'done',
        afterDigest: document.digest,
      },
    ]);
    return approval;
  });
}
