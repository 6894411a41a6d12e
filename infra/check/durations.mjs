import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { cacheRoot } from '../setup/paths.mjs';

/** So many of the slowest files are named after a run. */
const SHOWN_MAX = 15;
/** A run of few files needs no list. */
const FILES_MIN = 20;

/**
 * How long each test file took, the slowest first.
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
 * The slowest files as lines of text; nothing for a short run.
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
 * Keeps how long every file of a whole run took.
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
 * What `recordDurations` kept last on this machine; empty when there is nothing, or nothing readable.
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
