/** Branding of a company; the page shows Meridian's own in place of a null field. */
export interface Branding {
  readonly displayName: string | null;
  /** #rrggbb */
  readonly accentColor: string | null;
  /** data:image/… */
  readonly logo: string | null;
  /** https: or mailto: */
  readonly supportUrl: string | null;
}

/** Returns a window title: the heading and the name of the company or Meridian. */
export const windowTitleOf = (heading: string, branding: Branding | undefined): string => {
  const company = branding?.displayName ?? 'Meridian';
  return heading === '' ? company : `${heading} · ${company}`;
};
