// The centre's drivers `process` and `webhook` with their real endpoints over HTTP: the supervisor's control endpoint,
// and the example's endpoint with commands of an operator. Both keep the contract of docs/reference.md.
import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLogger } from '@meridian/runtime';
import * as vitest from 'vitest';
import { serve } from '../../../examples/scale-webhook/main.mjs';
import { Control } from '../../../infra/local/control.ts';
import { ExtraNodes } from '../../../infra/local/extra-nodes.ts';
import type { ChildSpec } from '../../../infra/local/topology.ts';
import { scaleDriver } from '../../../scheduler/src/adapters/scale/drivers.ts';
import type { AutoscaleConfig } from '../../../scheduler/src/scaling/config.ts';
import type { ScaleDriver } from '../../../scheduler/src/scaling/scale-driver.ts';
import { BreakableProxy } from '../../../scheduler/test/support/breakable-proxy.ts';
import { type ScaleRig, scaleContract } from '../../../scheduler/test/support/scale-contract.ts';

const { afterEach, describe, expect, test } = vitest;
const token = 'control-token-0123456789-0123456789-0123456789';
const log = createLogger({ name: 'test', level: 'silent' });

function driverOf(config: Partial<AutoscaleConfig>, heard: number[] = []): ScaleDriver {
  const made = scaleDriver(config as AutoscaleConfig, {
    log,
    drain: async () => undefined,
    noteEpoch: async (epoch) => void heard.push(epoch),
    kubernetes: undefined,
  });
  if (made === undefined) throw new Error('there is a configuration');
  return made;
}

async function rigOver(
  driver: 'process' | 'webhook',
  url: string,
  hands: Pick<ScaleRig, 'serve' | 'falter' | 'fail' | 'finishEnd' | 'close'> & { restart(): Promise<string> },
): Promise<ScaleRig> {
  const proxy = await BreakableProxy.open({ url });
  const seenEpochs: number[] = [];
  const proxies = [proxy];
  const make = (by: BreakableProxy) => driverOf({ driver, controlUrl: by.url, controlToken: token }, seenEpochs);
  return {
    driver: make(proxy),
    seenEpochs,
    async newDriver() {
      const next = await BreakableProxy.open({ url: await hands.restart() });
      proxies.push(next);
      return make(next);
    },
    serve: hands.serve,
    falter: hands.falter,
    fail: hands.fail,
    finishEnd: hands.finishEnd,
    fill: async (count) => {
      const node = (at: number) => ({ nodeId: `n${at}`, region: 'frankfurt', state: 'running' });
      proxy.answer = JSON.stringify({ nodes: Array.from({ length: count }, (_, at) => node(at)) });
    },
    answer: (text) => {
      proxy.answer = text;
    },
    away: (isAway) => {
      proxy.isAway = isAway;
    },
    async close() {
      for (const one of proxies) await one.close();
      await hands.close();
    },
  };
}

async function processRig(): Promise<ScaleRig> {
  const serving = new Set<string>();
  const failed = new Set<string>();
  const ends = new Map<string, () => void>();
  const nodes = new ExtraNodes({
    spec: (id, region, number) =>
      region === 'frankfurt' ? ({ id, region, config: { number } } as unknown as ChildSpec) : undefined,
    launch: async () => undefined,
    end: ({ id }) => new Promise((resolve) => ends.set(id, resolve)),
    serves: async ({ id }) => serving.has(id),
    hasFailed: (id) => failed.has(id),
  });
  const control = new Control(nodes, token);
  const url = `http://127.0.0.1:${await control.listen({ ip: '127.0.0.1', port: 0 })}`;
  return rigOver('process', url, {
    serve: async (id) => void serving.add(id),
    falter: async (id) => void serving.delete(id),
    fail: async (id) => void failed.add(id),
    finishEnd: async (id) => {
      ends.get(id)?.();
      await nodes.list();
    },
    // The supervisor's nodes end with it, so no new process takes them over.
    restart: async () => url,
    close: () => control.close(),
  });
}

/** An operator's commands; a machine is a file with its region and state. */
const commands = {
  start: 'test "$2" = frankfurt || { echo "no region $2" >&2; exit 1; }; set -C; echo "$2 starting" >"$0/$1"',
  stop: 'read -r region state <"$0/$1"; echo "$region stopping" >"$0/$1"',
  list: 'cd "$0" && for f in *; do test ! -e "$f" || { read -r rest <"$f"; echo "$f $rest"; }; done',
};
const commandsOver = (folder: string) =>
  Object.fromEntries(Object.entries(commands).map(([name, text]) => [name, ['/bin/sh', '-c', text, folder]]));

