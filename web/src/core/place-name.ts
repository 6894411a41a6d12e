// Names of places as people read them. Pure.

/** A configured name such as `frankfurt` or `new york` with capitals; names that have some, or digits or dashes, stay as they are. */
export function placeName(text: string): string {
  if (!/^[\p{Ll} ]+$/u.test(text)) return text;
  return text.replaceAll(/(^| )(\p{Ll})/gu, (_all, before: string, letter: string) => before + letter.toUpperCase());
}

/** Region and node in one line; the region is left out where the city already says it. */
export function regionAndNode(region: string, nodeId: string, city = ''): string {
  const said = region === '' || region.toLowerCase() === city.toLowerCase();
  return said ? nodeId : `${region} · ${nodeId}`;
}
