// Finds text that some databases cannot store and some programs cannot read: unpaired surrogates, and U+0000.

/** Returns JSON pointers to such text, at most `max`. */
export function illFormed(body: unknown, max: number): string[] {
  const found: string[] = [];
  // Uses no recursion, since the sender decides how deep a body is.
  const unchecked: [pointer: string, value: unknown][] = [['', body]];
  for (let next = unchecked.pop(); next !== undefined && found.length < max; next = unchecked.pop()) {
    const [pointer, value] = next;
    if (typeof value === 'string' && !isWellFormed(value)) found.push(pointer);
    if (typeof value !== 'object' || value === null) continue;
    for (const [name, each] of Object.entries(value))
      if (isWellFormed(name)) unchecked.push([`${pointer}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`, each]);
      else found.push(pointer);
  }
  return found.slice(0, max);
}

const isWellFormed = (text: string): boolean => text.isWellFormed() && !text.includes('\0');
