import type { Api, Call, Outcome } from '../../../worker/twenty/api.ts';

/** An API that answers each call by a function, and remembers the calls. */
export function scriptedApi(answer: (call: Call, endpoint: 'records' | 'metadata', n: number) => Outcome) {
  const calls: Call[] = [];
  const backOffs: string[] = [];
  const reply = (endpoint: 'records' | 'metadata') => async (call: Call) => {
    calls.push(call);
    return answer(call, endpoint, calls.length);
  };
  const api: Api = {
    records: reply('records'),
    metadata: reply('metadata'),
    async backOff(_, code) {
      backOffs.push(code);
      if (backOffs.length > 20) throw new Error('backed off for ever');
    },
    get: async () => null,
    counters: { calls: 0, createCalls: 0, retries: 0 },
  };
  return { api, calls, backOffs };
}
