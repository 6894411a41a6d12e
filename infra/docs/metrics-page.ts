import { knownMetrics } from './known-metrics.ts';
import { generatedLine, paragraphs } from './markdown.ts';

const about = `Every service serves its metrics at \`/metrics\` of \`metricsHost\`:\`metricsPort\` ([reference.md](reference.md#configuration)); \`npm start -- --metrics\` opens these ports on loopback.
Names ending in \`_total\` are counters, others gauges unless stated; braces hold labels. Label values never name people or rooms. Alert rules: \`infra/alerts\`; what to do:
[runbook.md](runbook.md). Dashboards: \`infra/grafana\` ([how to load them](alarms.md#grafana)).`;

export function metricsPage(): { text: string; faults: string[] } {
  const faults: string[] = [];
  const parts = [...knownMetrics()].map(([service, { own }]) => {
    const rows = own.map(({ name, type, labelNames, help }) => {
      if (help.trim() === '') faults.push(`${name} has no help text`);
      const labels = labelNames.length === 0 ? '' : `{${labelNames.join(',')}}`;
      const usual = name.endsWith('_total') ? 'counter' : 'gauge';
      return `- \`${name}${labels}\`${type === usual ? '' : ` (${type})`}: ${help}`;
    });
    return [`## ${service}`, ...rows].join('\n');
  });
  const everyProcess = `## Every process
Metrics of Node.js: \`meridian_<service>_nodejs_…\` and \`meridian_<service>_process_…\`.`;
  return { text: `${paragraphs(generatedLine, '# Metrics', about, ...parts, everyProcess)}\n`, faults };
}
