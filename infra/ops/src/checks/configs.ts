import { execFile } from 'node:child_process';
import { commandOf, environmentOf } from '../adapters/processes.ts';
import type { Context } from '../context.ts';
import type { Service } from '../core/services.ts';
import { type Finding, fail, ok } from './check.ts';

/** A process starts slowly on a machine that carries calls. */
const CHECK_LIMIT_MS = 60_000;

/** Runs `--check-config` of each service, one after the other, because calls need the cores. */
export async function configsGood(services: readonly Service[], context: Context): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const service of services) findings.push(await checkConfig(service, context));
  return findings.every(({ level }) => level === 'ok') ? [ok('all configuration files are good')] : findings;
}

function checkConfig(service: Service, context: Context): Promise<Finding> {
  const { file, args } = commandOf(service, context);
  const options = { timeout: CHECK_LIMIT_MS, env: environmentOf(context) };
  return new Promise((resolve) => {
    execFile(file, [...args, '--check-config'], options, (error, stdout, stderr) => {
      if (error?.killed === true) {
        const what = `${service.name}: its check did not end within ${CHECK_LIMIT_MS / 1000} s`;
        resolve(fail(what, 'this machine is too busy: look again when it is not'));
        return;
      }
      const output = (stderr || stdout || error?.message || '').trim();
      resolve(
        error === null
          ? ok(`${service.name}: its configuration is good`)
          : fail(`${service.name}: ${output}`, 'mend the file'),
      );
    });
  });
}
