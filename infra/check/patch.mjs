// Applies the part of the unified patch format that planted faults need: a fresh machine may have no git, and moved
// lines must still fit.

/**
 * @typedef {{ before: readonly string[], after: readonly string[] }} Hunk `before`: the expected lines, context and
 *   removed ones
 * @typedef {{ path: string, hunks: readonly Hunk[] }} FilePatch
 */

const hunkHead = /^@@ -\d+(?:,(\d+))? \+\d+(?:,(\d+))? @@/;

/**
 * Parses the files and hunks of a patch after its head. Throws when a hunk has another length than it states.
 * @param {string} text
 * @returns {FilePatch[]}
 */
export function parsePatch(text) {
  /** @type {{ path: string, hunks: Hunk[] }[]} */
  const files = [];
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
    const side = (/** @type {string} */ sign) =>
      body.filter((one) => one[0] === ' ' || one[0] === sign).map((one) => one.slice(1));
    const hunk = { before: side('-'), after: side('+') };
    if (hunk.before.length !== Number(counts[1] ?? 1) || hunk.after.length !== Number(counts[2] ?? 1))
      throw new Error(`the hunk in line ${begin} is not as long as its head says`);
    files.at(-1)?.hunks.push(hunk);
  }
  return files;
}

/**
 * Returns the changed texts by path, and descriptions of what does not fit. A hunk fits if its lines occur exactly
 * once.
 * @param {readonly FilePatch[]} patch
 * @param {(path: string) => string | undefined} read returns the text of a file, undefined when it is missing
 * @returns {{ texts: Map<string, string>, unfit: string[] }}
 */
export function patched(patch, read) {
  /** @type {Map<string, string>} */
  const texts = new Map();
  if (patch.length === 0 || patch.some(({ hunks }) => hunks.length === 0))
    return { texts, unfit: ['it changes nothing'] };
  /** @type {string[]} */
  const unfit = [];
  for (const { path, hunks } of patch) {
    let text = read(path);
    if (text === undefined) unfit.push(`${path} is not there`);
    for (const { before, after } of text === undefined ? [] : hunks) {
      const [head = '', ...tails] = `\n${text}`.split(`\n${before.join('\n')}\n`);
      if (before.join('\n') === after.join('\n')) unfit.push(`${path}: a hunk changes nothing`);
      else if (tails.length !== 1)
        unfit.push(`${path}: ${tails.length} places like the hunk with "${before[0]?.trim()}"`);
      else text = [head, ...after, tails[0]].join('\n').slice(1);
    }
    texts.set(path, text ?? '');
  }
  return { texts, unfit };
}
