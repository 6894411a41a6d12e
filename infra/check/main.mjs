import { dirname } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { allChecks } from './checks.mjs';
import { runChecks } from './command.mjs';
import { closingLine, printResult } from './report.mjs';

// `npm run check`: formatting, lint, types, import arrows, house rules, generated code. Arguments select the checks
// whose names contain one of them.
const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const filters = process.argv.slice(2);
const all = allChecks(root);
const checks = all.filter((check) => filters.length === 0 || filters.some((filter) => check.name.includes(filter)));
if (checks.length === 0) {
  process.stderr.write(
    `no check is named like ${filters.join(', ')}; there are: ${all.map(({ name }) => name).join(', ')}\n`,
  );
  process.exit(2);
}
const results = await runChecks(checks, { parallel: 2, onResult: printResult });
const failed = results.filter((result) => !result.ok).length;
process.stdout.write(`${closingLine(results.length - failed, failed)}\n`);
process.exitCode = failed > 0 ? 1 : 0;
