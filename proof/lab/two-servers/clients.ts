// Programs in the clients' namespaces: a browser at each place, the shell of the operator's laptop, and encoders.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import type { Browser } from 'playwright-core';
import { closePages, launchChromium } from '../../test/support/browser.ts';
import { h264, pictureInput, soundInput } from '../../test/support/ffmpegs.ts';
import { registerResource } from '../../test/support/resources.ts';
import { writeVoice } from '../../test/support/voice.ts';
import { runScript, type ScriptResult } from './run-script.ts';

export type ClientName = 'client-1' | 'client-2' | 'client-3';

export interface ClientPlaces {
  prefix(name: ClientName): string[];
}

export class Clients {
  readonly #net: ClientPlaces;
  readonly #caFile: string;
  readonly #dir = mkdtempSync(join(tmpdir(), 'meridian-clients-'));
  readonly #unregister = registerResource('browsers and the laptop', () => this.close());
  readonly #browsers = new Map<ClientName, Browser>();
  readonly #encoders: ChildProcess[] = [];

  /** `caFile`: certificate of the authority that clients trust, without a flag that weakens the browser's checks. */
  constructor({ net, caFile }: { net: ClientPlaces; caFile: string }) {
    this.#net = net;
    this.#caFile = caFile;
    const database = join(this.#home, '.pki/nssdb');
    mkdirSync(database, { recursive: true });
    execFileSync('certutil', ['-d', `sql:${database}`, '-N', '--empty-password']);
    execFileSync('certutil', ['-d', `sql:${database}`, '-A', '-t', 'C,,', '-n', 'lab', '-i', caFile]);
    writeVoice(this.#voice);
  }

  async browser(name: ClientName): Promise<Browser> {
    const running = this.#browsers.get(name);
    if (running?.isConnected()) return running;
    const prefix = [...this.#net.prefix(name), 'env', `HOME=${this.#home}`];
    const browser = await launchChromium([`--use-file-for-fake-audio-capture=${this.#voice}`], prefix);
    this.#browsers.set(name, browser);
    return browser;
  }

  async closePages(): Promise<void> {
    await Promise.all([...this.#browsers.values()].map((browser) => closePages(browser)));
  }

  /** Ends the browsers, which also clears their DNS caches. */
  async closeBrowsers(): Promise<void> {
    await Promise.all([...this.#browsers.values()].map((browser) => browser.close()));
    this.#browsers.clear();
  }

  unpack(bundle: string): void {
    const folder = join(this.#home, 'meridian');
    mkdirSync(folder);
    execFileSync('tar', ['-xzf', bundle, '--strip-components=1', '-C', folder]);
  }

  run(script: string, o: { limitMs: number; onLine?: (line: string) => void }): Promise<ScriptResult> {
    const trust = { NODE_EXTRA_CA_CERTS: this.#caFile, CURL_CA_BUNDLE: this.#caFile, SSL_CERT_FILE: this.#caFile };
    const path = `${join(this.#home, 'meridian/bin')}:${process.env['PATH'] ?? ''}`;
    return runScript(script, {
      prefix: this.#net.prefix('client-1'),
      env: Object.assign(trust, { PATH: path, HOME: this.#home, LANG: 'C.UTF-8' }),
      cwd: this.#home,
      limitMs: o.limitMs,
      ...(o.onLine !== undefined && { onLine: o.onLine }),
    });
  }

  /** Sends a moving picture and a tone by RTMP until the returned function is called. */
  encode(name: ClientName, url: string): () => void {
    const coding = [...h264(), '-b:v', '400k', '-c:a', 'aac', '-b:a', '96k'];
    const args = [
      'ffmpeg',
      '-loglevel',
      'error',
      '-nostdin',
      ...pictureInput,
      ...soundInput,
      ...coding,
      '-f',
      'flv',
      url,
    ];
    const [command = '', ...prefix] = this.#net.prefix(name);
    const encoder = spawn(command, [...prefix, ...args], { stdio: ['ignore', 'ignore', 'inherit'] });
    this.#encoders.push(encoder);
    return () => void encoder.kill('SIGKILL');
  }

  async close(): Promise<void> {
    this.#unregister();
    for (const encoder of this.#encoders) encoder.kill('SIGKILL');
    await Promise.all([...this.#browsers.values()].map((browser) => browser.close()));
    rmSync(this.#dir, { recursive: true, force: true });
  }

  get #home(): string {
    return join(this.#dir, 'home');
  }

  get #voice(): string {
    return join(this.#dir, 'voice.wav');
  }
}
