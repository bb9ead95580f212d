import type { Row } from './json.ts';

export type EventAction = 'created' | 'updated' | 'deleted' | 'restored' | 'destroyed';

export interface RecordChange {
  readonly before: Row | null;
  readonly after: Row;
  /** Fields that differ, on updates. */
  readonly changed: readonly string[];
}

/** One write call's worth of changes on one object. */
export interface RecordEvent {
  readonly object: string;
  readonly action: EventAction;
  readonly records: readonly RecordChange[];
}

export type EventHandler = (event: RecordEvent) => void | Promise<void>;

/**
 * The worker queue of Twenty: what a write sets off happens shortly after, in order, one event at a time. Delays are real
 * time also under a simulated clock, because the queue is not what that clock paces.
 */
export class EventQueue {
  readonly #handlers: EventHandler[] = [];
  readonly #delayMs: number;
  readonly #waiting: RecordEvent[] = [];
  readonly #idle: (() => void)[] = [];
  #running = false;
  #held = false;
  #closed = false;

  constructor(delayMs: number) {
    this.#delayMs = delayMs;
  }

  subscribe(handler: EventHandler): void {
    this.#handlers.push(handler);
  }

  emit(event: RecordEvent): void {
    this.#waiting.push(event);
    this.#start();
  }

  /** Forgets what waits: for a workspace that is only being set up. */
  discard(): void {
    this.#waiting.length = 0;
  }

  /** Stops working (events pile up) and goes on. */
  hold(): void {
    this.#held = true;
  }

  release(): void {
    this.#held = false;
    this.#start();
  }

  get length(): number {
    return this.#waiting.length + (this.#running ? 1 : 0);
  }

  /** Resolves when everything emitted so far, and what it set off, is done. */
  settled(): Promise<void> {
    if (this.length === 0 || this.#closed) return Promise.resolve();
    return new Promise((resolve) => this.#idle.push(resolve));
  }

  close(): void {
    this.#closed = true;
    this.#waiting.length = 0;
    for (const resolve of this.#idle.splice(0)) resolve();
  }

  #start(): void {
    if (this.#running || this.#held || this.#closed || this.#waiting.length === 0) return;
    this.#running = true;
    const begin = () => void this.#drain();
    if (this.#delayMs > 0) setTimeout(begin, this.#delayMs).unref();
    else setImmediate(begin);
  }

  async #drain(): Promise<void> {
    while (!this.#held && !this.#closed) {
      const event = this.#waiting.shift();
      if (event === undefined) break;
      for (const handle of this.#handlers) await handle(event);
      await new Promise((resolve) => setImmediate(resolve));
    }
    this.#running = false;
    if (this.#waiting.length === 0) for (const resolve of this.#idle.splice(0)) resolve();
    else this.#start();
  }
}
