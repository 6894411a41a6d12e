// Lengths of texts that people write, in characters (code points): an emoji of two UTF-16 units is one character.

export function characterCount(text: string): number {
  let count = 0;
  for (const _character of text) count += 1;
  return count;
}

/** Returns the first `countMax` characters. */
export const cutText = (text: string, countMax: number): string =>
  text.length <= countMax ? text : Array.from(text).slice(0, countMax).join('');
