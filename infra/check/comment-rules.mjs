import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { treeFiles } from './files.mjs';

/**
 * Widest comment line, and widest line of code that ends with a comment: the formatter's own bound of code. Long
 * strings in code are the formatter's affair. Proto files are left out: their comments stand behind the fields.
 */
const COLUMNS = 120;
const CODE = /\.(ts|tsx|mts|mjs|js|cjs)$/;
const C = /\.(c|h)$/;
const SHELL = /\.sh$/;

/** Matches strings and comments, so that text like a comment inside a string does not count as one. */
const C_TOKEN = /"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|\/\/[^\n]*|\/\*[\s\S]*?\*\//g;

/** Tools read these on one line. */
const DIRECTIVE = /biome-ignore|@ts-expect-error/;

/**
 * @param {string} root
 * @returns {string[]}
 */
export function commentFindings(root) {
  const files = treeFiles(root, (path) => CODE.test(path) || C.test(path) || SHELL.test(path));
  return files.flatMap((path) => wideCommentsIn(path, readFileSync(join(root, path), 'utf8')));
}

/**
 * Finds comments that are too wide. A line that cannot be broken, such as an address, may be wider.
 * @param {string} path relative to the tree
 * @param {string} text
 * @returns {string[]} one finding a line
 */
export function wideCommentsIn(path, text) {
  const lines = text.split('\n');
  if (lines.every((line) => line.length <= COLUMNS)) return [];
  const wide = new Set(commentsIn(path, text).flatMap(({ start, end }) => wideLines(text, start, end)));
  return [...wide]
    .sort((a, b) => a - b)
    .map((line) => `${path}:${line} a comment wider than ${COLUMNS} columns: break it, or move it above its line`);
}

/**
 * Returns the numbers of the lines on which a comment is too wide.
 * @param {string} text @param {number} start @param {number} end
 */
function wideLines(text, start, end) {
  const first = text.slice(0, start).split('\n').length;
  const from = text.lastIndexOf('\n', start - 1) + 1;
  const to = text.indexOf('\n', end);
  const lines = text.slice(from, to < 0 ? text.length : to).split('\n');
  const after = text.slice(end, to < 0 ? text.length : to);
  return lines.flatMap((line, index) => {
    // Code follows the comment on this line, so the formatter bounds its width.
    const isCode = index === lines.length - 1 && after.trim() !== '';
    const words = line.trim().replace(/^(?:\/\/|\/\*+|\*|#)\s*/, '');
    const fits = line.length <= COLUMNS || isCode || !words.includes(' ') || DIRECTIVE.test(line);
    return fits ? [] : [first + index];
  });
}

/** @param {string} path @param {string} text @returns {{ start: number, end: number }[]} */
function commentsIn(path, text) {
  if (SHELL.test(path)) {
    return [...text.matchAll(/^[ \t]*#.*$/gm)].map((match) => ({
      start: match.index,
      end: match.index + match[0].length,
    }));
  }
  if (C.test(path)) {
    return [...text.matchAll(C_TOKEN)]
      .filter(([token]) => token.startsWith('/'))
      .map((match) => ({ start: match.index, end: match.index + match[0].length }));
  }
  return commentsOfCode(ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true));
}

/** @param {ts.SourceFile} source */
function commentsOfCode(source) {
  /** @type {Map<number, { start: number, end: number }>} */
  const found = new Map();
  const visit = (/** @type {ts.Node} */ node) => {
    // Text between the tags of a page holds no comments, whatever it looks like.
    if (ts.isJsxText(node)) return;
    const children = node.getChildren(source);
    for (const child of children) visit(child);
    if (children.length > 0) return;
    const leading = ts.getLeadingCommentRanges(source.text, node.pos) ?? [];
    const trailing = ts.getTrailingCommentRanges(source.text, node.end) ?? [];
    for (const { pos, end } of [...leading, ...trailing]) found.set(pos, { start: pos, end });
  };
  visit(source);
  return [...found.values()];
}
