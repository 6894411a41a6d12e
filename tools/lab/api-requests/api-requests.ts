// `npm run lab -- api-requests --python FILE`: requests that schemathesis (which FILE, a Python interpreter, has
// installed) makes up from openapi.json, good ones and bad ones, to a running api: no faults of ours, every answer
// as it is described, nothing unvalidated.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { startApi } from '../../../api/test/support/start-api.ts';
import { countOption, type LabCase } from '../../support/case.ts';

const OPENAPI = join(import.meta.dirname, '../../../api/openapi.json');
const CHECKS = [
  'not_a_server_error',
  'status_code_conformance',
  'content_type_conformance',
  'response_headers_conformance',
  'response_schema_conformance',
  'negative_data_rejection',
  'unsupported_method',
  'allow_header_conformance',
];

export const apiRequests: LabCase = {
  name: 'api-requests',
  summary:
    'requests made up from openapi.json by schemathesis: no fault of ours, all as described, nothing unvalidated',
  configure: (command) =>
    void command
      .requiredOption('--python <file>', 'an interpreter with schemathesis')
      .option('--examples <n>', 'of each operation', countOption, 25)
      .option('--seed <n>', 'of the requests', countOption, 19)
      .option('--only <id>', 'one operation'),
  run: async (options, say) => {
    const [examples, seed] = [Number(options['examples']), Number(options['seed'])];
    const python = String(options['python']);
    const api = await startApi('sqlite::memory:');
    // It keeps what it has found beside where it runs.
    const folder = mkdtempSync(join(tmpdir(), 'meridian-requests-'));
    try {
      const args = [
        ...['-m', 'schemathesis.cli', 'run', OPENAPI, '--url', `http://127.0.0.1:${api.port}`],
        ...['--header', `Authorization: Bearer ${api.token}`, '--checks', CHECKS.join(',')],
        ...['--max-examples', String(examples), '--seed', String(seed), '--workers', '2', '--no-color'],
        ...['--phases', 'examples,coverage,fuzzing', '--continue-on-failure', '--warnings', 'off'],
        ...['--suppress-health-check', 'all', '--request-timeout', '10'],
        ...(options['only'] === undefined ? [] : ['--include-operation-id', String(options['only'])]),
      ];
      const child = spawn(python.includes('/') ? resolve(python) : python, args, {
        cwd: folder,
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      const lines: string[] = [];
      createInterface({ input: child.stdout }).on('line', (line) => {
        lines.push(line);
        say(line);
      });
      const [code] = (await once(child, 'close')) as [number | null];
      const count = (pattern: RegExp): number => Number(pattern.exec(lines.join('\n'))?.[1]?.replaceAll(',', '') ?? 0);
      const requests = count(/([\d,]+) generated/);
      const missed =
        code === 0 && requests > 0 ? [] : ['every answer is as the description says, and no fault of ours'];
      return { params: { examples, seed }, metrics: { requests, failures: count(/([\d,]+) found/) }, missed };
    } finally {
      await api.kill();
      rmSync(folder, { recursive: true, force: true });
    }
  },
};
