import type { AuditReport, FindingCode } from '../../mapping/documents/audit.ts';
import type { ObjectPolicy } from '../../mapping/documents/plan.ts';
import {
  DUPLICATE_ID_POLICIES,
  HOST_POLICIES,
  MATCH_POLICIES,
  TRASH_POLICIES,
  UNIQUE_KEY_POLICIES,
} from '../../mapping/documents/plan.ts';
import type { RecordMapping } from '../../mapping/mapping-schema.ts';
import type { Questionnaire } from './questions.ts';

/** What is done when nobody decided otherwise: nothing that exists is overwritten, nothing is lost. */
const DEFAULTS: ObjectPolicy = {
  match: 'update-empty',
  trash: 'free-key',
  sameHost: 'create',
  duplicateIds: 'dead-letter',
  uniqueKeys: 'keep-both',
};

/** Asks for the policies of an object that its findings make necessary; the others keep their default. */
export function askPolicies(
  audit: AuditReport,
  mapping: RecordMapping,
  ask: Questionnaire,
  irreversible: boolean,
): ObjectPolicy {
  const rows = (code: FindingCode) =>
    audit.findings
      .filter((finding) => finding.code === code && finding.object === mapping.object)
      .reduce((sum, { rows: n }) => sum + n, 0);
  const { object } = mapping;
  const live = rows('MATCH_LIVE') + rows('OWN_RECORD');
  const trash = rows('MATCH_TRASH');
  const hosts = rows('MATCH_HOST');
  const repeats = rows('DUPLICATE_ID_DIFFERENT');
  const keys = rows('DUPLICATE_KEY');
  return {
    match:
      live === 0
        ? DEFAULTS.match
        : ask.choose({
            id: `match.${object}`,
            question: `${live} ${object} exist in Twenty already (same unique value). update-empty fills their empty fields only; update-all overwrites; link-only changes nothing; skip leaves the source record out.`,
            choices: MATCH_POLICIES,
            default: DEFAULTS.match,
          }),
    trash:
      trash === 0
        ? DEFAULTS.trash
        : ask.choose({
            id: `trash.${object}`,
            question: `${trash} ${object} have a unique value that a record in Twenty's trash holds. free-key clears it there (rollback puts it back); restore brings the record back; skip leaves the source record out${irreversible ? '; destroy deletes the trashed record for good' : ''}.`,
            choices: irreversible ? TRASH_POLICIES : TRASH_POLICIES.filter((policy) => policy !== 'destroy'),
            default: DEFAULTS.trash,
          }),
    sameHost:
      hosts === 0
        ? DEFAULTS.sameHost
        : ask.choose({
            id: `same-host.${object}`,
            question: `${hosts} ${object} have the same web host as a record in Twenty, with another spelling (www, http). link treats it as the same record by the match policy; create makes a second one.`,
            choices: HOST_POLICIES,
            default: 'link',
          }),
    duplicateIds:
      repeats === 0
        ? DEFAULTS.duplicateIds
        : ask.choose({
            id: `duplicate-ids.${object}`,
            question: `${repeats} rows of ${object} repeat an id with other content. dead-letter loads the first and lists the others; last-wins loads the last.`,
            choices: DUPLICATE_ID_POLICIES,
            default: DEFAULTS.duplicateIds,
          }),
    uniqueKeys:
      keys === 0
        ? DEFAULTS.uniqueKeys
        : ask.choose({
            id: `unique.${object}`,
            question: `${keys} ${object} share a unique value with an earlier one. keep-both loads them all, the later without the value (its text is kept); merge makes them one record.`,
            choices: UNIQUE_KEY_POLICIES,
            default: DEFAULTS.uniqueKeys,
          }),
  };
}
