// As much of the unified patch format as is needed to say whether a patch still fits the tree, without git: a fresh
// machine may have none.
export interface Hunk {
  /** The lines that the patch expects to find: context and what it takes away. */
  readonly before: readonly string[];
  readonly after: readonly string[];
}
export interface FilePatch {
  readonly path: string;
  readonly hunks: readonly Hunk[];
}

const hunkHead = /^@@ -\d+(?:,(\d+))? \+\d+(?:,(\d+))? @@/;

/**
 * The files and hunks of a patch; lines before the first file are its head. Throws when a hunk is not as long as it
 * says.
 */
export function parsePatch(text: string): FilePatch[] {
  const files: { path: string; hunks: Hunk[] }[] = [];
  const lines = text.replace(/\n$/, '').split('\n');
  for (let at = 0; at < lines.length; at += 1) {
    const line = lines[at] ?? '';
    const path = /^\+\+\+ b\/(\S+)/.exec(line)?.[1];
    if (path !== undefined) files.push({ path, hunks: [] });
    const counts = hunkHead.exec(line);
    if (counts === null) continue;
    const begin = at + 1;
    while (/^[ +-]/.test(lines[at + 1] ?? '') && !/^--- a\//.test(lines[at + 1] ?? '')) at += 1;
    const body = lines.slice(begin, at + 1);
    const side = (sign: string): string[] =>
      body.filter((one) => one[0] === ' ' || one[0] === sign).map((one) => one.slice(1));
    const hunk: Hunk = { before: side('-'), after: side('+') };
    if (hunk.before.length !== Number(counts[1] ?? 1) || hunk.after.length !== Number(counts[2] ?? 1))
      throw new Error(`the hunk in line ${begin} is not as long as its head says`);
    files.at(-1)?.hunks.push(hunk);
  }
  return files;
}

/** What no longer fits, in words. `read` gives the text of a file, undefined when it is not there. */
export function unfit(patch: readonly FilePatch[], read: (path: string) => string | undefined): string[] {
  if (patch.length === 0 || patch.some(({ hunks }) => hunks.length === 0)) return ['it changes nothing'];
  return patch.flatMap(({ path, hunks }) => {
    const text = read(path);
    if (text === undefined) return [`${path} is not there`];
    return hunks.flatMap(({ before, after }) => {
      if (before.join('\n') === after.join('\n')) return [`${path}: a hunk changes nothing`];
      const found = `\n${text}`.split(`\n${before.join('\n')}\n`).length - 1;
      return found === 1 ? [] : [`${path}: ${found} places like the hunk with "${before[0]?.trim()}"`];
    });
  });
}
