/** Branding of a company; the page shows Meridian's own in place of a null field. */
export interface Branding {
  readonly displayName: string | null;
  /** Colour in the form #rrggbb. */
  readonly accentColor: string | null;
  /** Image as a data: URL. */
  readonly logo: string | null;
  /** URL with the scheme https: or mailto:. */
  readonly supportUrl: string | null;
}

/** Returns a window title: the heading and the name of the company or Meridian. */
export const windowTitleOf = (heading: string, branding: Branding | undefined): string => {
  const company = branding?.displayName ?? 'Meridian';
  return heading === '' ? company : `${heading} · ${company}`;
};
