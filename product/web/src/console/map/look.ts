// The map's colours, read from the style sheet: canvases have no CSS variables.

const names = ['land', 'border', 'site', 'good', 'fair', 'bad', 'unknown', 'text', 'halo', 'chosen'] as const;
export type Look = Readonly<Record<(typeof names)[number] | 'font', string>>;

/** Reads the current colours, which change with the colour scheme. */
export function lookOf(element: Element): Look {
  const styles = getComputedStyle(element);
  const entries = names.map((name) => [name, styles.getPropertyValue(`--map-${name}`).trim()] as const);
  return { ...Object.fromEntries(entries), font: styles.fontFamily } as Look;
}
