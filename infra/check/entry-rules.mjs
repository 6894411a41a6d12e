import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * A script that uses the entry point of the set-up. `exec` is needed because npm forwards signals only to its own
 * child, which must not be a shell.
 */
const ENTRY_POINT = /^exec node infra\/setup\/run\.mjs (\S+)/;

/** A script that runs a program of the tree. */
const PROGRAM = /(?:^|&& )(?:exec )?node (?:-\S+ )*([\w./-]+\.(?:[cm]?[jt]s))\b/g;

/**
 * Checks that each command of the entry point has its program and npm script, and that scripts run existing files.
 * @param {string} root
 * @param {ReadonlyMap<string, { entry: string }>} commands
 * @param {string[]} workspaces
 * @returns {string[]}
 */
export function entryFindings(root, commands, workspaces) {
  /** @type {string[]} */
  const findings = [];
  for (const [name, { entry }] of commands)
    if (!existsSync(join(root, entry))) findings.push(`${entry}, the program of npm run ${name}, is not there`);
  const scripts = scriptsOf(root, '.');
  for (const name of commands.keys())
    if (!scripts.some(([, script]) => ENTRY_POINT.exec(script)?.[1] === name))
      findings.push(`package.json: no script leads to the command ${name}`);
  for (const [name, script] of scripts) {
    const command = ENTRY_POINT.exec(script)?.[1];
    if (command !== undefined && !commands.has(command))
      findings.push(`package.json: the script ${name} asks for the command ${command}, which there is not`);
  }
  for (const where of ['.', ...workspaces])
    for (const [name, script] of scriptsOf(root, where))
      for (const [, file = ''] of script.matchAll(PROGRAM))
        if (!existsSync(join(root, where, file)))
          findings.push(`${where}/package.json: the script ${name} runs ${file}, which is not there`);
  return findings;
}

/** @param {string} root @param {string} where @returns {[string, string][]} */
function scriptsOf(root, where) {
  const file = join(root, where, 'package.json');
  return existsSync(file) ? Object.entries(JSON.parse(readFileSync(file, 'utf8')).scripts ?? {}) : [];
}
