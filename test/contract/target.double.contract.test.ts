import { startTwentyDouble } from '../doubles/twenty/server.ts';
import { describeTargetContract } from './target-contract.ts';

// Twenty's buckets, twenty times as fast, so that the suite need not wait for them.
const limiter = { limit: 100, windowMs: 3000, short: { limit: 100, windowMs: 50 } };

describeTargetContract('the double', async () => ({ ...(await startTwentyDouble({ limiter })), limiter }));
