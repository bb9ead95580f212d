import { IANAZone } from 'luxon';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

/** Asking the runtime for an offset takes tens of microseconds, and an export asks for the same days over and over. */
const MAX_REMEMBERED_DAYS = 50_000;
const offsetOfDay = new Map<string, number | null>();

/** True for an IANA zone that the runtime knows. */
export function isTimeZone(zone: string): boolean {
  // Unlike `isValidZone`, `create` remembers.
  return IANAZone.create(zone).isValid;
}

/**
 * The instant (ms since the epoch) of a wall-clock time, itself given as the ms it would be in UTC. A time that occurs twice (clocks set
 * back) is its first occurrence; one that never occurs (clocks set forward) moves on by what was skipped: 02:30 is 03:30. The same rule as
 * Temporal's `compatible`; luxon guarantees none. Expects a valid zone.
 */
export function instantOf(wallClock: number, zone: string): number {
  const iana = IANAZone.create(zone);
  const steady = steadyOffset(wallClock, iana);
  if (steady !== null) return wallClock - steady * MINUTE;
  const before = wallClock - iana.offset(wallClock - DAY) * MINUTE;
  const after = wallClock - iana.offset(wallClock + DAY) * MINUTE;
  const occurs = (instant: number) => instant + iana.offset(instant) * MINUTE === wallClock;
  const instants = [before, after].filter(occurs);
  return instants.length === 0 ? before : Math.min(...instants);
}

/** The one offset in minutes from the day before to the day after; null when the clocks change in between. */
function steadyOffset(wallClock: number, zone: IANAZone): number | null {
  const day = Math.floor(wallClock / DAY);
  const key = `${zone.name} ${day}`;
  const known = offsetOfDay.get(key);
  if (known !== undefined) return known;
  const first = zone.offset((day - 1) * DAY);
  const offset = first === zone.offset((day + 2) * DAY) ? first : null;
  if (offsetOfDay.size >= MAX_REMEMBERED_DAYS) offsetOfDay.clear();
  offsetOfDay.set(key, offset);
  return offset;
}
