import { availableParallelism, totalmem } from 'node:os';
import { benchBatches } from './batches.ts';
import { type Figure, print } from './figure.ts';
import { benchFiles } from './files.ts';
import { benchLimiter } from './limiter.ts';
import { benchMemory } from './memory.ts';
import { benchTwenty } from './twenty.ts';

/** `npm run bench [-- batches limiter memory files twenty]`: prints each figure with its goal; exit 1 when one is missed. */
const { TWENTY_API_URL: url = '', TWENTY_API_KEY: apiKey = '' } = process.env;
const PARTS: Readonly<Record<string, () => Promise<Figure[]>>> = {
  limiter: benchLimiter,
  batches: benchBatches,
  memory: benchMemory,
  files: benchFiles,
  twenty: async () =>
    url === '' || apiKey === ''
      ? [
          {
            name: 'load over bare loop',
            value: 'not measured: TWENTY_API_URL and TWENTY_API_KEY are not set',
            goal: null,
            met: true,
          },
        ]
      : benchTwenty(url, apiKey),
};

const named = process.argv.slice(2);
process.stdout.write(
  `${new Date().toISOString().slice(0, 10)}, ${availableParallelism()} cores, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.version}\n`,
);
let missed = 0;
for (const [name, bench] of Object.entries(PARTS)) {
  if (named.length > 0 && !named.includes(name)) continue;
  const figures = await bench();
  print(figures);
  missed += figures.filter(({ met }) => !met).length;
}
process.exitCode = missed > 0 ? 1 : 0;
