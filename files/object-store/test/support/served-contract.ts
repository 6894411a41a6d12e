// Contract suite for the HTTP of every service that serves files of a store, tested through the part that listens.
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { get } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect as connectTls } from 'node:tls';
import { type Clock, systemClock } from '@meridian/runtime';
import { createLocalAuthority, issueServerCertificate } from '@meridian/runtime/local-authority';
import type { FastifyInstance } from 'fastify';
import { describe, expect, it, onTestFinished } from 'vitest';
import { until } from '../../../../base/runtime/test/support/until.ts';
import { fileServerLimits } from '../../src/serving/file-server.ts';

/** Keys of the service's configuration. */
export interface ServedConfig {
  readonly trustedProxies?: string[];
  readonly filesByProxy?: boolean;
  readonly tlsCertFile?: string;
  readonly tlsKeyFile?: string;
}

export interface Served {
  readonly app: FastifyInstance;
  /** Returns all metrics as text. */
  metrics(): Promise<string>;
  end(): Promise<void>;
}

const PROXY = '127.0.0.2';
const PROXIES = [`${PROXY}/32`];
const real = systemClock();
/** Rates never recover, and files are checked a hundred times as often. */
const clock: Clock = Object.assign({}, real, {
  nowMs: () => 0,
  every: (ms: number, fn: () => void) => real.every(ms / 100, fn),
});

export function servedContract(open: (config: ServedConfig, clock: Clock) => Promise<Served>): void {
  async function served(config: ServedConfig): Promise<Served> {
    const opened = await open(config, clock);
    onTestFinished(() => opened.end());
    return opened;
  }

  describe('its HTTP', () => {
    it('limits requests by the address that a trusted proxy names, and by no other name', async () => {
      const { app, metrics } = await served({ trustedProxies: PROXIES });
      const ask = async (remoteAddress: string, client: string): Promise<number> => {
        const headers = { 'x-forwarded-for': client };
        return (await app.inject({ url: '/healthz', remoteAddress, headers })).statusCode;
      };
      for (let at = 0; at < 1000; at += 1) await ask(PROXY, '192.0.2.1');
      expect(await ask(PROXY, '192.0.2.1')).toBe(429);
      expect(await ask(PROXY, '192.0.2.2')).toBe(200);
      expect(await ask('192.0.2.3', '192.0.2.1')).toBe(200);
      expect(await metrics()).toMatch(/_requests_total\{[^}]*status="429"[^}]*\} 1\n/);
    });

    it('bounds the connections of an address, counts those that it closes, and does not bound a trusted proxy', async () => {
      const { app, metrics } = await served({ trustedProxies: PROXIES });
      const { port } = app.server.address() as AddressInfo;
      const sockets: Socket[] = [];
      onTestFinished(() => {
        for (const socket of sockets) socket.destroy();
      });
      const fill = async (localAddress: string): Promise<void> => {
        const filled = Array.from({ length: fileServerLimits.perAddress + 1 }, () =>
          connect({ port, host: '127.0.0.1', localAddress }).on('error', () => undefined),
        );
        sockets.push(...filled);
        await Promise.all(filled.map((socket) => once(socket, 'connect')));
        // Connections are accepted in order: after this answer, all are counted.
        const last = get({ port, host: '127.0.0.1', localAddress: '127.0.0.3', path: '/healthz', agent: false });
        const [response] = await once(last, 'response');
        response.resume();
      };
      await fill(PROXY);
      await fill('127.0.0.1');
      expect(await metrics()).toMatch(/unproven_ended_total\{[^}]*\} 1\n/);
    });

    it('speaks https with its certificate, and with a new one once its file has it', async () => {
      const folder = mkdtempSync(join(tmpdir(), 'meridian-served-'));
      onTestFinished(() => rmSync(folder, { recursive: true }));
      const [nowMs, ip] = [Date.now(), '192.168.1.5'];
      const authority = await createLocalAuthority({ name: 'test', nowMs });
      const names = { tlsCertFile: join(folder, 'server.crt'), tlsKeyFile: join(folder, 'server.key') };
      const issue = async (): Promise<void> => {
        const pair = await issueServerCertificate(authority, { ip, nowMs });
        writeFileSync(names.tlsKeyFile, pair.keyPem);
        writeFileSync(names.tlsCertFile, pair.certPem);
      };
      await issue();
      const { app } = await served(names);
      const { port } = app.server.address() as AddressInfo;
      const serial = async (): Promise<string> => {
        const trusting = { ca: authority.certPem, checkServerIdentity: () => undefined };
        const socket = connectTls(Object.assign({ port, host: '127.0.0.1' }, trusting));
        await once(socket, 'secureConnect');
        const { serialNumber } = socket.getPeerCertificate();
        socket.destroy();
        return serialNumber;
      };
      const first = await serial();
      await issue();
      await until('the next one is shown', async () => (await serial()) !== first);
    });
  });
}
