import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { workspacesOf } from './files.mjs';
import { importFindings } from './import-arrows.mjs';

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const findings = importFindings(
  root,
  workspacesOf(root).filter((name) => existsSync(join(root, name))),
);
for (const finding of findings) process.stdout.write(`${finding}\n`);
process.exitCode = findings.length > 0 ? 1 : 0;
