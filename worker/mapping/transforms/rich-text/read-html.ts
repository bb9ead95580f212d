import { Parser } from 'htmlparser2';
import { cleanText } from '../clean-text.ts';
import type { RichText, Styles } from './document.ts';
import { DocumentBuilder, type Look } from './document-builder.ts';
import { DROPPED, isHtml, isTracker, LINES, stylesOf } from './html-elements.ts';
import { isWebAddress, type LinkTarget, linkTarget } from './link-target.ts';

export interface HtmlOptions {
  /** `[ ]` and `[x]` at the beginning of an item make it a check item. */
  readonly checkMarks?: boolean;
}

type Attributes = Readonly<Record<string, string>>;

interface List {
  readonly marker: 'bullet' | 'number' | 'check';
  start: number | null;
}

/** What holds within an element; the elements around it are restored when it ends. */
interface Place {
  readonly look: Look;
  readonly list: List | null;
  /** Nothing here is for reading. */
  readonly dropped: boolean;
  /** Drawings and formulas: their own elements say nothing, their text does. */
  readonly foreign: boolean;
  readonly link: OpenLink | null;
}

interface OpenLink {
  readonly target: LinkTarget;
  readonly shown: string[];
}

interface OpenElement {
  readonly name: string;
  readonly outside: Place;
  /** Containers that it opened. */
  readonly opened: number;
  readonly unknown: boolean;
}

/** Elements within one another. The parser looks through all of them at every tag, and no page that people read has as many. */
const MAX_ELEMENTS = 500;

const START: Place = {
  look: { styles: {}, href: null, space: 'wrap', language: 'text', heading: null },
  list: null,
  dropped: false,
  foreign: false,
  link: null,
};

/**
 * HTML as a person sees it: text and its structure. Scripts, styles, trackers, event handlers and addresses that run code are gone; pictures are links with
 * their alternative text. Any text is HTML to it, in linear time.
 */
export function readHtml(html: string, options: HtmlOptions = {}): RichText {
  return new HtmlReader(html, options).read();
}

class HtmlReader {
  private readonly out = new DocumentBuilder();
  private readonly open: OpenElement[] = [];
  private readonly embedded = new Set<string>();
  private readonly html: string;
  private readonly options: HtmlOptions;
  private place = START;
  /** Where the parser has come to. It says nothing of a tag that the text ends in the middle of. */
  private seen = 0;

  constructor(html: string, options: HtmlOptions) {
    this.html = cleanText(html);
    this.options = options;
  }

