import type { KeyGroup, KeyMatch, ObjectSurvey } from '../../engine/survey/types.ts';
import type { RepeatedId } from '../../ledger/ledger.ts';
import type { Finding, FindingCode } from '../../mapping/documents/audit.ts';
import type { RecordMapping } from '../../mapping/mapping-schema.ts';
import { UNCONVERTED_REASONS } from '../../mapping/transforms/transform.ts';
import { count, finding, type Tally, tallyOf } from './finding-list.ts';

/** What was taken from the value although not all of it: nothing is lost, nobody must act. */
const PARTLY = new Set([
  'EMAIL_EXTRA_TEXT',
  'PHONE_EXTENSION',
  'TIME_OF_DAY',
  'NAME_DIFFERS',
  'LABEL_WITHOUT_URL',
]);

/** Findings from the survey of one object: keys, matches in Twenty, references, hierarchy, what does not convert. */
export function surveyFindings(survey: ObjectSurvey, mapping: RecordMapping): Finding[] {
  return [
    ...keyFindings(survey),
    ...matchFindings(survey),
    ...danglingFindings(survey),
    ...unconvertibleFindings(survey, mapping),
  ];
}

/** Rows that repeat an id; also for objects that have no mapping. */
export function repeatFindings(object: string, repeats: readonly RepeatedId[]): Finding[] {
  return ([true, false] as const).flatMap((same) => {
    const some = repeats.filter(({ identical }) => identical === same);
    if (some.length === 0) return [];
    const rows = some.reduce((sum, one) => sum + one.rows.length - 1, 0);
    const detail = same
      ? 'Repeats an earlier row with the same id and content; merged into it.'
      : `Rows beyond the first of an id, with other content; different ids: ${count(some.length)}.`;
    const examples = some.map(({ sourceId, rows: all }) => ({
      row: all[1] ?? 0,
      sourceId,
      with: all.filter((_, n) => n !== 1).map(String),
    }));
    return [
      finding({
        code: same ? 'DUPLICATE_ID_IDENTICAL' : 'DUPLICATE_ID_DIFFERENT',
        severity: same ? 'info' : 'decision',
        object,
        rows,
        detail,
        examples,
      }),
    ];
  });
}

function keyFindings({ object, keyGroups }: ObjectSurvey): Finding[] {
  const exact = keyGroups.filter(({ as }) => as === 'exact');
  const known = new Set(exact.map(({ path, rows }) => `${path}/${rows.join()}`));
  // Rows with one exact key share its host as well: that says nothing new.
  const hosts = keyGroups.filter(
    ({ as, path, rows }) => as === 'bare-host' && !known.has(`${path}/${rows.join()}`),
  );
  return [
    ...byPath(exact).map(([path, groups]) => groupFinding('DUPLICATE_KEY', object, path, groups)),
    ...byPath(hosts).map(([path, groups]) => groupFinding('SAME_HOST', object, path, groups)),
  ];
}

function byPath(groups: readonly KeyGroup[]): [string, KeyGroup[]][] {
  return Object.entries(Object.groupBy(groups, ({ path }) => path)).map(([path, some]) => [path, some ?? []]);
}

function groupFinding(
  code: 'DUPLICATE_KEY' | 'SAME_HOST',
  object: string,
  path: string,
  groups: KeyGroup[],
): Finding {
  const rows = groups.reduce((sum, group) => sum + new Set(group.sourceIds).size - 1, 0);
  const unique = groups.some((group) => group.unique);
  return finding({
    code,
    severity: code === 'DUPLICATE_KEY' && unique ? 'decision' : 'info',
    object,
    rows,
    detail: `Records beyond the first with the same ${path}${code === 'SAME_HOST' ? ' as bare host' : ''}; different values: ${count(groups.length)}.`,
    examples: groups.map(({ rows: all, sourceIds }) => {
      const [first = ''] = sourceIds;
      const later = sourceIds.findIndex((id) => id !== first);
      const others = [...new Set(sourceIds)].filter((id) => id !== sourceIds[later]);
      return { row: all[later] ?? 0, sourceId: sourceIds[later] ?? '', with: others };
    }),
  });
}

function matchCode({ kind, where }: KeyMatch): FindingCode {
  if (kind === 'own-id') return 'OWN_RECORD';
  if (kind === 'bare-host') return 'MATCH_HOST';
  return where === 'live' ? 'MATCH_LIVE' : 'MATCH_TRASH';
}

const MATCH_WORDS: Partial<Record<FindingCode, string>> = {
  OWN_RECORD: 'In Twenty already with an id of ours',
  MATCH_HOST: 'The bare host of a live record in Twenty, under another key',
  MATCH_LIVE: 'The unique value of a live record in Twenty',
  MATCH_TRASH: "The unique value of a record in Twenty's trash",
};

function matchFindings({ object, matches }: ObjectSurvey): Finding[] {
  const tallies = new Map<string, Tally>();
  const lastRow = new Map<string, number>();
  for (const match of matches) {
    const code = matchCode(match);
    if (lastRow.get(code) === match.row) continue;
    lastRow.set(code, match.row);
    tallyOf(tallies, code).add({ row: match.row, sourceId: match.sourceId, with: [match.twentyId] });
  }
  return (['OWN_RECORD', 'MATCH_LIVE', 'MATCH_HOST', 'MATCH_TRASH'] as const).flatMap((code) => {
    const tally = tallies.get(code);
    if (tally === undefined) return [];
    const detail = `${MATCH_WORDS[code] ?? ''}.`;
    return [
      finding({ code, severity: 'decision', object, rows: tally.rows, detail, examples: tally.examples }),
    ];
  });
}

function danglingFindings({ object, dangling }: ObjectSurvey): Finding[] {
  const groups = Map.groupBy(dangling, ({ column, object: of }) => JSON.stringify([column, of]));
  return [...groups.values()].flatMap((some) => {
    const [first] = some;
    if (first === undefined) return [];
    return [
      finding({
        code: 'DANGLING_REFERENCE',
        severity: 'warning',
        object,
        column: first.column,
        rows: some.length,
        detail: `Refers to ${first.object} that are not in the export.`,
        examples: some.map(({ row, sourceId }) => ({ row, sourceId })),
      }),
    ];
  });
}

function unconvertibleFindings({ object, unconverted }: ObjectSurvey, mapping: RecordMapping): Finding[] {
  return unconverted.flatMap(({ column, why, rows, examples }) => {
    if (!(why in UNCONVERTED_REASONS)) return [];
    const words = Object.entries(UNCONVERTED_REASONS).find(([name]) => name === why)?.[1] ?? why;
    const strict = mapping.fields.some(
      ({ from, unconvertible, transform }) =>
        unconvertible === 'dead-letter' &&
        Object.values(from).includes(column) &&
        (why === 'LOOKUP_MISSING') === (transform === 'lookup'),
    );
    const what = strict ? 'The record becomes a dead letter.' : 'The text is kept.';
    const severity = PARTLY.has(why) ? 'info' : 'warning';
    const detail = `${why}: ${words} ${what}`;
    return [finding({ code: 'UNCONVERTIBLE', severity, object, column, rows, detail, examples })];
  });
}
