import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { TwentyDouble } from '../../doubles/twenty/double.ts';
import { startTwentyDouble } from '../../doubles/twenty/server.ts';
import { ask, CREATE_COMPANIES, CREATE_PEOPLE, idOf, rowsOf } from './ask-double.ts';

let double: TwentyDouble;
beforeEach(async () => {
  double = await startTwentyDouble({ listen: false, limiter: 'off', queueDelayMs: 0 });
});
afterEach(() => double.close());

const timeline = async () =>
  rowsOf(
    await ask(double, '{timelineActivities{edges{node{name targetCompanyId targetOpportunityId}}}}'),
    'timelineActivities',
  );

describe('what a write sets off', () => {
  it('is one timeline row per record, later', async () => {
    double.faults.holdQueue();
    await ask(double, CREATE_COMPANIES, { d: [{ id: idOf(1) }, { id: idOf(2) }] });
    expect(await timeline()).toEqual([]);
    double.faults.releaseQueue();
    await double.settled();
    const row = (id: string) => ({ name: 'company.created', targetCompanyId: id, targetOpportunityId: null });
    expect(await timeline()).toEqual(expect.arrayContaining([row(idOf(1)), row(idOf(2))]));
  });

  it('leaves a row without a target behind when an opportunity is destroyed, none of a company', async () => {
    await ask(double, CREATE_COMPANIES, { d: [{ id: idOf(1) }] });
    await ask(double, 'mutation($d:[O!]!){createOpportunities(data:$d){id}}', { d: [{ id: idOf(2) }] });
    await double.settled();
    await ask(
      double,
      `mutation{destroyCompany(id:"${idOf(1)}"){id} destroyOpportunity(id:"${idOf(2)}"){id}}`,
    );
    await double.settled();
    expect(await timeline()).toEqual([
      { name: 'opportunity.created', targetCompanyId: null, targetOpportunityId: null },
    ]);
  });

  it('moves people to the company of their domain, unless the trigger is in the trash', async () => {
    const person = (id: number) => ({ id: idOf(id), emails: { primaryEmail: `p${id}@moved.example` } });
    await ask(double, CREATE_PEOPLE, { d: [person(1)] });
    await double.settled();
    const companyOf = async (id: number) =>
      rowsOf(await ask(double, `{person(filter:{id:{eq:"${idOf(id)}"}}){company{name}}}`), 'person')[0]
        ?.company;
    expect(await companyOf(1)).toEqual({ name: 'moved.example' });
    const [trigger] = rowsOf(
      await ask(double, '{workflowAutomatedTriggers{edges{node{id}}}}'),
      'workflowAutomatedTriggers',
    );
    await ask(double, `mutation{deleteWorkflowAutomatedTrigger(id:"${String(trigger?.id)}"){id}}`);
    await ask(double, CREATE_PEOPLE, { d: [person(2)] });
    await double.settled();
    expect(await companyOf(2)).toBeNull();
  });

  it('is one signed POST per record and webhook, tried once', async () => {
    const received: string[] = [];
    const server = createServer((request, response) => {
      received.push(String(request.headers['x-twenty-webhook-signature']));
      request.resume();
      response.writeHead(500).end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address: AddressInfo | string | null = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const create = `mutation{createWebhook(input:{targetUrl:"http://127.0.0.1:${port}/",operations:["company.created"]}){id}}`;
    await ask(double, create, {}, '/metadata');
    await ask(double, CREATE_COMPANIES, { d: [{ id: idOf(1) }, { id: idOf(2) }] });
    await double.settled();
    expect(received).toHaveLength(2);
    expect(received[0]).toMatch(/^[0-9a-f]{64}$/);
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
});
