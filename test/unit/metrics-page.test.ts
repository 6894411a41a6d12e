// docs/metrics.md is written from the registries of the services: `npm test -- test/unit/metrics-page -u` writes it anew.
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { knownMetrics } from '../support/metrics.ts';

const head = `# Metrics

Every service shows its metrics in Prometheus' text format at \`/metrics\` of \`metricsHost\`:\`metricsPort\` ([reference.md](reference.md#configuration)); \`npm start -- --metrics\` opens
these ports on loopback. Alert rules over them are in \`infra/alerts\`, what to do when one fires in [runbook.md](runbook.md). Units are in the names; a histogram is its three series \`_bucket\`,
\`_sum\`, \`_count\`. Labels come from closed sets, or are ids of nodes, hosts or regions of the fleet; never people or rooms.

Written from the registries of the services by \`npm test -- test/unit/metrics-page -u\`; the test fails when it is out of date.
`;

test('docs/metrics.md names every metric of every service, and no other', async () => {
  const parts = [...knownMetrics()].map(([service, { own }]) => {
    const rows = own.map(({ name, type, labelNames, help }) => {
      const labels = labelNames.map((label) => `\`${label}\``).join(', ');
      return `| \`${name}\` | ${type} | ${labels} | ${help.replaceAll('|', '\\|')} |`;
    });
    return [`\n## ${service}`, '| name | type | labels | what |', '|---|---|---|---|', ...rows, ''].join('\n');
  });
  const [first] = knownMetrics().values();
  const ofProcess = (first?.ofProcess ?? []).map(({ name }) => `\`${name.replace('meridian_scheduler_', '')}\``);
  const tail = `\n## Every process\nNode's own, each after \`meridian_<service>_\`: ${ofProcess.join(', ')}.\n`;
  await expect(`${head}${parts.join('')}${tail}`).toMatchFileSnapshot(
    join(import.meta.dirname, '../../docs/metrics.md'),
  );
});
