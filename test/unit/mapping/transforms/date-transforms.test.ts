import fc from 'fast-check';
import { DateTime } from 'luxon';
import { describe, expect, test } from 'vitest';
import { isAmbiguousDate } from '../../../../worker/mapping/transforms/date-text.ts';
import { convertedValue, reasons, run } from './run.ts';

describe('date', () => {
  test.each([
    ['2019-12-31', '2019-12-31'],
    ['2019/12/31', '2019-12-31'],
    ['20191231', '2019-12-31'],
    ['31/12/2019', '2019-12-31'],
    ['12/31/2019', '2019-12-31'],
    ['31.12.2019', '2019-12-31'],
    ['1.2.2019', '2019-02-01'],
    ['31 Dec 2019', '2019-12-31'],
    ['31-Dec-2019', '2019-12-31'],
    ['December 31st, 2019', '2019-12-31'],
    ['2020-02-29', '2020-02-29'],
    ['1900-01-01', '1900-01-01'],
    ['9999-12-31', '9999-12-31'],
    ['2019-12-31T00:00:00Z', '2019-12-31'],
    ['2019-12-31 00:00:00.000', '2019-12-31'],
  ])('%j', (text, value) => {
    expect(convertedValue(run('date', text))).toBe(value);
  });

  test('the date order decides what neither part does', () => {
    expect(convertedValue(run('date', '03/04/2019', { dateOrder: 'dmy' }))).toBe('2019-04-03');
    expect(convertedValue(run('date', '03/04/2019', { dateOrder: 'mdy' }))).toBe('2019-03-04');
    expect(convertedValue(run('date', '31/12/2019', { dateOrder: 'mdy' }))).toBe('2019-12-31');
    expect([
      isAmbiguousDate('03/04/2019'),
      isAmbiguousDate('03/03/2019'),
      isAmbiguousDate('13/04/2019'),
      isAmbiguousDate('2019-03-04'),
    ]).toEqual([true, false, false, false]);
  });

  test('a time that is not midnight is kept', () => {
    expect(run('date', '2019-12-31T23:30:00Z')).toEqual({
      kind: 'value',
      value: '2019-12-31',
      kept: [{ role: 'value', text: '2019-12-31T23:30:00Z', why: 'TIME_OF_DAY' }],
    });
  });

  test.each([
    ['0000-00-00', 'ZERO_DATE'],
    ['0000-00-00 00:00:00', 'ZERO_DATE'],
    ['00/00/0000', 'ZERO_DATE'],
    ['1899-12-30', 'ZERO_DATE'],
    ['30.12.1899', 'ZERO_DATE'],
    ['12/30/1899', 'ZERO_DATE'],
    ['1899-12-31', 'ZERO_DATE'],
    ['1900-01-00', 'ZERO_DATE'],
    ['1/0/1900', 'ZERO_DATE'],
    ['0001-01-01T00:00:00', 'ZERO_DATE'],
    ['2019-02-29', 'INVALID_DATE'],
    ['31/04/2019', 'INVALID_DATE'],
    ['2019-00-10', 'INVALID_DATE'],
    ['2019-13-01', 'INVALID_DATE'],
    ['13/13/2019', 'INVALID_DATE'],
    ['31/12/19', 'INVALID_DATE'],
    ['tomorrow', 'INVALID_DATE'],
    ['2019', 'INVALID_DATE'],
    ['43830', 'INVALID_DATE'],
    ['31 Foo 2019', 'INVALID_DATE'],
    ['2019-12-31x', 'INVALID_DATE'],
    ['2019-12/31', 'INVALID_DATE'],
    ['0219-03-01', 'DATE_OUT_OF_RANGE'],
  ])('%j is kept: %s', (text, why) => {
    expect(run('date', text)).toEqual({ kind: 'unconvertible', kept: [{ role: 'value', text, why }] });
    expect(reasons(run('datetime', text))).toEqual([why]);
  });
});

