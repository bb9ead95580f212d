import { hostname } from 'node:os';
import { fileURLToPath } from 'node:url';
import pino from 'pino';
import type { Config } from './config.ts';
import { systemClock } from './domain/clock.ts';
import { VpError } from './domain/errors.ts';
import type { Logger } from './domain/logger.ts';
import type { OpenFiles } from './engine/files/source-files.ts';
import type { Ledger } from './ledger/ledger.ts';
import { openLedger } from './ledger/open-ledger.ts';
import { loadMappings } from './mapping/files.ts';
import { openSource } from './sources/open-source.ts';
import type { MappingSet, ProgressEvent, StageContext } from './stages/stage.ts';
import type { Target } from './twenty/target.ts';
import { createTwentyTarget } from './twenty/twenty-target.ts';

/** The reference mappings that ship with the product. */
const REFERENCE_MAPPINGS = fileURLToPath(new URL('../mappings/visual-practice', import.meta.url));

/** Log to stderr, so that stdout carries the answer of a command and nothing else. Keys that could hold secrets are redacted. */
export function createLogger(level: Config['logLevel']): Logger {
  return pino(
    {
      level,
      base: null,
      redact: ['apiKey', 'authorization', 'headers.authorization', '*.apiKey', '*.authorization'],
    },
    pino.destination({ dest: 2, sync: true }),
  );
}

export async function openMappings(config: Config): Promise<MappingSet> {
  return loadMappings(config.mappingsDir ?? REFERENCE_MAPPINGS);
}

/** Twenty, or CONFIG_INVALID when the environment does not say where it is. */
export function openTarget(config: Config, ledger: Ledger, log: Logger): Target {
  if (config.twenty === null) {
    throw new VpError('CONFIG_INVALID', {
      what: 'TWENTY_API_URL and TWENTY_API_KEY are not set.',
      where: 'TWENTY_API_URL',
      todo: 'Set both: the address of Twenty, and an API key from Settings, API & Webhooks.',
    });
  }
  return createTwentyTarget({ ...config.twenty, budget: ledger.budget, clock: systemClock, log });
}

/** Files of the source that the plan names, or of the one given instead: the same export at another place. */
export function filesFrom(given: string | undefined): OpenFiles {
  return (location, profile) => openSource(given ?? location, profile);
}

export interface Wiring {
  readonly ledger: Ledger;
  readonly target: Target;
  readonly mappings: MappingSet;
  readonly log: Logger;
  readonly actor: string;
  readonly signal: AbortSignal;
  readonly progress: (event: ProgressEvent) => void;
  readonly openFiles?: OpenFiles;
}

/** The context that stages get. */
export function stageContext(wiring: Wiring): StageContext {
  return { ...wiring, clock: systemClock, holder: `${hostname()}:${process.pid}` };
}

export { openLedger };
