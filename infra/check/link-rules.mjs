import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { treeFiles } from './files.mjs';

const PAGE = /\.md$/;

/** Matches inline links and pictures, and definitions of reference links. */
const LINK = /\]\(\s*<?([^\s)>]+)>?[^)]*\)|^ {0,3}\[[^\]]+\]:\s*<?([^\s>]+)>?/gm;

/** Matches fenced and inline code, which contains no links; blanks of the same length keep the line numbers. */
const CODE = /^\s*(`{3,}|~{3,})[\s\S]*?^\s*\1|`[^`\n]+`/gm;

/** Matches links to other sites. */
const ELSEWHERE = /^(?:[a-z][a-z0-9+.-]*:|\/\/)/i;

/**
 * Checks that links lead to existing files, and anchors to headings.
 * @param {string} root
 * @returns {string[]}
 */
export function linkFindings(root) {
  return treeFiles(root, (path) => PAGE.test(path)).flatMap((page) => {
    const text = readFileSync(join(root, page), 'utf8').replace(CODE, (code) => code.replace(/[^\n]/g, ' '));
    return [...text.matchAll(LINK)].flatMap((match) => {
      const target = match[1] ?? match[2] ?? '';
      if (ELSEWHERE.test(target) || isThere(root, page, target)) return [];
      const line = text.slice(0, match.index).split('\n').length;
      return [`${page}:${line} links to ${target}, which is not there`];
    });
  });
}

/** @param {string} root @param {string} page @param {string} target */
function isThere(root, page, target) {
  const [name = '', anchor] = target.split('#');
  const path = name === '' ? page : posix.normalize(posix.join(dirname(page), name.replace(/\?.*$/, '')));
  if (path.startsWith('..') || !existsSync(join(root, path))) return false;
  return anchor === undefined || !PAGE.test(path) || anchorsOf(join(root, path)).has(anchor);
}

/**
 * Returns the anchors of a page like GitHub makes them from headings: lower case, without punctuation, blanks as
 * hyphens; a repeated heading gets a number.
 * @param {string} file
 * @returns {ReadonlySet<string>}
 */
function anchorsOf(file) {
  const text = readFileSync(file, 'utf8').replace(/^\s*(`{3,}|~{3,})[\s\S]*?^\s*\1/gm, '');
  /** @type {Map<string, number>} */
  const seen = new Map();
  /** @type {Set<string>} */
  const anchors = new Set();
  for (const [, heading = ''] of text.matchAll(/^#{1,6} +(.+?)\s*$/gm)) {
    const words = heading.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1').toLowerCase();
    const anchor = words.replace(/[^\p{L}\p{N}\p{M} _-]/gu, '').replaceAll(' ', '-');
    const times = seen.get(anchor) ?? 0;
    seen.set(anchor, times + 1);
    anchors.add(times === 0 ? anchor : `${anchor}-${times}`);
  }
  return anchors;
}
