import { afterAll, afterEach, beforeAll, describe } from 'vitest';
import { automationsContract } from './target-automations-contract.ts';
import { filesContract } from './target-files-contract.ts';
import { limitsContract } from './target-limits-contract.ts';
import { lostAnswersContract } from './target-lost-answers-contract.ts';
import { modelContract } from './target-model-contract.ts';
import { morphContract } from './target-morph-contract.ts';
import { objectsContract } from './target-objects-contract.ts';
import { readsContract } from './target-reads-contract.ts';
import { refusalsContract } from './target-refusals-contract.ts';
import { type ContractServer, openWorkbench, type Workbench } from './target-workbench.ts';
import { writesContract } from './target-writes-contract.ts';

/**
 * What this product relies on of Twenty, and what the target makes of it. Registered on the double and on a real server: a
 * behaviour that only one of them shows fails here. Leaves the workspace as it was.
 */
export function describeTargetContract(name: string, start: () => Promise<ContractServer>): void {
  describe(`target contract on ${name}`, { timeout: 120_000 }, () => {
    let server: ContractServer | undefined;
    let bench: Workbench | undefined;
    const opened = (): Workbench => {
      if (bench === undefined) throw new Error('the workbench is not open');
      return bench;
    };

    beforeAll(async () => {
      server = await start();
      bench = await openWorkbench(server);
    }, 120_000);
    afterEach(async () => {
      await bench?.cleanUp();
    }, 120_000);
    afterAll(async () => {
      await bench?.close();
      await server?.close();
    }, 120_000);

    describe('writes', () => writesContract(opened));
    describe('refusals', () => refusalsContract(opened));
    describe('lost answers', () => lostAnswersContract(opened));
    describe('reads', () => readsContract(opened));
    describe('data model', () => modelContract(opened));
    describe('objects', () => objectsContract(opened));
    describe('targets', () => morphContract(opened));
    describe('files', () => filesContract(opened));
    describe('automations', () => automationsContract(opened));
    describe('limits', () => limitsContract(opened));
  });
}
