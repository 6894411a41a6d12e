import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { cacheRoot } from '../setup/paths.mjs';

/** Number of slowest files that are listed after a run. */
const SHOWN_MAX = 15;
/** A shorter run needs no list. */
const FILES_MIN = 20;

/**
 * Returns the duration of each test file, slowest first.
 * @typedef {{ file: string, ms: number }} FileDuration
 * @typedef {{ testResults?: { name: string, startTime?: number, endTime?: number }[] }} TimedReport vitest's JSON
 * @param {readonly TimedReport[]} reports
 * @param {string} root the work tree
 * @returns {FileDuration[]}
 */
export function fileDurations(reports, root) {
  return reports
    .flatMap(({ testResults = [] }) => testResults)
    .map(({ name, startTime = 0, endTime = 0 }) => ({
      file: relative(root, name),
      ms: Math.round(endTime - startTime),
    }))
    .sort((a, b) => b.ms - a.ms);
}

/**
 * Lists the slowest files as lines of text; empty for a short run.
 * @param {readonly FileDuration[]} durations
 */
export function slowestFiles(durations) {
  if (durations.length < FILES_MIN) return '';
  const shown = durations
    .slice(0, SHOWN_MAX)
    .map(({ file, ms }) => `${(ms / 1000).toFixed(1).padStart(8)} s  ${file}\n`);
  return `the slowest of ${durations.length} test files (all: ${recordFile()}):\n${shown.join('')}`;
}

/**
 * Records the durations of a whole run.
 * @param {readonly FileDuration[]} durations
 */
export function recordDurations(durations) {
  mkdirSync(join(cacheRoot(), 'logs'), { recursive: true });
  writeFileSync(
    recordFile(),
    `${JSON.stringify(Object.fromEntries(durations.map(({ file, ms }) => [file, ms])), null, 1)}\n`,
  );
}

/**
 * Returns the latest record on this machine; empty when it is missing or unreadable.
 * @returns {Record<string, number>} milliseconds by file
 */
export function recordedDurations(file = recordFile()) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return {};
  }
}

const recordFile = () => join(cacheRoot(), 'logs', 'test-durations.json');
