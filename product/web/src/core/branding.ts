/** How a company shows itself; null: it has said nothing, and the page shows what is ours. */
export interface Branding {
  readonly displayName: string | null;
  /** #rrggbb */
  readonly accentColor: string | null;
  /** data:image/… */
  readonly logo: string | null;
  /** https: or mailto: */
  readonly supportUrl: string | null;
}

/** Title of a window: what it shows, and the name of the company or ours. */
export const windowTitleOf = (heading: string, branding: Branding | undefined): string => {
  const company = branding?.displayName ?? 'Meridian';
  return heading === '' ? company : `${heading} · ${company}`;
};
