/** A calendar date with an optional time of day and offset, as written. `hour` 24 is midnight at the end of the day. */
export interface WrittenDate {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly time: {
    readonly hour: number;
    readonly minute: number;
    readonly second: number;
    readonly millisecond: number;
  } | null;
  readonly offsetMinutes: number | null;
}

export type DateProblem = 'INVALID_DATE' | 'ZERO_DATE' | 'DATE_OUT_OF_RANGE';

const YEAR_FIRST = /^(\d{4})([-/.])(\d{1,2})\2(\d{1,2})(?!\d)/;
const COMPACT = /^(\d{4})(\d{2})(\d{2})(?=$|[T ])/;
const YEAR_LAST = /^(\d{1,2})([-/.])(\d{1,2})\2(\d{4})(?!\d)/;
const DAY_MONTH_NAME = /^(\d{1,2})(?:st|nd|rd|th)?[ -]([a-z]{3,9})\.?,?[ -](\d{4})(?!\d)/i;
const MONTH_NAME_DAY = /^([a-z]{3,9})\.? (\d{1,2})(?:st|nd|rd|th)?,? (\d{4})(?!\d)/i;
const TIME =
  /^(?:T|,? )(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?(?: ?([AP])\.?M\.?)?(?: ?(Z|UTC|GMT|[+-]\d{2}(?::?\d{2})?))?$/i;

const MONTHS = 'january february march april may june july august september october november december'.split(
  ' ',
);

/**
 * Reads ISO 8601 (also with a blank for the T, slashes or dots, or without separators), day/month/year with `/`, `.` or `-` in
 * `dateOrder` unless a part above 12 decides, and English month names; then optionally a time and an offset. Two-digit years are refused.
 * Digits below the millisecond are cut, as Twenty cuts them.
 */
export function readDate(text: string, dateOrder: 'dmy' | 'mdy'): WrittenDate | DateProblem {
  const found = calendarDate(text, dateOrder);
  if (found === null) return 'INVALID_DATE';
  const { year, month, day } = found;
  const rest = text.slice(found.length);
  const clock = rest === '' ? { time: null, offsetMinutes: null } : readTime(rest);
  if (clock === null) return 'INVALID_DATE';
  if (isZero(year, month, day)) return 'ZERO_DATE';
  if (month < 1 || month > 12 || day < 1 || day > daysIn(year, month)) return 'INVALID_DATE';
  if (year < 1000) return 'DATE_OUT_OF_RANGE';
  return { year, month, day, ...clock };
}

/** True when the profile's date order decides what the text means, e.g. `03/04/2019`. */
export function isAmbiguousDate(text: string): boolean {
  const match = YEAR_LAST.exec(text);
  if (!match || typeof readDate(text, 'dmy') === 'string') return false;
  return Number(match[1]) <= 12 && Number(match[3]) <= 12 && match[1] !== match[3];
}

function calendarDate(text: string, dateOrder: 'dmy' | 'mdy') {
  const yearFirst = YEAR_FIRST.exec(text);
  if (yearFirst) return date(yearFirst[0], yearFirst[1], yearFirst[3], yearFirst[4]);
  const compact = COMPACT.exec(text);
  if (compact) return date(compact[0], compact[1], compact[2], compact[3]);
  const yearLast = YEAR_LAST.exec(text);
  if (yearLast) {
    const [all, a, , b, year] = yearLast;
    const dayFirst = Number(a) > 12 || (Number(b) <= 12 && dateOrder === 'dmy');
    return dayFirst ? date(all, year, b, a) : date(all, year, a, b);
  }
  const dayMonth = DAY_MONTH_NAME.exec(text);
  if (dayMonth) return date(dayMonth[0], dayMonth[3], monthNumber(dayMonth[2]), dayMonth[1]);
  const monthDay = MONTH_NAME_DAY.exec(text);
  if (monthDay) return date(monthDay[0], monthDay[3], monthNumber(monthDay[1]), monthDay[2]);
  return null;
}

type Digits = string | number | undefined;

function date(matched: string, year: Digits, month: Digits, day: Digits) {
  return { length: matched.length, year: Number(year), month: Number(month), day: Number(day) };
}

/** 1 to 12; 0, which no date has, for a word that is no month. */
function monthNumber(name: string | undefined): number {
  const wanted = (name ?? '').toLowerCase();
  const index = MONTHS.findIndex(
    (month) =>
      month === wanted || month.slice(0, 3) === wanted || (wanted === 'sept' && month === 'september'),
  );
  return index + 1;
}

function readTime(text: string): Pick<WrittenDate, 'time' | 'offsetMinutes'> | null {
  const match = TIME.exec(text);
  if (!match) return null;
  const [, hours, minutes, seconds, fraction, half, zone] = match;
  let hour = Number(hours);
  const [minute, second] = [Number(minutes), Number(seconds ?? 0)];
  const millisecond = Number((fraction ?? '').slice(0, 3).padEnd(3, '0'));
  if (half !== undefined) {
    if (hour < 1 || hour > 12) return null;
    hour = (hour % 12) + (half.toUpperCase() === 'P' ? 12 : 0);
  }
  if (
    minute > 59 ||
    second > 59 ||
    hour > 24 ||
    (hour === 24 && (minute > 0 || second > 0 || millisecond > 0))
  )
    return null;
  const offsetMinutes = zone === undefined ? null : readOffset(zone);
  if (offsetMinutes !== null && !(Math.abs(offsetMinutes) <= 14 * 60)) return null;
  return { time: { hour, minute, second, millisecond }, offsetMinutes };
}

function readOffset(zone: string): number {
  const match = /^([+-])(\d{2}):?(\d{2})?$/.exec(zone);
  if (!match) return 0;
  const minutes = Number(match[3] ?? 0);
  return minutes > 59 ? Number.NaN : (match[1] === '-' ? -1 : 1) * (Number(match[2]) * 60 + minutes);
}

/** MySQL's 0000-00-00, .NET's 0001-01-01, and the day zero of spreadsheets, in the two ways they print it, with the day before. */
function isZero(year: number, month: number, day: number): boolean {
  if (year === 0) return month === 0 && day === 0;
  if (year === 1) return month === 1 && day === 1;
  if (year === 1899) return month === 12 && day >= 30 && day <= 31;
  return year === 1900 && month + day === 1;
}

function daysIn(year: number, month: number): number {
  const leap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  if (month === 2) return leap ? 29 : 28;
  return [4, 6, 9, 11].includes(month) ? 30 : 31;
}
