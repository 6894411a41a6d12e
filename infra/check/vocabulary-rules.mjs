import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { treeFiles } from './files.mjs';

/** Files with text or code of ours; the rule itself and its test name the words. */
const READ = /\.(ts|tsx|mjs|js|c|h|proto|md|yml|json|patch|sh|css|html)$/;
const LEFT_OUT =
  /^infra\/(check\/vocabulary-rules\.mjs|test\/unit\/vocabulary-rules\.test\.ts)$|(^|\/)package-lock\.json$/;

/** Icons of a library have names of their own. */
const FOREIGN = /\bDoorOpen\b/g;

/**
 * Words that only we used, and the field's word for each. A part of an identifier counts.
 * @type {readonly [pattern: RegExp, instead: string][]}
 */
const OLD_WORDS = [
  [/(?<![a-z])doors?(?![a-z])|Doors?(?![a-z])/, 'signaling node'],
  [/wish/i, 'request, preference or ticket'],
  [/\broads?\b/i, 'path'],
  [/eldest/i, 'oldest; FifoEvictor'],
  [/gravestone/i, 'tombstone'],
  [/(?<![a-z])regrant/i, 'failover'],
  [/(?<![a-z])carriage\b(?! return)/i, 'track routing'],
  [/stranger/i, 'unknown client or unauthenticated peer'],
  [/\bsignalling/i, 'signaling'],
  [/LeaseWords|SessionWords|DataTwins|isOurOwnEar|speakersOf/, 'the names of ARCHITECTURE.md'],
];

/**
 * Words that leave open what is meant, in comments and pages.
 * @type {readonly [pattern: RegExp, instead: string][]}
 */
const VAGUE_WORDS = [
  [/\bnobody\b/i, 'name the thing: no client, no other node'],
  [/\bsomebody\b/i, 'name the thing: a participant, another process'],
  [/\btold\b/i, 'is informed, hears, is asked to'],
];

/** Records of the past keep their words. */
const RECORDS = /(^|\/)CHANGELOG\.md$|^docs\/(adr\/|measured\.md$)/;
/** A name of the code in a sentence. */
const CODE_SPAN = /`[^`]*`/g;
const PAGE = /\.md$/;
const COMMENT_LINE = /^\s*(?:\/\/|\{?\/\*|\*)/;
const COMMENT_BEHIND_CODE = /\s\/\/\s.*$/;

/**
 * Where an old word stands, and in comments and pages a vague one.
 * @param {string} root
 * @returns {string[]}
 */
export function vocabularyFindings(root) {
  return treeFiles(root, (path) => READ.test(path) && !LEFT_OUT.test(path)).flatMap((path) => {
    const text = readFileSync(join(root, path), 'utf8').replace(FOREIGN, '');
    return [path, ...text.split('\n')].flatMap((line, index) => [
      ...found(OLD_WORDS, line, `${path}:${index}`),
      ...(index === 0 ? [] : found(VAGUE_WORDS, proseIn(path, line), `${path}:${index}`)),
    ]);
  });
}

/**
 * The part of a line that is for people to read, without names of the code.
 * @param {string} path
 * @param {string} line
 */
function proseIn(path, line) {
  if (RECORDS.test(path)) return '';
  const isProse = PAGE.test(path) || COMMENT_LINE.test(line);
  return (isProse ? line : (COMMENT_BEHIND_CODE.exec(line)?.[0] ?? '')).replaceAll(CODE_SPAN, '');
}

/**
 * @param {readonly [pattern: RegExp, instead: string][]} words
 * @param {string} text
 * @param {string} at
 */
function found(words, text, at) {
  return words.flatMap(([pattern, instead]) => {
    const match = pattern.exec(text);
    return match ? [`${at} says "${match[0]}": ${instead}`] : [];
  });
}
