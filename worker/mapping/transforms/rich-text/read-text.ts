import { PLAIN, type RichText } from './document.ts';

/** Plain text as it stands: blank lines part paragraphs, other line ends break lines. Nothing in it is markup. */
export function readText(text: string): RichText {
  const blocks: { kind: 'paragraph'; runs: { text: string; styles: typeof PLAIN }[] }[] = [];
  let lines: string[] = [];
  const flush = () => {
    if (lines.length > 0)
      blocks.push({ kind: 'paragraph', runs: [{ text: lines.join('\n'), styles: PLAIN }] });
    lines = [];
  };
  for (const line of text.split(/\r\n|\r|\n/)) {
    if (line.trim() === '') flush();
    else lines.push(line.trimEnd());
  }
  flush();
  return { blocks, embedded: [] };
}
