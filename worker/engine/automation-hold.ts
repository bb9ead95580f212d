import { hostname } from 'node:os';
import { z } from 'zod';
import type { Clock } from '../domain/clock.ts';
import type { Ledger } from '../ledger/ledger.ts';

/** What the switch of automations needs to know of a command. */
export interface HoldContext {
  readonly ledger: Ledger;
  readonly clock: Clock;
  readonly holder: string;
}

/** A hold that nobody renewed for this long is that of a process that died on another machine. */
const LEASE_MS = 10 * 60_000;

const holdsSchema = z.array(
  z.strictObject({
    migrationId: z.string(),
    holder: z.string(),
    host: z.string(),
    pid: z.int(),
    until: z.number(),
  }),
);

type Hold = z.infer<typeof holdsSchema>[number];

/**
 * Who needs the workspace's automations to stay off, kept beside the rate budget because both are one small value that all processes share. As long as
 * one hold lives nothing is switched on: two processes that load one migration do not undo each other's pause.
 */
export async function takeHold(
  context: HoldContext,
  workspaceId: string,
  migrationId: string,
): Promise<void> {
  await change(context, workspaceId, (holds) => [
    ...holds.filter((hold) => !isSame(hold, context, migrationId)),
    {
      migrationId,
      holder: context.holder,
      host: hostname(),
      pid: process.pid,
      until: context.clock.now() + LEASE_MS,
    },
  ]);
}

/** To be called with every batch, so that a long run is not taken for a dead one. */
export async function renewHold(
  context: HoldContext,
  workspaceId: string,
  migrationId: string,
): Promise<void> {
  await change(context, workspaceId, (holds) =>
    holds.map((hold) => {
      const due = isSame(hold, context, migrationId) && hold.until - context.clock.now() < LEASE_MS / 2;
      return due ? { ...hold, until: context.clock.now() + LEASE_MS } : hold;
    }),
  );
}

export async function releaseHold(
  context: HoldContext,
  workspaceId: string,
  migrationId: string,
): Promise<void> {
  await change(context, workspaceId, (holds) => holds.filter((hold) => !isSame(hold, context, migrationId)));
}

/** Migrations whose holders are alive, other than this process: what it left behind itself is over. */
export async function othersHolding(context: HoldContext, workspaceId: string): Promise<readonly string[]> {
  let live: string[] = [];
  await change(context, workspaceId, (holds) => {
    const kept = holds.filter((hold) => isAlive(hold, context.clock.now()));
    live = kept.filter((hold) => hold.holder !== context.holder).map((hold) => hold.migrationId);
    return kept;
  });
  return live;
}

function isSame(hold: Hold, context: HoldContext, migrationId: string): boolean {
  return hold.migrationId === migrationId && hold.holder === context.holder;
}

function isAlive(hold: Hold, now: number): boolean {
  if (hold.until <= now) return false;
  if (hold.host !== hostname()) return true;
  try {
    // Signal 0 only asks whether the process is there.
    process.kill(hold.pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

async function change(
  context: HoldContext,
  workspaceId: string,
  to: (holds: Hold[]) => Hold[],
): Promise<void> {
  await context.ledger.budget.update(`automations ${workspaceId}`, (state) => {
    const parsed = holdsSchema.safeParse(state);
    return { state: to(parsed.success ? parsed.data : []), result: undefined };
  });
}