  read(): RichText {
    for (let from: number | null = 0; from !== null; ) from = this.readFrom(from);
    const rest = this.html.slice(this.seen);
    if (rest.trim() !== '' && !/^<(?:[!?/]|(?:script|style)\b)/i.test(rest)) this.text(rest);
    return { blocks: this.out.blocks(), embedded: [...this.embedded] };
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
        onclosetag: (name, implied) => {
          const source = this.source(parser, from);
          if (next === null) this.closeTag(name, implied ? '' : source);
        },
        ontext: (text) => {
          this.source(parser, from);
          this.text(text);
        },
        oncomment: () => this.source(parser, from),
        onprocessinginstruction: () => this.source(parser, from),
      },
      { decodeEntities: true },
    );
    parser.write(this.html.slice(from));
    if (next === null) parser.end();
    else while (this.open.length > 0) this.closeTag(this.open.at(-1)?.name ?? '', '');
    return next;
  }

  private source(parser: Parser, from: number): string {
    const end = from + parser.endIndex + 1;
    this.seen = Math.max(this.seen, end);
    return this.html.slice(from + parser.startIndex, end);
  }

  private text(text: string): void {
    const { dropped, look, link } = this.place;
    if (dropped) return;
    const item = this.options.checkMarks === true ? this.out.freshItem() : null;
    const mark = item === null ? null : /^\s*\[([ xX])\](?=\s|$)/.exec(text);
    if (item !== null && mark !== null) {
      item.marker = 'check';
      item.checked = mark[1] !== ' ';
    }
    const shown = mark === null ? text : text.slice(mark[0].length);
    link?.shown.push(shown);
    this.out.text(shown, look);
  }

  private openTag(name: string, attributes: Attributes, source: string): void {
    const outside = this.place;
    const unknown = !outside.foreign && !isHtml(name);
    if (unknown) this.text(source);
    const opened = unknown || outside.dropped ? 0 : this.enter(name, attributes);
    this.open.push({ name, outside, opened, unknown });
  }

  /** Takes in an element: what it shows itself, and what holds within it. Returns how many containers it opened. */
  private enter(name: string, attributes: Attributes): number {
    const { place, out } = this;
    const within = (change: Partial<Place>, look: Partial<Look> = {}) => {
      this.place = { ...place, ...change, look: { ...place.look, ...look } };
    };
    const styles: Styles = { ...place.look.styles, ...stylesOf(name, attributes['style']) };
    within({}, { styles, ...spaceOf(attributes['style'], place.look) });
    if (DROPPED.has(name)) within({ dropped: true });
    if (LINES.has(name)) out.endLine();
    switch (name) {
      case 'br':
        out.lineBreak(place.look);
        return 0;
      case 'hr':
        out.divider();
        return 0;
      case 'h1':
      case 'h2':
      case 'h3':
      case 'h4':
      case 'h5':
      case 'h6':
        out.endLine();
        within({}, { heading: Number(name.charAt(1)), styles });
        return 0;
      case 'pre':
        out.endLine();
        within({}, { space: 'code', styles });
        return 0;
      case 'code':
        if (place.look.space === 'code')
          within({}, { language: languageOf(attributes['class']), styles: place.look.styles });
        return 0;
      case 'blockquote':
        return out.openQuote() ? 1 : 0;
      case 'ul':
      case 'menu':
      case 'dir':
      case 'ol':
        return this.list(name === 'ol', attributes);
      case 'li':
        return this.item(attributes);
      case 'table':
        return out.openTable() ? 1 : 0;
      case 'tr':
        out.row();
        return 0;
      case 'td':
      case 'th':
        return out.openCell(name === 'th', count(attributes['colspan']), count(attributes['rowspan']))
          ? 1
          : 0;
      case 'a': {
        const target = linkTarget(attributes['href'] ?? '');
        within(
          { link: { target, shown: [] } },
          { href: target.kind === 'link' ? target.href : null, styles },
        );
        return 0;
      }
      case 'svg':
      case 'math':
        within({ foreign: true });
        return 0;
      case 'q':
        this.text('“');
        return 0;
      case 'input':
        this.input(attributes);
        return 0;
      case 'img':
      case 'iframe':
      case 'video':
      case 'audio':
      case 'embed':
        this.medium(name, attributes);
        return 0;
      default:
        return 0;
    }
  }

  private closeTag(name: string, source: string): void {
    const element = this.open.pop();
    if (element === undefined) return;
    if (element.unknown && source !== '') this.text(source);
    if (name === 'a') this.closeLink();
    if (name === 'q') this.text('”');
    if (LINES.has(name) || /^(?:h[1-6]|pre|tr)$/.test(name)) this.out.endLine();
    for (let n = 0; n < element.opened; n += 1) this.out.close();
    this.place = element.outside;
  }

  private list(ordered: boolean, attributes: Attributes): number {
    const nested = this.place.list !== null && this.out.reopenLastItem();
    this.out.endLine();
    const list: List = {
      marker: ordered ? 'number' : 'bullet',
      start: ordered ? count(attributes['start']) : null,
    };
    this.place = { ...this.place, list };
    return nested ? 1 : 0;
  }

  private item(attributes: Attributes): number {
    const { list } = this.place;
    const kind = attributes['data-list'];
    const marker = kind === 'ordered' ? 'number' : kind === 'bullet' ? 'bullet' : (list?.marker ?? 'bullet');
    const start = marker === 'number' && list !== null && list.start !== 1 ? list.start : null;
    if (list !== null) list.start = null;
    const opened = this.out.openItem(marker, start);
    this.place = { ...this.place, list: null };
    if (kind === 'checked' || kind === 'unchecked') this.check(kind === 'checked');
    return opened ? 1 : 0;
  }

  private check(checked: boolean): void {
    const item = this.out.freshItem();
    if (item === null) this.text(checked ? '☑ ' : '☐ ');
    else {
      item.marker = 'check';
      item.checked = checked;
    }
  }

  private input({ type = 'text', value = '', checked }: Attributes): void {
    const kind = type.trim().toLowerCase();
    if (kind === 'checkbox' || kind === 'radio') this.check(checked !== undefined);
    else if (kind !== 'hidden' && kind !== 'password') this.text(` ${value} `);
  }

  /** A picture, film or frame is a link with what it is called. */
  private medium(name: string, attributes: Attributes): void {
    const { src = '', alt = '', title = '' } = attributes;
    const said = [alt, title].map((text) => text.trim()).find((text) => text !== '') ?? '';
    const target = linkTarget(src);
    const { look, link } = this.place;
    if (isTracker(attributes)) {
      if (said !== '') this.text(said);
      return;
    }
    if (/^\s*data:/i.test(src)) this.embedded.add(src.trim().slice(0, 64).split(',')[0] ?? '');
    if (!isWebAddress(target)) {
      if (name === 'img') this.text(said === '' ? (src === '' ? '' : '[image]') : `[image: ${said}]`);
      return;
    }
    const text = said === '' ? nameIn(target) : said;
    link?.shown.push(text);
    const href = look.href ?? (target.kind === 'link' ? target.href : null);
    this.out.text(text, { ...look, href });
  }

  /** A link that shows nothing shows its address; an address that Twenty takes no link to stands behind the words. */
  private closeLink(): void {
    const { link, look } = this.place;
    if (link === null || this.place.dropped) return;
    const shown = link.shown.join('').trim();
    const { target } = link;
    if (target.kind === 'link' && shown === '')
      this.out.text(target.href.replace(/^(?:mailto|tel):/, ''), look);
    if (target.kind === 'text' && shown !== target.text)
      this.out.text(shown === '' ? target.text : ` (${target.text})`, look);
  }
}

function spaceOf(style: string | undefined, look: Look): Partial<Look> {
  if (look.space !== 'wrap' || style === undefined) return {};
  return /white-space\s*:\s*(?:pre|break-spaces)/i.test(style) ? { space: 'keep' } : {};
}

function languageOf(names: string | undefined): string {
  return /(?:^|\s)lang(?:uage)?-([\w+#.-]{1,40})/.exec(names ?? '')?.[1] ?? 'text';
}

function count(text: string | undefined): number {
  const number = Number.parseInt(text ?? '1', 10);
  return Number.isSafeInteger(number) && number >= 0 && number < 1_000_000 ? number : 1;
}

/** The file name in an address, for a picture that nobody described. */
function nameIn(target: LinkTarget): string {
  if (target.kind !== 'link') return '';
  return new URL(target.href).pathname.split('/').findLast((part) => part !== '') ?? target.href;
}
