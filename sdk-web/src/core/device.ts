// Describes a browser in a few words for people: "Chrome 131, Windows".

export interface BrowserIdentity {
  readonly userAgent: string;
  readonly hints?:
    | {
        readonly brands?: readonly { readonly brand: string; readonly version: string }[];
        readonly platform?: string;
      }
    | undefined;
}

/** Patterns in order of trial: browsers whose names others include in their user agent come last. */
const browsers: readonly (readonly [name: string, pattern: RegExp])[] = [
  ['WeChat', /MicroMessenger\/(\d+)/],
  ['Edge', /Edg(?:e|A|iOS)?\/(\d+)/],
  ['Opera', /OPR\/(\d+)/],
  ['Samsung Internet', /SamsungBrowser\/(\d+)/],
  ['Firefox', /(?:Firefox|FxiOS)\/(\d+)/],
  ['Chrome', /(?:HeadlessChrome|Chrome|CriOS)\/(\d+)/],
  ['Safari', /Version\/(\d+).*Safari\//],
];
const systems: readonly (readonly [name: string, pattern: RegExp])[] = [
  ['iOS', /iPhone|iPad|iPod/],
  ['Android', /Android/],
  ['Windows', /Windows/],
  ['ChromeOS', /CrOS/],
  ['macOS', /Macintosh|Mac OS X/],
  ['Linux', /Linux/],
];
/** Returns true for brands that name no browser: the engine, and the placeholder ("Not A Brand"). */
const isMeaninglessBrand = (brand: string): boolean => brand === 'Chromium' || /not.*brand/i.test(brand);

/** Returns '' when nothing is known. */
export function deviceOf({ userAgent, hints }: BrowserIdentity): string {
  const brand = hints?.brands?.find((each) => !isMeaninglessBrand(each.brand));
  const browserName = browsers
    .map(([name, pattern]) => [name, pattern.exec(userAgent)?.[1]] as const)
    .find(([, version]) => version !== undefined);
  const browser =
    brand === undefined
      ? (browserName?.join(' ') ?? '')
      : `${brand.brand.replace(/^Google |^Microsoft /, '')} ${brand.version}`;
  const system = hints?.platform || (systems.find(([, pattern]) => pattern.test(userAgent))?.[0] ?? '');
  return [browser, system].filter((word) => word !== '').join(', ');
}
