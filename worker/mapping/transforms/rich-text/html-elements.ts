import type { Styles } from './document.ts';

const words = (text: string): ReadonlySet<string> => new Set(text.split(/\s+/));

/** What they hold is not for reading. */
export const DROPPED = words('script style title');

/** They begin and end a line. Tables, lists, quotes, headings and `pre` do too, and more; read-html.ts knows those. */
export const LINES = words(
  `address article aside body caption center dd details dialog dir div dl dt fieldset figcaption figure footer form frameset header hgroup html legend
  main menu nav noframes optgroup option p search section select summary tbody textarea tfoot thead xmp`,
);

/** The other elements of HTML. An element that HTML has not is text that looks like one: `<Jane Doe>`. */
const OTHERS = words(
  `a abbr acronym applet area audio b base basefont bdi bdo bgsound big blink blockquote br button canvas cite code col colgroup data datalist del dfn em
  embed font frame h1 h2 h3 h4 h5 h6 head hr i iframe image img input ins isindex kbd keygen label li link map mark marquee math meta meter nobr noembed
  noscript object ol output param picture plaintext pre progress q rb rp rt rtc ruby s samp slot small source span strike strong sub sup svg table td
  template th time tr track tt u ul var video wbr`,
);

export function isHtml(name: string): boolean {
  return LINES.has(name) || OTHERS.has(name) || DROPPED.has(name) || /[:-]/.test(name);
}

const STYLES: Readonly<Record<string, Styles>> = {
  b: { bold: true },
  strong: { bold: true },
  dt: { bold: true },
  th: {},
  i: { italic: true },
  em: { italic: true },
  cite: { italic: true },
  dfn: { italic: true },
  var: { italic: true },
  u: { underline: true },
  ins: { underline: true },
  s: { strike: true },
  strike: { strike: true },
  del: { strike: true },
  code: { code: true },
  kbd: { code: true },
  samp: { code: true },
  tt: { code: true },
};

/** The look that an element gives its text: by its name, and by its `style` as mail programs write it. */
export function stylesOf(name: string, style: string | undefined): Styles {
  const own = (Object.hasOwn(STYLES, name) ? STYLES[name] : undefined) ?? {};
  if (style === undefined || style === '') return own;
  return {
    ...own,
    ...(/font-weight\s*:\s*(?:bold|[6-9]00)/i.test(style) ? { bold: true } : {}),
    ...(/font-style\s*:\s*(?:italic|oblique)/i.test(style) ? { italic: true } : {}),
    ...(/text-decoration[a-z-]*\s*:[^;]*underline/i.test(style) ? { underline: true } : {}),
    ...(/text-decoration[a-z-]*\s*:[^;]*line-through/i.test(style) ? { strike: true } : {}),
  };
}

type Attributes = Readonly<Record<string, string>>;

/** A picture or frame too small to see, or hidden: it is there to tell the sender who reads. */
export function isTracker({ width, height, style = '' }: Attributes): boolean {
  const tiny = (size: string | undefined) =>
    size !== undefined && /^\s*[0-2](?:\.\d*)?\s*(?:px)?\s*$/i.test(size);
  if (tiny(width) || tiny(height)) return true;
  return /(?:^|;)\s*(?:(?:max-)?(?:width|height)\s*:\s*[0-2](?:px)?\s*(?:;|!|$)|display\s*:\s*none|visibility\s*:\s*hidden)/i.test(
    style,
  );
}
