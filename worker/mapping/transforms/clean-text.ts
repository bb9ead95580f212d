import type { Unconverted, UnconvertedReason } from './transform.ts';

/**
 * Text that Postgres and GraphQL take: lone surrogates become U+FFFD, NUL and the other C0 controls except tab, line feed and
 * carriage return go. A declared normalisation: none of them is visible, and Twenty stores a lone surrogate as U+FFFD itself.
 */
export function cleanText(text: string): string {
  return text.toWellFormed().replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/g, '');
}

/** One line of text: cleaned, trimmed, runs of white space as one blank. For names and codes, never for bodies. */
export function oneLine(text: string | undefined): string {
  return cleanText(text ?? '')
    .replace(/\s+/gu, ' ')
    .trim();
}

/**
 * What a typed value (e-mail, phone, number, date, …) is read from: one line without the invisible marks that copying brings along
 * (zero-width space, direction marks and embeddings, word joiner, byte-order mark).
 */
export function typedText(text: string | undefined): string {
  return oneLine((text ?? '').replace(/[\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]/g, ''));
}

/** A text to keep: free of what no store takes (NUL, lone surrogates), otherwise verbatim. */
export function unconverted(role: string, text: string | undefined, why: UnconvertedReason): Unconverted {
  return { role, text: (text ?? '').replaceAll('\u0000', '').toWellFormed(), why };
}
