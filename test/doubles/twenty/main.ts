import { parseArgs } from 'node:util';
import { startTwentyDouble } from './server.ts';

/**
 * The double as a process of its own: `node test/doubles/twenty/main.ts --port 3999`. Prints `{url, apiKey, pid}` as one
 * JSON line when it listens, and goes on until it is killed. Other processes see into it by `GET /double/dump` (waits for
 * the queue) and `GET /double/counters`.
 */
const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '0' },
    seed: { type: 'string', default: 'fresh' },
    limiter: { type: 'string', default: 'on' },
    latency: { type: 'string', default: '0' },
  },
});

const double = await startTwentyDouble({
  port: Number(values.port),
  seed: values.seed === 'empty' ? 'empty' : 'fresh',
  latencyMs: Number(values.latency),
  ...(values.limiter === 'off' ? { limiter: 'off' as const } : {}),
});

process.stdout.write(`${JSON.stringify({ url: double.url, apiKey: double.apiKey, pid: process.pid })}\n`);
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => void double.close().then(() => process.exit(0)));