describe('datetime', () => {
  test.each([
    ['2019-12-31T23:59:59.123Z', '2019-12-31T23:59:59.123Z'],
    ['2019-12-31T23:59:59+05:30', '2019-12-31T18:29:59.000Z'],
    ['2019-12-31 23:59:59 -0800', '2020-01-01T07:59:59.000Z'],
    ['2019-12-31T23:59:59.123456Z', '2019-12-31T23:59:59.123Z'],
    ['2019-12-31 12:00:00', '2019-12-31T11:00:00.000Z'],
    ['2019-06-30 12:00', '2019-06-30T10:00:00.000Z'],
    ['2019-12-31', '2019-12-30T23:00:00.000Z'],
    ['31/12/2019 11:30 PM', '2019-12-31T22:30:00.000Z'],
    ['12/31/2019, 12:05:00 am', '2019-12-30T23:05:00.000Z'],
    ['2019-12-31T24:00:00Z', '2020-01-01T00:00:00.000Z'],
    // Clocks forward: 02:30 never was. Clocks back: 02:30 was twice, the first counts.
    ['2019-03-31 02:30:00', '2019-03-31T01:30:00.000Z'],
    ['2019-10-27 02:30:00', '2019-10-27T00:30:00.000Z'],
    ['1900-01-01T00:00:00Z', '1900-01-01T00:00:00.000Z'],
  ])('%j', (text, value) => {
    expect(convertedValue(run('datetime', text))).toBe(value);
  });

  test.each([
    '2019-12-31T25:00',
    '2019-12-31T12:60',
    '2019-12-31T24:01',
    '2019-12-31 13:00 PM',
    '2019-12-31T12:00+15:00',
    '2019-12-31T12:00+05:75',
    '2019-12-31T',
    '1577836799',
    '2019-12-31T12',
  ])('%j is kept', (text) => {
    expect(reasons(run('datetime', text))).toEqual(['INVALID_DATE']);
  });

  test('epoch numbers only where the mapping says so', () => {
    expect(convertedValue(run('datetime', '1577836799', {}, { epoch: 'seconds' }))).toBe(
      '2019-12-31T23:59:59.000Z',
    );
    expect(convertedValue(run('datetime', '1577836799001', {}, { epoch: 'milliseconds' }))).toBe(
      '2019-12-31T23:59:59.001Z',
    );
    expect(reasons(run('datetime', '0', {}, { epoch: 'seconds' }))).toEqual(['ZERO_DATE']);
    expect(reasons(run('datetime', '9'.repeat(20), {}, { epoch: 'seconds' }))).toEqual(['DATE_OUT_OF_RANGE']);
  });

  test('ends of the range and a zone that is none', () => {
    expect(reasons(run('datetime', '9999-12-31 23:00', { timeZone: 'America/New_York' }))).toEqual([
      'DATE_OUT_OF_RANGE',
    ]);
    expect(reasons(run('datetime', '2019-12-31', { timeZone: 'Mars/Olympus' }))).toEqual([
      'INVALID_TIME_ZONE',
    ]);
  });

  test('a wall clock read in its zone gives the instant back, over zones', () => {
    const zone = fc.constantFrom(
      'UTC',
      'Europe/Berlin',
      'America/New_York',
      'Asia/Kolkata',
      'Australia/Lord_Howe',
      'Pacific/Apia',
      'America/St_Johns',
    );
    const instant = fc.integer({ min: Date.UTC(1971, 0), max: Date.UTC(2035, 0) });
    fc.assert(
      fc.property(instant, zone, (ms, timeZone) => {
        const local = DateTime.fromMillis(ms, { zone: timeZone });
        const text = local.toFormat('yyyy-MM-dd HH:mm:ss.SSS');
        const read = Date.parse(String(convertedValue(run('datetime', text, { timeZone }))));
        // The clock shows what was written, and of two instants that show it the first is taken.
        expect(DateTime.fromMillis(read, { zone: timeZone }).toFormat('yyyy-MM-dd HH:mm:ss.SSS')).toBe(text);
        expect(read).toBeLessThanOrEqual(ms);
        expect(ms - read === 0 || local.getPossibleOffsets().length > 1).toBe(true);
        expect(convertedValue(run('datetime', local.toISO() ?? '', { timeZone: 'UTC' }))).toBe(
          new Date(ms).toISOString(),
        );
        expect(convertedValue(run('date', local.toFormat('dd/MM/yyyy')))).toBe(local.toISODate());
        expect(convertedValue(run('date', local.toFormat('MM.dd.yyyy'), { dateOrder: 'mdy' }))).toBe(
          local.toISODate(),
        );
      }),
      { numRuns: 1000 },
    );
  });
});
