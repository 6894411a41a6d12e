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
 * Where an old word stands.
 * @param {string} root
 * @returns {string[]}
 */
export function vocabularyFindings(root) {
  return treeFiles(root, (path) => READ.test(path) && !LEFT_OUT.test(path)).flatMap((path) => {
    const text = readFileSync(join(root, path), 'utf8').replace(FOREIGN, '');
    return [path, ...text.split('\n')].flatMap((line, index) =>
      OLD_WORDS.flatMap(([pattern, instead]) => {
        const match = pattern.exec(line);
        return match ? [`${path}:${index} says "${match[0]}": ${instead}`] : [];
      }),
    );
  });
}
