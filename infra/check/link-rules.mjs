import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { treeFiles } from './files.mjs';

/** The pages that people read first, and everything under docs. */
const PAGE = /^(?:(?:README|ARCHITECTURE|CONTRIBUTING|STYLE)\.md|docs\/.*\.md)$/;

/** Inline links and pictures, and the definitions of links by reference. */
const LINK = /\]\(\s*<?([^\s)>]+)>?[^)]*\)|^ {0,3}\[[^\]]+\]:\s*<?([^\s>]+)>?/gm;

/** Fenced and inline code holds no links; blanks of the same length keep the line numbers. */
const CODE = /^\s*(`{3,}|~{3,})[\s\S]*?^\s*\1|`[^`\n]+`/gm;

/** Another site, or a place on the same page. */
const ELSEWHERE = /^(?:[a-z][a-z0-9+.-]*:|#|\/\/)/i;

/**
 * Links between files lead to files: a page that is not there is the first thing a visitor finds.
 * @param {string} root
 * @returns {string[]}
 */
export function linkFindings(root) {
  return treeFiles(root, (path) => PAGE.test(path)).flatMap((page) => {
    const text = readFileSync(join(root, page), 'utf8').replace(CODE, (code) => code.replace(/[^\n]/g, ' '));
    return [...text.matchAll(LINK)].flatMap((match) => {
      const target = match[1] ?? match[2] ?? '';
      if (ELSEWHERE.test(target) || leadsToFile(root, page, target)) return [];
      const line = text.slice(0, match.index).split('\n').length;
      return [`${page}:${line} links to ${target}, which is not there`];
    });
  });
}

/** @param {string} root @param {string} page @param {string} target */
function leadsToFile(root, page, target) {
  const path = posix.normalize(posix.join(dirname(page), target.replace(/[?#].*$/, '')));
  return !path.startsWith('..') && existsSync(join(root, path));
}
