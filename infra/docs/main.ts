// `npm run docs` writes the generated pages; with `--check` it only compares them.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { dashboardFiles } from './dashboards/dashboards.ts';
import { metricsPage } from './metrics-page.ts';
import { nginxExample } from './nginx-example.ts';
import { referencePage } from './reference-page.ts';

const root = join(import.meta.dirname, '../..');
const pages = {
  'docs/reference.md': referencePage(),
  'docs/metrics.md': metricsPage(),
  'examples/proxy/nginx.conf': nginxExample(),
  ...dashboardFiles(),
};
const isCheck = process.argv.includes('--check');
const unknown = process.argv.slice(2).filter((argument) => argument !== '--check');
if (unknown.length > 0) {
  process.stdout.write(
    'npm run docs             writes docs/reference.md, docs/metrics.md, examples/proxy/nginx.conf and infra/grafana\n',
  );
  process.stdout.write('npm run docs -- --check  checks that they match the code\n');
  process.exit(unknown.some((argument) => argument === '--help' || argument === '-h') ? 0 : 2);
}

const faults = Object.entries(pages).flatMap(([path, page]) => {
  if (page.faults.length > 0) return page.faults;
  const file = join(root, path);
  if (existsSync(file) && readFileSync(file, 'utf8') === page.text) return [];
  if (isCheck) return [`${path} does not match the code: run npm run docs and commit it`];
  writeFileSync(file, page.text);
  process.stdout.write(`${path} has been written\n`);
  return [];
});
for (const fault of faults) process.stdout.write(`${fault}\n`);
process.exitCode = faults.length > 0 ? 1 : 0;
