import type { Counterpart } from '../../mapping/documents/workflow-export.ts';

/** One rule: words of a source's type, and what Twenty 2.21 has for it (`why`: nothing). The first that matches is taken. */
type Rule = readonly [words: RegExp, label: string, hint: string] | readonly [words: RegExp, why: string];

/** Labels as the workflow builder of Twenty 2.21 shows them. Twenty has four record events, manual, schedule and webhook triggers, and no others. */
const TRIGGERS: readonly Rule[] = [
  [
    /(email|mail)[ _]?(opened|clicked|bounced|replied)|(opened|clicked)[ _](email|mail|link)/,
    'Twenty does not observe who opens or clicks an e-mail.',
  ],
  [
    /(page|site|form)[ _]?(view|visit|submi)|visits?[ _](page|site)/,
    'Twenty has no web pages or public forms. If another system has the form, let it call a "Webhook" trigger.',
  ],
  [
    /upsert|(create|add)[a-z]*[ _](or|and)[ _](update|change|modif)/,
    'Record is created or updated',
    'Choose the object and, for updates, the fields that count.',
  ],
  [/delete|remove|archiv/, 'Record is deleted', 'Choose the object.'],
  [
    /stage|status|owner|field|propert|value|update|change|modif|edit|assign|complet|won|lost|enter|moved/,
    'Record is updated',
    'Choose the object and the fields that start it. It runs at every change of them: put a "Filter" behind it for the value.',
  ],
  [
    /create|added|new|insert/,
    'Record is created',
    'Choose the object. A large import runs it once for each record.',
  ],
  [
    /cron|schedul|daily|weekly|monthly|hourly|interval|recurr|every|time|date|birthday|anniversar/,
    'On a schedule',
    'Days, hours, minutes or a cron pattern, in UTC. It starts without a record: put "Search Records" behind it.',
  ],
  [
    /webhook|http|api|incoming|inbound[ _]?(call|request)/,
    'Webhook',
    'Take its new address to whoever calls the old one.',
  ],
  [
    /manual|button|click|on[ _]?demand|user|command/,
    'Launch manually',
    'Choose whether it needs a selected record.',
  ],
];

const STEPS: readonly Rule[] = [
  [
    /sequence|cadence|drip|campaign|enrol|nurtur|newsletter|mailing/,
    'Twenty has no mail sequences: no enrolment, no stop at a reply. A chain of "Send Email" and "Delay" comes near it; or keep a mail tool for it.',
  ],
  [
    /\bsms\b|text[ _]?message|whats?app|\bfax\b|\bvoice\b|\bdial\b|\bcall[ _]?(contact|customer|patient|number)/,
    'Twenty sends no text messages and makes no calls. "HTTP Request" can call a service that does.',
  ],
  [
    /push[ _]?notif|in[ _]?app|notif|alert|remind/,
    'Twenty has no notification step. "Send Email" to the person, or "Create Record" of a task for them, comes near it.',
  ],
  [
    /round[ _]?robin|rotat|lead[ _]?rout/,
    'Twenty does not distribute records in turn. "Code - Logic Function" can choose, and "Update Record" set it.',
  ],
  [
    /score|scoring/,
    'Twenty has no scores. A number field with "Code - Logic Function" and "Update Record" comes near it.',
  ],
  [
    /approv/,
    'Twenty has no approvals. "Form" asks the person who launched the workflow, "If/else" goes on from the answer.',
  ],
  [/draft/, 'Draft Email', 'Needs a connected mail account. Put the text of the template into it.'],
  [
    /e[ _-]?mail|\bmail\b/,
    'Send Email',
    'Needs a connected mail account. Put the text of the template into it.',
  ],
  [
    /calendar|meeting|appointment|event[ _]?create|create[ _]?event/,
    'Create Calendar Event',
    'Needs a connected calendar account.',
  ],
  [
    /slack|teams|zapier|hubspot|salesforce|google|integration|third[ _]?party/,
    'HTTP Request',
    'Twenty has no step for that product; call its API.',
  ],
  [
    /webhook|http|\bapi\b|request|post[ _]?to/,
    'HTTP Request',
    'Check address and secret; they are in the definition.',
  ],
  [
    /upsert|(create|add)[ _](or|and)[ _](update|change)/,
    'Create or Update Record',
    'Needs a unique field to find the record by.',
  ],
  [
    /\bif\b|\belse\b|branch|condition|split|switch|decision|router?\b/,
    'If/else',
    'One branch for each case; the last one for all others.',
  ],
  [/filter|continue[ _]?only|stop|exit|\bend\b|goal/, 'Filter', 'What does not pass ends there.'],
  [
    /wait|delay|pause|sleep|timer/,
    'Delay',
    'A duration, or a date; Twenty cannot wait for something to happen.',
  ],
  [/loop|for[ _]?each|iterat|repeat|\beach\b/, 'Iterator', 'Over a list that an earlier step found.'],
  [
    /\bai\b|\bgpt\b|llm|prompt|summari|classif|\bagent\b/,
    'AI Agent',
    'Needs a model that the workspace has configured.',
  ],
  [
    /\bcode\b|script|function|formula|calculat|javascript|python|transform|format/,
    'Code - Logic Function',
    'TypeScript. A self-hosted server needs a logic function driver.',
  ],
  [/\bform\b|\bask\b|input|question/, 'Form', 'A person fills it in: for workflows that a person launches.'],
  [/delete|remove|archiv/, 'Delete Record', 'Choose object and record.'],
  [
    /find|search|look[ _]?up|query|\bget\b|fetch|\blist\b|\bread\b/,
    'Search Records',
    'Choose object and filter.',
  ],
  [/\bpick\b|select/, 'Pick Record', 'Choose object and rule.'],
  [
    /create|\badd\b|insert|\bnew\b|\bnote\b|\btask\b|\blog\b/,
    'Create Record',
    'Choose the object (a task and a note are objects too) and fill the fields.',
  ],
  [
    /update|\bset\b|change|edit|modif|assign|move|\btag\b|copy|increment|clear|complet|mark/,
    'Update Record',
    'Choose object, record and fields.',
  ],
];

/** Twenty's counterpart of a trigger type of the source. */
export const triggerCounterpart = (type: string): Counterpart => counterpart(TRIGGERS, type);

/** The same for a step. */
export const stepCounterpart = (type: string): Counterpart => counterpart(STEPS, type);

/** Long words of a source name no type; and they must not keep the patterns busy. */
const LONGEST = 200;

function counterpart(rules: readonly Rule[], type: string): Counterpart {
  const words = type
    .slice(0, LONGEST)
    .replace(/(\p{Ll})(\p{Lu})/gu, '$1_$2')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
  const rule = words === '' ? undefined : rules.find(([pattern]) => pattern.test(words));
  if (rule === undefined) return { kind: 'unknown' };
  const [, first, hint] = rule;
  return hint === undefined ? { kind: 'none', why: first } : { kind: 'same', label: first, hint };
}
