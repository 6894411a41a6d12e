// A media node as a process of its own.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { call, rpc } from '@meridian/protocol';
import { type Cloud, endpoint, room, sessionIdOf, sessionInfo, until } from './cloud.ts';

const main = join(import.meta.dirname, '../../../../dist/services/sfu.js');

/** Starts `node-p`, and adds it to the processes that the caller ends. */
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

/** A process with one session, and how to attach more and let them go. */
export async function withSession(cloud: Cloud, children: ChildProcess[], change: object) {
  const { child } = await startProcess(cloud, children, change);
  const registered = await until('it registers', () => cloud.registrations[0]);
  const controlPort = registered.node?.addresses?.find(({ purpose }) => purpose === 'control')?.port ?? 0;
  const { link } = await cloud.signaling('sig-a', { id: 'node-p', app: { controlPort } });
  const of = { room: room() };
  const attach = (n: number) =>
    call(link, rpc.attachSession, { ...of, session: sessionInfo(n, 'sig-a'), sendEndpoint: endpoint });
  const detach = (n: number) => call(link, rpc.detachSession, { ...of, sessionId: sessionIdOf(n) });
  await attach(1);
  return { child, exited: once(child, 'exit'), attach, detach };
}
