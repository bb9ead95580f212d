import { describe, expect, it } from 'vitest';
import { DistinctCounter } from '../../../worker/stages/audit/distinct-counter.ts';
import { fileFindings } from '../../../worker/stages/audit/file-findings.ts';
import { optionFindings } from '../../../worker/stages/audit/option-findings.ts';
import { referenceProfile } from '../../fixtures/reference-profile.ts';

const profile = referenceProfile();
const NOTES = { fingerprints: {}, unknownFiles: [], excluded: [] };

describe('round row counts', () => {
  const found = (rows: number) => {
    const stream = {
      object: 'contacts',
      file: 'contacts.csv',
      bytes: 1,
      encoding: 'utf-8',
      delimiter: ',',
      columns: [],
      fingerprint: '',
      findings: [],
      bytesRead: 1,
      rows,
    };
    return fileFindings(profile, NOTES, [stream], [])
      .filter(({ code }) => code === 'ROUND_ROW_COUNT')
      .map(({ severity, object }) => [object, severity]);
  };

  it.each([
    [20_000, [['contacts', 'warning']]],
    [65_536, [['contacts', 'warning']]],
    [3000, [['contacts', 'info']]],
    [40_000, [['contacts', 'info']]],
    [20_001, []],
    [0, []],
  ])('%d rows', (rows, expected) => {
    expect(found(rows)).toEqual(expected);
  });
});

describe('option findings', () => {
  const at = (row: number) => ({ row, sourceId: `r${row}` });
  const counted = (values: readonly string[], cap = 10) => {
    const counter = new DistinctCounter(cap);
    for (const [n, value] of values.entries()) counter.add([value.trim()], [value], at(n + 1));
    return counter;
  };
  const findings = (values: readonly string[], defined: ReadonlyMap<string, string> | null, cap?: number) =>
    optionFindings({
      object: 'deals',
      column: 'stage',
      counter: counted(values, cap),
      defined,
      decides: true,
    }).map(({ code, severity, rows, examples }) => [code, severity, rows, examples.map(({ row }) => row)]);

  it('counts rows with values that are not defined, and with another spelling of a defined one', () => {
    const defined = new Map([['won', 'Won']]);
    expect(findings(['Won', 'WON', ' Won', 'Lost', 'lost'], defined)).toEqual([
      ['OPTION_UNDEFINED', 'decision', 2, [4]],
      ['OPTION_SPELLING', 'info', 3, [2, 5]],
    ]);
  });

  it('takes the most frequent spelling for the right one where none is defined', () => {
    expect(findings(['web', 'Web', 'Web'], null)).toEqual([['OPTION_SPELLING', 'info', 1, [1]]]);
    expect(counted(['web', 'Web', 'Web']).values()).toEqual([
      { text: 'Web', parts: ['Web'], key: 'web', rows: 3, variants: ['web'] },
    ]);
  });

  it('says when there are more values than it lists', () => {
    expect(findings(['a', 'b', 'c'], null, 2)).toEqual([['OPTION_UNDEFINED', 'warning', 0, []]]);
  });
});
