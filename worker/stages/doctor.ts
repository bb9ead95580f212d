import { VpError } from '../domain/errors.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { SourceConnector } from '../sources/source-connector.ts';
import type { Target, TargetDescription } from '../twenty/target.ts';

export interface DoctorCheck {
  readonly check: string;
  readonly ok: boolean;
  /** What was found. Never a secret. */
  readonly detail: string;
  /** What to do about it; empty when nothing is. */
  readonly todo: string;
}

export interface DoctorOptions {
  readonly ledger: Ledger;
  /** Null when the destination is not configured. */
  readonly target: Target | null;
  /** Opens the source location to look at; null when none was given. */
  readonly openSource: (() => Promise<SourceConnector>) | null;
  /** Version of the running Node; for tests. */
  readonly nodeVersion?: string;
  readonly signal?: AbortSignal;
}

/** Needed by the queue (pg-boss) and the SDK; the lockfile brings it. */
const LEAST_NODE = 24;

/** What every figure in shared/twenty-facts.md was seen on. */
const VERIFIED_TWENTY = '2.21';

/**
 * Looks at everything that a migration needs and says what to do about each. A failed check is an entry, never an exception; checks
 * that depend on a failed one are left out.
 */
export async function runDoctor(options: DoctorOptions): Promise<DoctorCheck[]> {
  const { ledger, target, openSource, signal } = options;
  return [
    checkNode(options.nodeVersion ?? process.versions.node),
    await attempt('store', () => checkStore(ledger)),
    ...(target === null ? [UNCONFIGURED] : await checkTwenty(target, signal)),
    ...(openSource === null ? [] : [await attempt('source', () => checkSource(openSource, signal))]),
  ];
}

const UNCONFIGURED: DoctorCheck = {
  check: 'twenty',
  ok: false,
  detail: 'No destination is configured.',
  todo: 'Set TWENTY_API_URL and TWENTY_API_KEY.',
};

type Finding = Omit<DoctorCheck, 'check'>;

function fine(detail: string): Finding {
  return { ok: true, detail, todo: '' };
}

async function attempt(check: string, look: () => Promise<Finding>): Promise<DoctorCheck> {
  try {
    return { check, ...(await look()) };
  } catch (error) {
    if (error instanceof VpError) {
      const where = error.where === undefined ? '' : ` (${error.where})`;
      return { check, ok: false, detail: `${error.message}${where}`, todo: error.todo };
    }
    // The message of a foreign error may quote what it failed on.
    const name = error instanceof Error ? error.name : 'unknown error';
    return {
      check,
      ok: false,
      detail: `The check failed: ${name}.`,
      todo: 'Run again with --json and look at the log on stderr.',
    };
  }
}

function checkNode(version: string): DoctorCheck {
  const ok = Number.parseInt(version, 10) >= LEAST_NODE;
  const todo = ok
    ? ''
    : 'Start it with `npx vp-twenty` after `npm ci`: the lockfile brings the Node that it needs.';
  return { check: 'node', ok, detail: `Node ${version}; ${LEAST_NODE} or newer is needed.`, todo };
}

/** Writes to the rate budget, the one place of the store that holds nothing of any migration. */
async function checkStore(ledger: Ledger): Promise<Finding> {
  const [snapshots, migrations] = await Promise.all([ledger.snapshots.list(), ledger.migrations.list()]);
  await ledger.budget.update('doctor', () => ({ state: null, result: null }));
  return fine(`Readable and writable; ${snapshots.length} snapshots, ${migrations.length} migrations.`);
}

async function checkTwenty(target: Target, signal: AbortSignal | undefined): Promise<DoctorCheck[]> {
  let description: TargetDescription | null = null;
  const reached = await attempt('twenty', async () => {
    description = await target.describe(signal);
    return fine(`Reachable, the key is valid; workspace "${description.workspaceName}".`);
  });
  if (description === null) return [reached];
  return [
    reached,
    ...describedChecks(description),
    await attempt('twenty data model', async () => {
      const { objects } = await target.schema({ fresh: true });
      return fine(`${objects.size} objects.`);
    }),
    await attempt('automations', () => checkAutomations(target)),
  ];
}

function describedChecks({
  version,
  missingPermissions,
  batchSize,
  limiter,
}: TargetDescription): DoctorCheck[] {
  const verified = version === null || version.startsWith(VERIFIED_TWENTY);
  const perMinute = Math.round((limiter.limit / limiter.windowMs) * 60_000);
  return [
    {
      check: 'twenty version',
      ok: true,
      detail: version === null ? 'The server does not tell its version.' : `Twenty ${version}.`,
      todo: verified
        ? ''
        : `This program was verified against Twenty ${VERIFIED_TWENTY}: try a small sample first.`,
    },
    {
      check: 'role of the key',
      ok: missingPermissions.length === 0,
      detail:
        missingPermissions.length === 0
          ? 'May do everything that a migration needs.'
          : `Lacks: ${missingPermissions.join(', ')}.`,
      todo:
        missingPermissions.length === 0
          ? ''
          : 'Give the key a role with these permissions (Settings, Roles), or use a key with the Admin role.',
    },
    {
      check: 'limits',
      ok: batchSize > 0 && perMinute > 0,
      detail: `${batchSize} records a call, ${perMinute} calls a minute${limiter.calibrated ? '' : ' (assumed until the server tells)'}: at most ${batchSize * perMinute} records a minute.`,
      todo: '',
    },
  ];
}

async function checkAutomations(target: Target): Promise<Finding> {
  const active = (await target.automations.list()).filter((automation) => automation.active);
  const detail = `${active.length} workflow triggers and webhooks are active.`;
  if (await target.automations.permitted()) return fine(`${detail} The key may switch them off and on.`);
  return {
    ok: false,
    detail: `${detail} The key may not switch them off.`,
    todo: 'Give the role of the key the right to workflows and webhooks, or decide on --automations keep.',
  };
}

async function checkSource(
  open: () => Promise<SourceConnector>,
  signal: AbortSignal | undefined,
): Promise<Finding> {
  const source = await open();
  try {
    const { streams, excluded, unknownFiles } = await source.inspect(signal);
    const parts = [
      `${streams.length} objects: ${streams.map(({ object }) => object).join(', ')}`,
      ...(excluded.length > 0
        ? [`left where they are: ${excluded.map(({ object }) => object).join(', ')}`]
        : []),
      ...(unknownFiles.length > 0 ? [`${unknownFiles.length} files that the profile does not know`] : []),
    ];
    if (streams.length > 0) return fine(`${parts.join('; ')}.`);
    return {
      ok: false,
      detail: `${parts.join('; ')}.`,
      todo: 'Check the folder or zip, and the file names in the source profile.',
    };
  } finally {
    await source.close();
  }
}
