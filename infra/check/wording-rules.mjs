import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { treeFiles } from './files.mjs';

/**
 * Finds comments that do not read alone (STYLE.md, Comments): their first word stands for a thing that they do not
 * name, or a word leaves open which participant or process is meant. Pages are checked for the latter words too.
 */

const CODE = /\.(ts|tsx|mts|mjs|js|c|h|proto|css)$/;
const PAGE = /\.md$/;
/** Records of the past keep their words. */
const RECORDS = /(^|\/)CHANGELOG\.md$|^docs\/(adr\/|measured\.md$)/;
const OWN_TEST = /\/wording-rules\.test\.ts$/;

const OPENING = /^(?:Of|That|What|It|One|Another|Those|Such|Which|Whose|So|As)\b(?!-)/;
const VAGUE = /\b(?:nobody|somebody|told)\b/i;

const BLOCK_START = /^\s*\{?\/\*\*?\s*/;
const LINE_COMMENT = /^\s*\/\/\s*/;
const BEHIND_CODE = /\s\/(?:\/|\*\*?)\s.*$/;
/** Matches a name of the code in a sentence: names may contain a forbidden word. */
const CODE_SPAN = /`[^`]*`/g;

/**
 * @param {string} root
 * @returns {string[]}
 */
export function wordingFindings(root) {
  const files = treeFiles(
    root,
    (path) => (CODE.test(path) && !OWN_TEST.test(path)) || (PAGE.test(path) && !RECORDS.test(path)),
  );
  return files.flatMap((path) => wordingIn(path, readFileSync(join(root, path), 'utf8')));
}

/**
 * @param {string} path relative to the tree
 * @param {string} text
 * @returns {string[]} one finding a line
 */
export function wordingIn(path, text) {
  const isPage = PAGE.test(path);
  const lines = text.split('\n');
  return lines.flatMap((line, index) => {
    const { prose, begins } = isPage ? { prose: line, begins: false } : commentOf(line, lines[index - 1] ?? '');
    const opening = begins ? OPENING.exec(prose)?.[0] : undefined;
    if (opening !== undefined) return [`${path}:${index + 1} begins with "${opening}": name the thing first`];
    const vague = VAGUE.exec(prose.replaceAll(CODE_SPAN, ''))?.[0];
    return vague === undefined ? [] : [`${path}:${index + 1} says "${vague}": name the participant or process`];
  });
}

/**
 * Returns the comment on a line, and whether it begins there; a comment of several lines begins on its first line.
 * @param {string} line
 * @param {string} before the line above
 */
function commentOf(line, before) {
  if (BLOCK_START.test(line)) return { prose: line.replace(BLOCK_START, ''), begins: true };
  if (LINE_COMMENT.test(line)) return { prose: line.replace(LINE_COMMENT, ''), begins: !LINE_COMMENT.test(before) };
  if (/^\s*\*\s/.test(line)) return { prose: line.replace(/^\s*\*\s+/, ''), begins: /^\s*\/\*\*?\s*$/.test(before) };
  const [behind = ''] = BEHIND_CODE.exec(line) ?? [];
  return { prose: behind.replace(/^\s\/(?:\/|\*\*?)\s+/, ''), begins: true };
}
