// Reads the map's colours from the style sheet, since a canvas cannot use CSS variables.

const names = ['land', 'border', 'site', 'good', 'fair', 'bad', 'unknown', 'text', 'halo', 'chosen'] as const;
export type MapColours = Readonly<Record<(typeof names)[number] | 'font', string>>;

/** Returns the current colours, which depend on the colour scheme. */
export function readColours(element: Element): MapColours {
  const styles = getComputedStyle(element);
  const entries = names.map((name) => [name, styles.getPropertyValue(`--map-${name}`).trim()] as const);
  return { ...Object.fromEntries(entries), font: styles.fontFamily } as MapColours;
}
