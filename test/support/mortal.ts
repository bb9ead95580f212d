/** What a process does to the world passes here; it may die before or after any call. Once dead, nothing is done any more. */
export class Mortal {
  readonly #dies: (call: string, n: number) => 'before' | 'after' | null;
  #calls = 0;
  #isDead = false;

  /** `dies` is asked with the name of each call and its number, from 1. */
  constructor(dies: (call: string, n: number) => 'before' | 'after' | null) {
    this.#dies = dies;
  }

  get calls(): number {
    return this.#calls;
  }

  get isDead(): boolean {
    return this.#isDead;
  }

  /** The same object, whose calls stop answering for good at the chosen one. Async iterables and plain values pass. */
  of<T extends object>(inner: T, passing: readonly string[] = []): T {
    return new Proxy(inner, {
      get: (target, name) => {
        const value: unknown = Reflect.get(target, name);
        if (typeof value !== 'function' || typeof name !== 'string' || passing.includes(name)) {
          const isPart = typeof value === 'object' && value !== null && !Array.isArray(value);
          return isPart ? this.of(value, passing) : value;
        }
        return async (...args: unknown[]) => {
          this.#calls += 1;
          const death = this.#isDead ? 'before' : this.#dies(name, this.#calls);
          if (death !== null) this.#isDead = true;
          if (death === 'before') throw new Error('killed');
          const result: unknown = await value.apply(target, args);
          if (this.#isDead) throw new Error('killed');
          return result;
        };
      },
    });
  }
}
