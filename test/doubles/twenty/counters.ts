/** What went over the wire, for the benchmark and for assertions. Objects by their singular name. */
export interface Counters {
  requests: number;
  metadataRequests: number;
  /** Root resolvers that the limiter counted, refused ones included. */
  rootResolvers: number;
  refusedByLimiter: number;
  createCalls: Record<string, number>;
  recordsCreated: Record<string, number>;
  /** The largest create call per object. */
  maxBatch: Record<string, number>;
  webhookPosts: number;
}

export function freshCounters(): Counters {
  return {
    requests: 0,
    metadataRequests: 0,
    rootResolvers: 0,
    refusedByLimiter: 0,
    createCalls: {},
    recordsCreated: {},
    maxBatch: {},
    webhookPosts: 0,
  };
}

export function countCreate(counters: Counters, object: string, records: number): void {
  counters.createCalls[object] = (counters.createCalls[object] ?? 0) + 1;
  counters.maxBatch[object] = Math.max(counters.maxBatch[object] ?? 0, records);
}

export function countInserted(counters: Counters, object: string, records: number): void {
  counters.recordsCreated[object] = (counters.recordsCreated[object] ?? 0) + records;
}
