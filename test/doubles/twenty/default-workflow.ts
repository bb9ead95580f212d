import { randomUUID } from 'node:crypto';
import { insertRows } from './create-records.ts';
import type { RecordEvent } from './event-queue.ts';
import { isObject, isString, type JsonObject, type Row } from './json.ts';
import { writeRow } from './update-records.ts';
import { nowIso, type Workspace } from './workspace.ts';

const PERSONAL_DOMAINS = new Set([
  'gmail.com',
  'outlook.com',
  'hotmail.com',
  'yahoo.com',
  'icloud.com',
  'proton.me',
]);
const WORKFLOW_ACTOR = { source: 'WORKFLOW', workspaceMemberId: null, name: 'Workflow', context: null };
const APPLICATION_ACTOR = { source: 'APPLICATION', workspaceMemberId: null, name: 'Standard', context: null };
const NAME = 'Create company when adding a new person';

/**
 * The workflow every new workspace ships: whoever is created, or whose e-mails change, is moved to the company of the
 * e-mail's domain, which is made when there is none; a company already set is overwritten (twenty-facts 11).
 */
export function runDefaultWorkflow(workspace: Workspace, event: RecordEvent): void {
  if (event.object !== 'person' || (event.action !== 'created' && event.action !== 'updated')) return;
  const trigger = activeTrigger(workspace);
  if (trigger === undefined) return;
  for (const { after, changed } of event.records) {
    if (event.action === 'updated' && !changed.includes('emails')) continue;
    const source = isObject(after.createdBy) ? after.createdBy.source : null;
    if (source === 'EMAIL' || source === 'CALENDAR') continue;
    noteRun(workspace, trigger, attachToCompany(workspace, after) ? 'COMPLETED' : 'FAILED');
  }
}

/** A trigger in the trash does not fire. */
function activeTrigger(workspace: Workspace): Row | undefined {
  return [...workspace.tables.get('workflowAutomatedTrigger').rows.values()].find(
    ({ deletedAt, settings }) =>
      deletedAt === null && isObject(settings) && settings.eventName === 'person.upserted',
  );
}

function attachToCompany(workspace: Workspace, person: Row): boolean {
  const current = workspace.tables.get('person').rows.get(person.id);
  const email = isObject(current?.emails) ? current.emails.primaryEmail : null;
  const domain = isString(email) ? (email.split('@')[1] ?? '') : '';
  if (current === undefined || domain === '' || PERSONAL_DOMAINS.has(domain)) return true;
  try {
    const companyId = companyOf(workspace, domain) ?? createCompany(workspace, domain);
    if (companyId !== current.companyId)
      writeRow(workspace, workspace.shapes.get('person'), current.id, { companyId }, APPLICATION_ACTOR);
    return true;
  } catch {
    // A step that fails ends its run, nothing else: e.g. the domain belongs to a company in the trash.
    return false;
  }
}

function companyOf(workspace: Workspace, domain: string): string | undefined {
  for (const company of workspace.tables.get('company').rows.values()) {
    const url = isObject(company.domainName) ? company.domainName.primaryLinkUrl : null;
    if (company.deletedAt === null && isString(url) && hostOf(url) === domain) return company.id;
  }
  return undefined;
}

function hostOf(url: string): string {
  const bare = url
    .trim()
    .toLowerCase()
    .replace(/^https?:\/\//, '')
    .replace(/^www\./, '');
  return bare.split(/[/?#:]/)[0] ?? '';
}

function createCompany(workspace: Workspace, domain: string): string {
  const input: JsonObject = {
    name: domain,
    domainName: { primaryLinkUrl: `https://${domain}`, primaryLinkLabel: domain },
    createdBy: WORKFLOW_ACTOR,
  };
  const [company] = insertRows(workspace, workspace.shapes.get('company'), [input], APPLICATION_ACTOR);
  if (company === undefined) throw new Error('no company was made');
  return company.id;
}

function noteRun(workspace: Workspace, trigger: Row, status: string): void {
  const shape = workspace.shapes.get('workflowRun');
  const table = workspace.tables.get('workflowRun');
  const now = nowIso(workspace);
  const row: JsonObject & { id: string } = { id: randomUUID() };
  for (const name of shape.columns.keys()) if (name !== 'id') row[name] = null;
  table.insert(
    {
      ...row,
      name: `#${table.rows.size + 1} - ${NAME}`,
      status,
      state: {},
      workflowId: trigger.workflowId ?? null,
      createdAt: now,
      updatedAt: now,
      position: 0,
      createdBy: WORKFLOW_ACTOR,
      updatedBy: WORKFLOW_ACTOR,
    },
    shape.uniques,
  );
}
