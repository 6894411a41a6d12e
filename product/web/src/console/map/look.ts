// Colours of the map, from the styles of the page: canvases know no variables.

const names = ['land', 'border', 'site', 'good', 'fair', 'bad', 'unknown', 'text', 'halo', 'chosen'] as const;
export type Look = Readonly<Record<(typeof names)[number] | 'font', string>>;

/** As they are now: they change with the colour scheme of the system. */
export function lookOf(element: Element): Look {
  const styles = getComputedStyle(element);
  const entries = names.map((name) => [name, styles.getPropertyValue(`--map-${name}`).trim()] as const);
  return { ...Object.fromEntries(entries), font: styles.fontFamily } as Look;
}
