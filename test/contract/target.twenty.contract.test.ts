import { describe } from 'vitest';
import { describeTargetContract } from './target-contract.ts';

const url = process.env.TWENTY_API_URL;
const apiKey = process.env.TWENTY_API_KEY;

describe.skipIf(!url || !apiKey)('a real Twenty', () => {
  describeTargetContract('Twenty', async () => ({
    url: url ?? '',
    apiKey: apiKey ?? '',
    close: async () => {},
  }));
});
