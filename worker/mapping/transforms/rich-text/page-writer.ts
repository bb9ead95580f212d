import type { Styles } from './document.ts';
import { DocumentBuilder, type Look } from './document-builder.ts';
import { DROPPED, isTracker, LINES, stylesOf } from './html-elements.ts';
import { isWebAddress, type LinkTarget, linkTarget } from './link-target.ts';

export interface HtmlOptions {
  /** `[ ]` and `[x]` at the beginning of an item make it a check item. */
  readonly checkMarks?: boolean;
}

export type Attributes = Readonly<Record<string, string>>;

interface List {
  readonly marker: 'bullet' | 'number' | 'check';
  start: number | null;
}

/** What holds within an element; the elements around it are restored when it ends. */
export interface Place {
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

const START: Place = {
  look: { styles: {}, href: null, space: 'wrap', language: 'text', heading: null },
  list: null,
  dropped: false,
  foreign: false,
  link: null,
};

/** Writes what elements show, and knows what holds within them. It is told of every element that begins and ends. */
export class PageWriter {
  readonly out = new DocumentBuilder();
  readonly embedded = new Set<string>();
  place = START;
  private readonly options: HtmlOptions;

  constructor(options: HtmlOptions) {
    this.options = options;
  }

  text(text: string): void {
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

  /** Takes in an element: what it shows itself, and what holds within it. Returns how many containers it opened. */
  enter(name: string, attributes: Attributes): number {
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

  /** Takes leave of an element: `opened` is what `enter` returned, `outside` the place around it. */
  leave(name: string, opened: number, outside: Place): void {
    if (name === 'a') this.closeLink();
    if (name === 'q') this.text('”');
    if (LINES.has(name) || /^(?:h[1-6]|pre|tr)$/.test(name)) this.out.endLine();
    for (let n = 0; n < opened; n += 1) this.out.close();
    this.place = outside;
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
