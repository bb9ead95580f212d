/**
 * ISO 4217 codes, those replaced since 2015 included, because exports outlive a currency. A list of our own: what the runtime knows
 * changes with its version, and a plan must not.
 */
const CODES = new Set(
  (
    'AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BYR BZD CAD CDF CHF CLF CLP CNY ' +
    'COP CRC CUC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HRK HTG HUF IDR ILS INR ' +
    'IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LTL LYD MAD MDL MGA MKD MMK MNT MOP MRO MRU MUR ' +
    'MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE ' +
    'SLL SOS SRD SSP STD STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD UYU UZS VEF VES VND VUV WST XAF XCD XCG XOF ' +
    'XPF YER ZAR ZMW ZWG ZWL'
  ).split(' '),
);

/** Currencies a symbol may stand for, the one it stands for when nothing else tells first; null first = never guessed. */
const SYMBOLS: ReadonlyMap<string, readonly (string | null)[]> = new Map([
  [
    '$',
    [
      'USD',
      ...'ARS AUD BBD BMD BND BSD BZD CAD CLP COP CUP DOP FJD GYD HKD JMD KYD LRD MXN NAD NZD SBD SGD SRD TTD TWD UYU XCD'.split(
        ' ',
      ),
    ],
  ],
  ['us$', ['USD']],
  ['a$', ['AUD']],
  ['au$', ['AUD']],
  ['c$', ['CAD']],
  ['ca$', ['CAD']],
  ['nz$', ['NZD']],
  ['hk$', ['HKD']],
  ['s$', ['SGD']],
  ['mx$', ['MXN']],
  ['nt$', ['TWD']],
  ['r$', ['BRL']],
  ['€', ['EUR']],
  ['euro', ['EUR']],
  ['£', ['GBP', 'EGP', 'FKP', 'GIP', 'LBP', 'SHP', 'SSP', 'SYP']],
  ['¥', ['JPY', 'CNY']],
  ['￥', ['JPY', 'CNY']],
  ['円', ['JPY']],
  ['元', ['CNY']],
  ['₹', ['INR']],
  ['rs', ['INR', 'PKR', 'LKR', 'NPR', 'MUR', 'SCR']],
  ['₽', ['RUB']],
  ['₩', ['KRW', 'KPW']],
  ['₪', ['ILS']],
  ['₫', ['VND']],
  ['฿', ['THB']],
  ['₦', ['NGN']],
  ['₱', ['PHP']],
  ['₴', ['UAH']],
  ['₺', ['TRY']],
  ['zł', ['PLN']],
  ['kč', ['CZK']],
  ['ft', ['HUF']],
  ['fr', [null, 'CHF', 'XOF', 'XAF', 'XPF']],
  ['sfr', ['CHF']],
  ['kr', [null, 'SEK', 'NOK', 'DKK', 'ISK']],
]);

/** Currencies that a code or symbol may mean, the likeliest first (null = none is likelier); undefined when it is neither. */
export function currenciesOf(token: string): readonly (string | null)[] | undefined {
  const code = token.toUpperCase();
  if (CODES.has(code)) return [code];
  const symbol = token.toLowerCase().replace(/\.$/, '');
  const known = SYMBOLS.get(symbol);
  if (known) return known;
  // `USD$`, `€EUR`: both must agree.
  const pair = /^(\p{L}+)(\p{Sc})$|^(\p{Sc})(\p{L}+)$/u.exec(token);
  if (!pair) return undefined;
  const [one, other] = [currenciesOf(pair[1] ?? pair[3] ?? ''), currenciesOf(pair[2] ?? pair[4] ?? '')];
  return one && other ? agreed(one, other) : undefined;
}

/** What two mentions can both mean; empty when they contradict each other. */
export function agreed(
  one: readonly (string | null)[],
  other: readonly (string | null)[],
): readonly (string | null)[] {
  return one.filter((code) => code !== null && other.includes(code));
}
