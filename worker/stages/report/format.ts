import type { Json } from '../../domain/canonical.ts';

/** `12345` as `12,345`. */
export function count(n: number): string {
  return n.toLocaleString('en-US');
}

/** `1 record`, `2 records`. */
export function counted(n: number, one: string, many = `${one}s`): string {
  return `${count(n)} ${n === 1 ? one : many}`;
}

/** `1234567` as `1.2 MB`, in units of 1,000. */
export function byteSize(bytes: number): string {
  const units = ['bytes', 'kB', 'MB', 'GB', 'TB'];
  const step = bytes < 1000 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(bytes) / 3));
  const shown = step === 0 ? count(bytes) : (bytes / 1000 ** step).toFixed(1);
  return `${shown} ${units[step] ?? ''}`;
}

/** Share as a percentage that never rounds to 0 or 100 what is not. */
export function percent(part: number, whole: number): string {
  if (whole === 0) return '–';
  const share = (part / whole) * 100;
  const shown =
    share > 99.9 && part < whole ? 99.9 : share < 0.1 && part > 0 ? 0.1 : Math.round(share * 10) / 10;
  return `${shown} %`;
}

/** Micros (decimal text) as an amount: `1234500000` -> `1,234.50`. Exact. */
export function amount(micros: string): string {
  const negative = micros.startsWith('-');
  const digits = micros.replace('-', '').padStart(7, '0');
  const fraction = digits.slice(-6).replace(/0{1,4}$/, '');
  return `${negative ? '−' : ''}${BigInt(digits.slice(0, -6)).toLocaleString('en-US')}.${fraction}`;
}

/** A value of Twenty in one line: composites by their filled parts, an amount as people write it. */
export function valueText(value: Json): string {
  if (value === null || value === '') return '';
  if (typeof value !== 'object') return String(value);
  if (Array.isArray(value))
    return value
      .map(valueText)
      .filter((text) => text !== '')
      .join('; ');
  const micros = String(Reflect.get(value, 'amountMicros') ?? '');
  if (/^-?\d+$/.test(micros))
    return `${amount(micros)} ${String(Reflect.get(value, 'currencyCode') ?? '')}`.trim();
  const parts = Object.entries(value).map(([name, part]) => [name, valueText(part ?? null)] as const);
  const filled = parts.filter(([, text]) => text !== '');
  const [only] = filled;
  return filled.length === 1 && only !== undefined
    ? only[1]
    : filled.map(([name, text]) => `${name}: ${text}`).join(' · ');
}

/** Cut at a code point, with the length it had. */
export function shorten(text: string, max: number): string {
  const points = Array.from(text.slice(0, max * 2 + 2));
  return points.length > max ? `${points.slice(0, max).join('')}… (${count(text.length)} characters)` : text;
}
