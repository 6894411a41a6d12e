import { importsOf } from './import-graph.mjs';
import { importRules } from './import-rules.mjs';

/**
 * @typedef {import('./import-graph.mjs').Import} Import
 * @typedef {import('./import-rules.mjs').ImportRule} ImportRule
 * @typedef {{ from: string, to: string, rule: string, comment: string, way: readonly string[] }} Violation `way`: path
 *   of a circle, from the other file back to the first
 */

/**
 * Returns every forbidden import of the sources in `folders` and of the sources that they reach.
 * @param {string} root
 * @param {readonly string[]} folders
 * @param {readonly ImportRule[]} rules
 * @returns {Violation[]}
 */
export function importViolations(root, folders, rules) {
  const imports = importsOf(root, folders);
  const wayBack = circles(imports);
  const targetsOf = rules.map((rule) => ({ rule, targetOf: prepared(rule) }));
  /** @type {Violation[]} */
  const violations = [];
  for (const [from, all] of Map.groupBy(imports, (one) => one.from)) {
    const candidates = targetsOf.flatMap(({ rule, targetOf }) => ({ rule, isTarget: targetOf(from) }));
    for (const one of all)
      for (const { rule, isTarget } of candidates) {
        if (isTarget?.(one) !== true) continue;
        const way = rule.to.circular ? wayBack(one) : [];
        if (way !== undefined) violations.push({ from, to: one.to, rule: rule.name, comment: rule.comment, way });
      }
  }
  return violations;
}

/**
 * Returns a line for each forbidden import.
 * @param {string} root
 * @param {readonly string[]} folders
 * @returns {string[]}
 */
export function importFindings(root, folders) {
  return importViolations(root, folders, importRules.forbidden).map(({ from, to, rule, comment, way }) => {
    const target = way.length > 0 ? way.join(' -> ') : to;
    return `${from} -> ${target}: ${rule}: ${comment}`;
  });
}

/**
 * @param {ImportRule} rule
 * @returns {(from: string) => ((one: Import) => boolean) | undefined} undefined for a file to which the rule does not
 *   apply
 */
function prepared({ from, to }) {
  const [path, pathNot] = [patternOf(from.path), patternOf(from.pathNot)];
  const targetsOf = remembered((/** @type {string} */ groups) => isTargetOf(to, groups.split('\n')));
  return (file) => {
    if (pathNot?.test(file)) return undefined;
    const groups = path === undefined ? [] : path.exec(file);
    return groups === null ? undefined : targetsOf(groups.slice(1).join('\n'));
  };
}

/**
 * @param {ImportRule['to']} rule
 * @param {readonly string[]} groups
 * @returns {(one: Import) => boolean}
 */
function isTargetOf(rule, groups) {
  const [path, pathNot] = [patternOf(rule.path, groups), patternOf(rule.pathNot, groups)];
  return ({ to, kinds }) =>
    (path === undefined || path.test(to)) &&
    !pathNot?.test(to) &&
    (rule.kinds === undefined || rule.kinds.some((kind) => kinds.includes(kind))) &&
    !rule.kindsNot?.some((kind) => kinds.includes(kind));
}

/**
 * @param {string | readonly string[] | undefined} path
 * @param {readonly string[]} groups for `$1` and so on
 * @returns {RegExp | undefined}
 */
function patternOf(path, groups = []) {
  if (path === undefined) return undefined;
  const text = [path].flat().join('|');
  return new RegExp(text.replaceAll(/\$([1-9])/g, (whole, at) => groups[Number(at) - 1] ?? whole));
}

/** @template Answer @param {(key: string) => Answer} make @returns {(key: string) => Answer} */
function remembered(make) {
  /** @type {Map<string, Answer>} */
  const known = new Map();
  return (key) => {
    const answer = known.get(key) ?? make(key);
    known.set(key, answer);
    return answer;
  };
}

/**
 * Returns the ways back of imports that are part of a circle.
 * @param {readonly Import[]} imports
 * @returns {(one: Import) => readonly string[] | undefined} the shortest, from the other file to the first
 */
function circles(imports) {
  /** @type {Map<string, Set<string>>} */
  const targets = new Map(imports.map(({ from }) => [from, new Set()]));
  for (const { from, to } of imports) if (targets.has(to)) targets.get(from)?.add(to);
  // Files whose imports all lead out of circles are removed repeatedly; without circles none remains.
  let before = targets.size + 1;
  while (targets.size < before) {
    before = targets.size;
    for (const [from, all] of targets) {
      for (const to of all) if (!targets.has(to)) all.delete(to);
      if (all.size === 0) targets.delete(from);
    }
  }
  return ({ from, to }) => (targets.has(from) ? shortestWay(targets, to, from) : undefined);
}

/**
 * @param {ReadonlyMap<string, ReadonlySet<string>>} targets
 * @param {string} start
 * @param {string} end
 * @returns {readonly string[] | undefined} both included
 */
function shortestWay(targets, start, end) {
  /** @type {(readonly string[])[]} */
  const ways = [[start]];
  const seen = new Set([start]);
  for (const way of ways) {
    const last = way.at(-1) ?? '';
    if (last === end) return way;
    for (const next of targets.get(last) ?? [])
      if (!seen.has(next)) {
        seen.add(next);
        ways.push([...way, next]);
      }
  }
  return undefined;
}
