import { Parser } from 'htmlparser2';
import { cleanText } from '../clean-text.ts';
import type { RichText } from './document.ts';
import { isHtml } from './html-elements.ts';
import { type Attributes, type HtmlOptions, PageWriter, type Place } from './page-writer.ts';

interface OpenElement {
  readonly name: string;
  readonly outside: Place;
  /** Containers that it opened. */
  readonly opened: number;
  readonly unknown: boolean;
}

/** Elements within one another. The parser looks through all of them at every tag, and no page that people read has as many. */
const MAX_ELEMENTS = 500;

/**
 * HTML as a person sees it: text and its structure. Scripts, styles, trackers, event handlers and addresses that run code are gone; pictures are links with
 * their alternative text. Any text is HTML to it, in linear time.
 */
export function readHtml(html: string, options: HtmlOptions = {}): RichText {
  return new HtmlReader(html, options).read();
}

/** Drives the parser, and keeps which elements are open. */
class HtmlReader {
  private readonly page: PageWriter;
  private readonly open: OpenElement[] = [];
  private readonly html: string;
  /** Where the parser has come to. It says nothing of a tag that the text ends in the middle of. */
  private seen = 0;

  constructor(html: string, options: HtmlOptions) {
    this.html = cleanText(html);
    this.page = new PageWriter(options);
  }

  read(): RichText {
    for (let from: number | null = 0; from !== null; ) from = this.readFrom(from);
    const rest = this.html.slice(this.seen);
    if (rest.trim() !== '' && !/^<(?:[!?/]|(?:script|style)\b)/i.test(rest)) this.page.text(rest);
    return { blocks: this.page.out.blocks(), embedded: [...this.page.embedded] };
  }

  /** Reads up to the end, or up to where the elements nest too deep: from there one begins anew, outside of all of them. */
  private readFrom(from: number): number | null {
    let next: number | null = null;
    const parser: Parser = new Parser(
      {
        onopentag: (name, attributes) => {
          this.openTag(name, attributes, this.source(parser, from));
          if (this.open.length < MAX_ELEMENTS || next !== null) return;
          next = this.seen;
          parser.pause();
        },
        onclosetag: (_name, implied) => {
          const source = this.source(parser, from);
          if (next === null) this.closeTag(implied ? '' : source);
        },
        ontext: (text) => {
          this.source(parser, from);
          this.page.text(text);
        },
        oncomment: () => this.source(parser, from),
        onprocessinginstruction: () => this.source(parser, from),
      },
      { decodeEntities: true },
    );
    parser.write(this.html.slice(from));
    if (next === null) parser.end();
    else while (this.open.length > 0) this.closeTag('');
    return next;
  }

  private source(parser: Parser, from: number): string {
    const end = from + parser.endIndex + 1;
    this.seen = Math.max(this.seen, end);
    return this.html.slice(from + parser.startIndex, end);
  }

  private openTag(name: string, attributes: Attributes, source: string): void {
    const outside = this.page.place;
    const unknown = !outside.foreign && !isHtml(name);
    if (unknown) this.page.text(source);
    const opened = unknown || outside.dropped ? 0 : this.page.enter(name, attributes);
    this.open.push({ name, outside, opened, unknown });
  }

  private closeTag(source: string): void {
    const element = this.open.pop();
    if (element === undefined) return;
    if (element.unknown && source !== '') this.page.text(source);
    this.page.leave(element.name, element.opened, element.outside);
  }
}
