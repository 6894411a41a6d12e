// docs/metrics.md is written from the registries of the services: `npm test -- test/unit/metrics-page -u` writes it
// anew.
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { knownMetrics } from '../support/metrics.ts';

const head = `# Metrics

Every service serves its metrics at \`/metrics\` of \`metricsHost\`:\`metricsPort\` ([reference.md](reference.md#configuration)); \`npm start -- --metrics\` opens these ports on loopback.
Names ending in \`_total\` are counters, others gauges unless stated; braces hold labels. Label values never name people or rooms. Alert rules: \`infra/alerts\`; what to do:
[runbook.md](runbook.md). This page is generated: \`npm test -- test/unit/metrics-page -u\`.
`;

test('docs/metrics.md names every metric of every service, and no other', async () => {
  const parts = [...knownMetrics()].map(([service, { own }]) => {
    const rows = own.map(({ name, type, labelNames, help }) => {
      const labels = labelNames.length === 0 ? '' : `{${labelNames.join(',')}}`;
      const usual = name.endsWith('_total') ? 'counter' : 'gauge';
      return `- \`${name}${labels}\`${type === usual ? '' : ` (${type})`}: ${help}`;
    });
    return [`\n## ${service}`, ...rows, ''].join('\n');
  });
  const tail =
    '\n## Every process\nMetrics of Node.js: `meridian_<service>_nodejs_…` and `meridian_<service>_process_…`.\n';
  await expect(`${head}${parts.join('')}${tail}`).toMatchFileSnapshot(
    join(import.meta.dirname, '../../docs/metrics.md'),
  );
});
