import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/{unit,contract,integration}/**/*.test.ts'],
    testTimeout: 180_000,
    hookTimeout: 180_000,
    // Two cores: more workers than that only fight each other.
    maxWorkers: 2,
    // As the product runs (worker/node-flags.json): each worker compiles PGlite, and optimising it costs half of the two cores.
    execArgv: ['--liftoff-only'],
    // No module of ours keeps a state that another test could see; loading all of them anew for every file took a third of the time.
    isolate: false,
    globalSetup: ['./test/support/pglite-image.ts'],
    reporters: ['default', './test/closing-line.ts'],
  },
});
