/** One member of a JSON array or object, as it stands in the text. */
export interface JsonMember {
  /** Null in an array. */
  readonly key: string | null;
  /** The value's own text: numbers, escapes and repeated keys as they were written. */
  readonly text: string;
}

/** The members of the array or object that `text` is. The text must be JSON: whoever calls has parsed it. */
export function jsonMembers(text: string): JsonMember[] {
  const members: JsonMember[] = [];
  let at = afterBlanks(text, 0);
  const isObject = text[at] === '{';
  at = afterBlanks(text, at + 1);
  while (at < text.length && text[at] !== ']' && text[at] !== '}') {
    let key: string | null = null;
    if (isObject) {
      const end = afterString(text, at);
      key = String(JSON.parse(text.slice(at, end)));
      at = afterBlanks(text, afterBlanks(text, end) + 1);
    }
    const end = afterValue(text, at);
    members.push({ key, text: text.slice(at, end) });
    at = afterBlanks(text, end);
    if (text[at] === ',') at = afterBlanks(text, at + 1);
  }
  return members;
}

function afterBlanks(text: string, from: number): number {
  let at = from;
  while (text[at] === ' ' || text[at] === '\n' || text[at] === '\r' || text[at] === '\t') at += 1;
  return at;
}

function afterString(text: string, quote: number): number {
  let at = quote + 1;
  while (at < text.length && text[at] !== '"') at += text[at] === '\\' ? 2 : 1;
  return at + 1;
}

function afterValue(text: string, from: number): number {
  let at = from;
  let depth = 0;
  while (at < text.length) {
    const character = text[at];
    if (character === '"') {
      at = afterString(text, at);
      if (depth === 0) return at;
      continue;
    }
    if (character === '{' || character === '[') depth += 1;
    else if (character === '}' || character === ']') {
      if (depth === 0) return trimmedEnd(text, at);
      depth -= 1;
      if (depth === 0) return at + 1;
    } else if (character === ',' && depth === 0) return trimmedEnd(text, at);
    at += 1;
  }
  return trimmedEnd(text, at);
}

function trimmedEnd(text: string, end: number): number {
  let at = end;
  while (at > 0 && /[ \n\r\t]/.test(text[at - 1] ?? '')) at -= 1;
  return at;
}
