/**
 * Holds the lanes of a load in front of their create calls, so that it can be measured in stretches: a stretch lets `calls` of them through and has
 * ended when every lane is back at the gate, with its last batch stored and its next one built.
 */
export class CreateGate {
  readonly #lanes: number;
  #quota = 0;
  #isOpen = false;
  #waiting: (() => void)[] = [];
  #whenAllWait: (() => void) | null = null;

  constructor(lanes: number) {
    this.#lanes = lanes;
  }

  /** Called by a lane before its call. */
  async pass(): Promise<void> {
    if (this.#isOpen) return;
    if (this.#quota === 0) {
      await new Promise<void>((go) => {
        this.#waiting.push(go);
        if (this.#waiting.length === this.#lanes) this.#whenAllWait?.();
      });
      return;
    }
    this.#quota -= 1;
  }

  /** Resolves when every lane waits. */
  allWait(): Promise<void> {
    if (this.#waiting.length === this.#lanes) return Promise.resolve();
    return new Promise((done) => {
      this.#whenAllWait = () => {
        this.#whenAllWait = null;
        done();
      };
    });
  }

  /** Lets `calls` through, at least one a lane; resolves when every lane is back. */
  async stretch(calls: number): Promise<void> {
    const waiting = this.#waiting.splice(0);
    this.#quota = calls - waiting.length;
    for (const go of waiting) go();
    await this.allWait();
  }

  /** For good. */
  open(): void {
    this.#isOpen = true;
    for (const go of this.#waiting.splice(0)) go();
  }
}
