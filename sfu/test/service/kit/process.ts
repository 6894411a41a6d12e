import { type ChildProcess, spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Cloud } from './cloud.ts';

const main = join(import.meta.dirname, '../../../../dist/services/sfu.js');

/** Starts `node-p` and adds it to the processes that the caller ends. */
export async function startProcess(
  cloud: Cloud,
  children: ChildProcess[],
  change: object = {},
): Promise<{ child: ChildProcess; output: () => string }> {
  const enrolmentToken = await cloud.tokens.mint({ id: 'node-p', kind: 'sfu', region: 'fra' }, 60_000);
  const file = join(cloud.dir, 'node-p.json');
  writeFileSync(
    file,
    JSON.stringify({
      ...cloud.config('node-p', join(cloud.dir, 'node-p')),
      logLevel: 'info',
      enrolmentToken,
      ...change,
    }),
  );
  const child = spawn(process.execPath, [main, '--config', file], { stdio: ['ignore', 'pipe', 'pipe'] });
  children.push(child);
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk: Buffer) => (text += chunk.toString()));
  return { child, output: () => text };
}
