import process from 'node:process';
import { GATE_SECONDS } from './tiers.mjs';

/** @typedef {{ name: string, seconds: number, passed: number, failed: number }} LaneResult */

/**
 * Prints a line for a check, and the output of a failed one below it.
 * @param {import('./command.mjs').CheckResult} result
 */
export function printResult(result) {
  const seconds = (result.durationMs / 1000).toFixed(1);
  process.stdout.write(`${result.ok ? 'ok  ' : 'FAIL'} ${result.name} (${seconds} s)\n`);
  if (!result.ok) process.stdout.write(`${indent(result.output || 'no output')}\n`);
}

/**
 * Formats a line for each lane, and the total.
 * @param {readonly LaneResult[]} results
 * @param {readonly import('./tiers.mjs').Lane[]} lanes
 * @param {number} seconds of the whole; lanes overlap
 */
export function laneTable(results, lanes, seconds) {
  const budgetOf = (/** @type {string} */ name) => lanes.find((lane) => lane.name === name)?.budgetSeconds ?? '';
  const rows = [
    ['lane', 'seconds', 'budget', 'passed', 'failed'],
    ...results.map(({ name, seconds: took, passed, failed }) => [name, took, budgetOf(name), passed, failed]),
    ['whole run', seconds, lanes.some(({ budgetSeconds }) => budgetSeconds !== undefined) ? GATE_SECONDS : '', '', ''],
  ];
  return rows
    .map(
      ([name, ...figures]) => `${String(name).padEnd(12)}${figures.map((one) => String(one).padStart(9)).join('')}\n`,
    )
    .join('');
}

/**
 * Returns a line for each lane that exceeded its budget.
 * @param {readonly LaneResult[]} results
 * @param {readonly import('./tiers.mjs').Lane[]} lanes
 * @param {number} seconds of the whole
 * @param {number} slowness of the machine; budgets are multiplied by it
 */
export function overBudget(results, lanes, seconds, slowness) {
  const all = [...lanes, { name: 'whole run', budgetSeconds: GATE_SECONDS }];
  return [...results, { name: 'whole run', seconds }].flatMap(({ name, seconds: took }) => {
    const budget = Math.round((all.find((lane) => lane.name === name)?.budgetSeconds ?? Infinity) * slowness);
    return took <= budget ? [] : [`over budget: ${name} took ${took} s, at most ${budget} s`];
  });
}

/** @param {string} text */
function indent(text) {
  return text
    .split('\n')
    .map((line) => `     ${line}`)
    .join('\n');
}

/**
 * Returns the last line, which people and CI read.
 * @param {number} passed
 * @param {number} failed
 */
export function closingLine(passed, failed) {
  return `${passed} passed, ${failed} failed`;
}