async function webhookRig(): Promise<ScaleRig> {
  const folder = mkdtempSync(join(tmpdir(), 'meridian-scale-'));
  const machines = join(folder, 'machines');
  mkdirSync(machines);
  const config = { port: 0, token, epochFile: join(folder, 'epoch'), ...commandsOver(machines) };
  const servers: Server[] = [];
  const open = async (): Promise<string> => {
    const server: Server = await serve(config);
    servers.push(server);
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  };
  const write = async (id: string, state: string): Promise<void> => {
    writeFileSync(join(machines, id), `frankfurt ${state}\n`);
  };
  return rigOver('webhook', await open(), {
    serve: (id) => write(id, 'running'),
    falter: (id) => write(id, 'running'),
    fail: (id) => write(id, 'failed'),
    finishEnd: async (id) => rmSync(join(machines, id)),
    restart: open,
    async close() {
      for (const server of servers) {
        server.closeAllConnections();
        await new Promise((resolve) => server.close(resolve));
      }
      rmSync(folder, { recursive: true });
    },
  });
}

scaleContract({ name: 'process', vitest, make: processRig });
scaleContract({ name: 'webhook, by the example', vitest, make: webhookRig });

test.each([
  { name: 'no URL', config: { driver: 'process', controlToken: token }, key: 'autoscale.controlUrl' },
  { name: 'no token', config: { driver: 'webhook', controlUrl: 'https://scale' }, key: 'autoscale.controlToken' },
  {
    name: 'process on another machine',
    config: { driver: 'process', controlUrl: 'https://scale', controlToken: token },
    key: 'autoscale.controlUrl',
  },
  { name: 'kubernetes without one', config: { driver: 'kubernetes' }, key: 'kubernetes' },
] as const)('a centre with $name does not start', ({ config, key }) => {
  expect(() => driverOf(config)).toThrow(key);
});

describe('the endpoint of the example, as a process of its own', () => {
  const folder = mkdtempSync(join(tmpdir(), 'meridian-scale-'));
  const file = (name: string) => join(folder, name);
  const children: ReturnType<typeof spawn>[] = [];
  afterEach(() => {
    for (const child of children.splice(0)) child.kill('SIGKILL');
    rmSync(folder, { recursive: true });
  });

  test("answers by TLS only a driver that knows its authority, and forwards a command's messages", async () => {
    const subject = ['-subj', '/CN=scale', '-addext', 'subjectAltName=IP:127.0.0.1', '-days', '1'];
    const kind = ['req', '-x509', '-nodes', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256'];
    execFileSync('openssl', [...kind, ...subject, '-keyout', file('key.pem'), '-out', file('cert.pem')], {
      stdio: 'pipe',
    });
    mkdirSync(file('machines'));
    const tls = { tlsCertFile: file('cert.pem'), tlsKeyFile: file('key.pem') };
    const config = { port: 0, token, epochFile: file('epoch'), ...tls, ...commandsOver(file('machines')) };
    writeFileSync(file('config.json'), JSON.stringify(config));
    const child = spawn(process.execPath, ['examples/scale-webhook/main.mjs', file('config.json')]);
    children.push(child);
    const firstOutput = await new Promise<string>((resolve) =>
      child.stdout.once('data', (data) => resolve(String(data))),
    );
    const controlUrl = `https://127.0.0.1:${/(\d+)\n/.exec(firstOutput)?.[1]}/`;
    const knownConfig = {
      driver: 'webhook',
      controlUrl,
      controlToken: token,
      controlCaFile: file('cert.pem'),
    } as const;
    const driver = driverOf(knownConfig);
    await expect(driver.start('a', 'atlantis', 7)).rejects.toThrow('no region atlantis');
    await driver.start('a', 'frankfurt', 7);
    expect(await driver.list(7)).toEqual([{ nodeId: 'a', region: 'frankfurt', state: 'starting' }]);
    expect([readdirSync(file('machines')), readFileSync(file('epoch'), 'utf8')]).toEqual([['a'], '7']);
    const { controlCaFile: _, ...unknowing } = knownConfig;
    await expect(driverOf(unknowing).list(7)).rejects.toThrow('self-signed');
    await expect(driverOf({ ...knownConfig, controlToken: `${token}x` }).list(7)).rejects.toThrow('HTTP 401');
  });
});
