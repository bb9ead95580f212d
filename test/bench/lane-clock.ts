import type { Clock } from '../../worker/domain/clock.ts';

/**
 * Turns of the event loop without a new sleeper after which a lane that does not sleep is taken to wait for one that does. Not milliseconds: a busy machine would
 * let time move on while a lane is at work.
 */
const IDLE_TURNS = 40;

/**
 * Simulated time for a known number of lanes: it moves on when every lane sleeps, or when those that do not are waiting for one that does (a queue in
 * front of the pacer). Work takes no simulated time, and waiting takes none of ours.
 */
export class LaneClock implements Clock {
  private time = Date.UTC(2026, 0, 1);
  private sleepers: { readonly until: number; readonly wake: () => void }[] = [];
  private lanes: number;
  private seen = 0;

  constructor(lanes: number) {
    this.lanes = lanes;
  }

  now(): number {
    return this.time;
  }

  sleep(ms: number): Promise<void> {
    return new Promise((wake) => {
      this.sleepers.push({ until: this.time + Math.max(0, ms), wake });
      this.seen += 1;
      if (this.sleepers.length >= this.lanes) this.moveOn();
      else this.moveOnWhenIdle();
    });
  }

  /** A lane has ended. */
  leave(): void {
    this.lanes -= 1;
    if (this.sleepers.length > 0) this.moveOnWhenIdle();
  }

  private moveOnWhenIdle(): void {
    const { seen } = this;
    const wait = (turns: number): void => {
      if (this.seen !== seen) return;
      if (turns === 0) this.moveOn();
      else setImmediate(wait, turns - 1);
    };
    wait(IDLE_TURNS);
  }

  private moveOn(): void {
    if (this.sleepers.length === 0) return;
    const next = this.sleepers.reduce((first, sleeper) => (sleeper.until < first.until ? sleeper : first));
    this.sleepers = this.sleepers.filter((sleeper) => sleeper !== next);
    this.time = Math.max(this.time, next.until);
    this.seen += 1;
    next.wake();
    if (this.sleepers.length > 0) this.moveOnWhenIdle();
  }
}
