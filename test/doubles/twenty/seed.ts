import { insertRows } from './create-records.ts';
import type { JsonObject } from './json.ts';
import { bornId } from './standard-model.ts';
import type { Workspace } from './workspace.ts';

const SYSTEM_ACTOR = { source: 'SYSTEM', workspaceMemberId: null, name: 'System', context: null };
const MANUAL_ACTOR = { source: 'MANUAL', workspaceMemberId: null, name: 'System', context: null };

const MEMBERS = [
  ['admin', 'Alex', 'Admin'],
  ['ada', 'Ada', 'Archer'],
  ['ben', 'Ben', 'Baker'],
] as const;

const COMPANIES = [
  ['Airbnb', 'airbnb.com', 'Brian', 'Chesky'],
  ['Anthropic', 'anthropic.com', 'Dario', 'Amodei'],
  ['Stripe', 'stripe.com', 'Patrick', 'Collison'],
  ['Figma', 'figma.com', 'Dylan', 'Field'],
  ['Notion', 'notion.com', 'Ivan', 'Zhao'],
] as const;

const OPPORTUNITIES = [
  ['Platform Migration', 'Stripe', 'PROPOSAL', 60_000, '2026-01-31T16:25:00.000Z'],
  ['AI Model Training', 'Anthropic', 'CUSTOMER', 100_000, '2026-02-15T16:25:00.000Z'],
  ['Workspace Expansion', 'Notion', 'MEETING', 45_000, '2026-01-20T16:26:00.000Z'],
  ['API Integration Deal', 'Stripe', 'SCREENING', 75_000, '2026-01-25T16:26:00.000Z'],
  ['Enterprise Plan Upgrade', 'Airbnb', 'NEW', 50_000, '2026-03-10T16:26:00.000Z'],
  ['Design Partnership', 'Figma', 'NEW', 30_000, '2026-01-15T16:27:00.000Z'],
] as const;

/** Members are in every workspace: nobody can make them with an API key. */
export function seedMembers(workspace: Workspace): void {
  put(
    workspace,
    'workspaceMember',
    MEMBERS.map(([name, firstName, lastName]) => ({
      id: bornId('member', name),
      userId: bornId('user', name),
      name: { firstName, lastName },
      userEmail: `${name}@practice.example`,
    })),
    MANUAL_ACTOR,
  );
}

/** A fresh workspace is not empty: demo companies with real domains, people, opportunities and two workflows (7.6). */
export function seedDemo(workspace: Workspace): void {
  const personOf = new Map<string, string>();
  put(
    workspace,
    'company',
    COMPANIES.map(([name, domain], index) => ({
      id: bornId('company', name),
      name,
      domainName: { primaryLinkUrl: `https://${domain}`, primaryLinkLabel: null, secondaryLinks: null },
      address: { addressCity: 'San Francisco', addressState: 'CA', addressCountry: 'United States' },
      position: index + 1,
    })),
  );
  put(
    workspace,
    'person',
    COMPANIES.map(([company, domain, firstName, lastName], index) => {
      const id = bornId('person', lastName);
      personOf.set(company, id);
      return {
        id,
        name: { firstName, lastName },
        emails: { primaryEmail: `${lastName.toLowerCase()}@${domain}`, additionalEmails: null },
        phones: { primaryPhoneNumber: `12345678${index}`, primaryPhoneCallingCode: '+1' },
        companyId: bornId('company', company),
        position: index + 1,
      };
    }),
  );
  put(
    workspace,
    'opportunity',
    OPPORTUNITIES.map(([name, company, stage, amount, closeDate], index) => ({
      id: bornId('opportunity', name),
      name,
      stage,
      closeDate,
      amount: { amountMicros: amount * 1_000_000, currencyCode: 'USD' },
      companyId: bornId('company', company),
      pointOfContactId: personOf.get(company) ?? null,
      ownerId: bornId('member', 'admin'),
      position: index + 1,
    })),
  );
  seedWorkflows(workspace);
}

/** Two workflows; only the one on people has a trigger on records. */
function seedWorkflows(workspace: Workspace): void {
  const names = ['Quick Lead', 'Create company when adding a new person'];
  const id = (name: string) => bornId('workflow', name);
  put(
    workspace,
    'workflow',
    names.map((name, index) => ({
      id: id(name),
      name,
      statuses: ['ACTIVE'],
      lastPublishedVersionId: bornId('version', name),
      position: index + 1,
    })),
  );
  put(
    workspace,
    'workflowVersion',
    names.map((name) => ({
      id: bornId('version', name),
      name: 'v1',
      status: 'ACTIVE',
      workflowId: id(name),
    })),
  );
  put(workspace, 'workflowAutomatedTrigger', [
    {
      id: bornId('trigger', 'person.upserted'),
      type: 'DATABASE_EVENT',
      settings: { eventName: 'person.upserted', fields: ['emails'] },
      workflowId: id('Create company when adding a new person'),
    },
  ]);
}

function put(
  workspace: Workspace,
  object: string,
  records: readonly JsonObject[],
  actor: JsonObject = SYSTEM_ACTOR,
): void {
  const seeded = records.map((record) => ({ ...record, createdBy: actor }));
  insertRows(workspace, workspace.shapes.get(object), seeded, actor);
}
