/** An exact decimal number: units / 10^scale, without trailing zeros in the fraction. */
export interface Decimal {
  readonly units: bigint;
  readonly scale: number;
}

/** More characters than any amount has; keeps the arithmetic on hostile text short. */
const MAX_LENGTH = 100;
const MAX_EXPONENT = 30;

/** Groups of three, or the Indian grouping (12,34,567), with one kind of separator. */
const GROUPED = /^\d{1,3}(?:([.,' ])\d{3})(?:\1\d{3})*$/;
const INDIAN = /^\d{1,2}(?:([, ])\d{2})(?:\1\d{2})*\1\d{3}$/;

/**
 * Reads unsigned digits with group and decimal separators; null when they allow no reading. Blanks and apostrophes group. Of `.` and `,`
 * the last one is the decimal separator when both occur, and neither is when one occurs several times. A lone one groups only before exactly three digits and
 * after one to three that do not start with 0, and then only when it is not `decimalSeparator`.
 */
export function parseDecimal(text: string, decimalSeparator: '.' | ','): Decimal | null {
  if (text.length > MAX_LENGTH) return null;
  const scientific = /^(\d+)(?:[.,](\d+))?e([+-]?\d{1,3})$/i.exec(text);
  if (scientific) return shift(scientific[1] ?? '', scientific[2] ?? '', Number(scientific[3]));
  const at = decimalPosition(text, decimalSeparator);
  const whole = at === -1 ? text : text.slice(0, at);
  const fraction = at === -1 ? '' : text.slice(at + 1);
  if (!/^\d*$/.test(fraction) || (whole === '' && fraction === '')) return null;
  if (!/^\d*$/.test(whole) && !isGrouped(whole, at === -1 ? undefined : text[at])) return null;
  return decimal(whole.replace(/\D/g, ''), fraction);
}

/** Plain notation, e.g. `-1234.5`. */
export function decimalText({ units, scale }: Decimal): string {
  const digits = (units < 0n ? -units : units).toString().padStart(scale + 1, '0');
  const fraction = scale === 0 ? '' : `.${digits.slice(-scale)}`;
  return `${units < 0n ? '-' : ''}${scale === 0 ? digits : digits.slice(0, -scale)}${fraction}`;
}

export function negate({ units, scale }: Decimal): Decimal {
  return { units: -units, scale };
}

/** Index of the decimal separator, -1 when there is none. */
function decimalPosition(text: string, decimalSeparator: '.' | ','): number {
  const dot = text.lastIndexOf('.');
  const comma = text.lastIndexOf(',');
  if (dot === -1 && comma === -1) return -1;
  const last = Math.max(dot, comma);
  if (dot !== -1 && comma !== -1) return last;
  const separator = dot === -1 ? ',' : '.';
  if (text.indexOf(separator) !== last) return -1;
  const lone = /^[1-9]\d{0,2}[.,]\d{3}$/.test(text);
  return lone && separator !== decimalSeparator ? -1 : last;
}

function isGrouped(whole: string, decimalSeparator: string | undefined): boolean {
  const separator = (GROUPED.exec(whole) ?? INDIAN.exec(whole))?.[1];
  return separator !== undefined && separator !== decimalSeparator;
}

function decimal(whole: string, fraction: string): Decimal {
  const trimmed = fraction.replace(/0+$/, '');
  return { units: BigInt(`${whole}${trimmed}` || '0'), scale: trimmed.length };
}

function shift(whole: string, fraction: string, exponent: number): Decimal | null {
  if (Math.abs(exponent) > MAX_EXPONENT) return null;
  if (exponent >= fraction.length)
    return decimal(`${whole}${fraction}`.padEnd(whole.length + exponent, '0'), '');
  const digits = `${whole}${fraction}`.padStart(fraction.length - exponent + 1, '0');
  const point = digits.length - (fraction.length - exponent);
  return decimal(digits.slice(0, point), digits.slice(point));
}
