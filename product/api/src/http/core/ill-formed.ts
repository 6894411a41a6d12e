// Finds text that not every database stores and not every program reads: unpaired surrogates, and U+0000.

/** Returns JSON pointers, at most `max`. */
export function illFormed(body: unknown, max: number): string[] {
  const found: string[] = [];
  // Iterative, since the sender chooses the depth of a body.
  const left: [pointer: string, value: unknown][] = [['', body]];
  for (let next = left.pop(); next !== undefined && found.length < max; next = left.pop()) {
    const [pointer, value] = next;
    if (typeof value === 'string' && !isWellFormed(value)) found.push(pointer);
    if (typeof value !== 'object' || value === null) continue;
    for (const [name, each] of Object.entries(value))
      if (isWellFormed(name)) left.push([`${pointer}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`, each]);
      else found.push(pointer);
  }
  return found.slice(0, max);
}

const isWellFormed = (text: string): boolean => text.isWellFormed() && !text.includes('\0');
