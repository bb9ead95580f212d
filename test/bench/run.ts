import { spawnSync } from 'node:child_process';
import { availableParallelism, totalmem } from 'node:os';
import { benchBatches } from './batches.ts';
import { type Figure, linesOf, summaryOf, unmeasured } from './figure.ts';
import { benchFiles } from './files.ts';
import { benchLimiter } from './limiter.ts';
import { benchMemory } from './memory.ts';
import { PRODUCT_FLAGS } from './product-flags.ts';
import { benchTwenty } from './twenty.ts';

/**
 * `npm run bench [-- batches limiter memory files twenty]`: prints each figure with its goal and whether it was met, as soon as its part has ended.
 * Without names: all parts; `twenty` needs TWENTY_API_URL and TWENTY_API_KEY of a throw-away Twenty, and TWENTY_RATE_LIMIT when its
 * API_RATE_LIMITING_LONG_LIMIT is not the default of 100 a minute. Exit 1 when a goal is missed,
 * 2 for a part that does not exist; what could not be measured is said, and is neither.
 */
if (!PRODUCT_FLAGS.every((flag) => process.execArgv.includes(flag))) {
  // Measured is what the product does: a PGlite that is compiled twice takes half of two cores for a while.
  const again = [...PRODUCT_FLAGS, import.meta.filename, ...process.argv.slice(2)];
  process.exit(spawnSync(process.execPath, again, { stdio: 'inherit' }).status ?? 1);
}

const {
  TWENTY_API_URL: url = '',
  TWENTY_API_KEY: apiKey = '',
  TWENTY_RATE_LIMIT: limit = '100',
} = process.env;
const PARTS: Readonly<Record<string, () => Promise<Figure[]>>> = {
  limiter: benchLimiter,
  batches: benchBatches,
  twenty: async () => {
    const why = 'TWENTY_API_URL and TWENTY_API_KEY are not set';
    return url === '' || apiKey === ''
      ? [unmeasured('load over bare loop, real Twenty', '>= 0.90', why)]
      : benchTwenty(url, apiKey, Number(limit));
  },
  memory: benchMemory,
  files: benchFiles,
};

const named = process.argv.slice(2);
const unknown = named.filter((name) => !Object.hasOwn(PARTS, name));
if (unknown.length > 0) {
  process.stderr.write(`no such part: ${unknown.join(', ')}. Parts: ${Object.keys(PARTS).join(', ')}\n`);
  process.exit(2);
}
const memory = `${Math.round(totalmem() / 2 ** 30)} GiB`;
process.stdout.write(
  `${new Date().toISOString().slice(0, 10)}, ${availableParallelism()} cores, ${memory}, Node ${process.version}\n`,
);
const all: Figure[] = [];
for (const [name, bench] of Object.entries(PARTS)) {
  if (named.length > 0 && !named.includes(name)) continue;
  const figures = await bench();
  process.stdout.write(`\n${name}\n${linesOf(figures)}`);
  all.push(...figures);
}
process.stdout.write(`\n${summaryOf(all)}\n`);
process.exitCode = all.some(({ verdict }) => verdict === 'missed') ? 1 : 0;
