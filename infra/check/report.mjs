import process from 'node:process';

/**
 * Prints one line per check, and what a failed one said below it.
 * @param {import('./command.mjs').CheckResult} result
 */
export function printResult(result) {
  const seconds = (result.durationMs / 1000).toFixed(1);
  process.stdout.write(`${result.ok ? 'ok  ' : 'FAIL'} ${result.name} (${seconds} s)\n`);
  if (!result.ok) process.stdout.write(`${indent(result.output || 'no output')}\n`);
}

/** @param {string} text */
function indent(text) {
  return text
    .split('\n')
    .map((line) => `     ${line}`)
    .join('\n');
}

/**
 * The closing line that people and CI read.
 * @param {number} passed
 * @param {number} failed
 */
export function closingLine(passed, failed) {
  return `${passed} passed, ${failed} failed`;
}
