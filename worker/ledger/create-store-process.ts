import { openPglite } from './pglite-database.ts';

/** The child of create-store.ts: makes a PGlite store in the folder it is given, closes it cleanly and ends. */
const [directory] = process.argv.slice(2);
if (directory === undefined) process.exit(2);
// The parent is gone: nobody will move the store into place.
process.on('disconnect', () => process.exit(1));
const engine = await openPglite(directory);
await engine.close();
process.exit(0);
