// Stage on which the SDKs meet: a cloud of two regions, browsers, and clients on both sides of a wire between two
// network namespaces, because Firefox finds no ICE path to a loopback address.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AccessToken } from 'livekit-server-sdk';
import type { Browser, Page } from 'playwright-core';
import type { Browser as FirefoxBrowser } from 'puppeteer-core';
import { launchChromium } from '../browser.ts';
import { TestCloud } from '../cloud.ts';
import { launchFirefox } from '../firefox.ts';
import { LabNet, serverIp } from '../net.ts';
import { writeVoice } from '../voice.ts';
import type { ClientKind } from './agent.ts';
import { chromiumClient, firefoxClient, ourClient, pythonClient, rtcNodeClient, type SdkClient } from './clients.ts';

export const regions = ['frankfurt', 'singapore'] as const;
export type Region = (typeof regions)[number];
const PAGE_PORT = 7800;
/** Ports of signaling nodes that share the address on the wire. */
const signalingPort: Readonly<Record<Region, number>> = { frankfurt: 7880, singapore: 7882 };

export class Stage {
  readonly cloud: TestCloud;
  readonly #net: LabNet;
  readonly #chromium: Browser;
  readonly #firefox: { browser: FirefoxBrowser; close(): Promise<void> } | undefined;
  readonly #company: Page;
  readonly #voiceFolder: string;

  private constructor(o: {
    net: LabNet;
    cloud: TestCloud;
    chromium: Browser;
    firefox: { browser: FirefoxBrowser; close(): Promise<void> } | undefined;
    company: Page;
    voiceFolder: string;
  }) {
    this.#net = o.net;
    this.cloud = o.cloud;
    this.#chromium = o.chromium;
    this.#firefox = o.firefox;
    this.#company = o.company;
    this.#voiceFolder = o.voiceFolder;
  }

  static async open(o: { readonly firefox: boolean }): Promise<Stage> {
    const net = await LabNet.create();
    const voiceFolder = mkdtempSync(join(tmpdir(), 'meridian-voice-'));
    let cloud: TestCloud | undefined;
    try {
      cloud = await TestCloud.start({ prefix: net.prefix('server'), extraArgs: ['--public-address', serverIp] });
      net.forward(PAGE_PORT + cloud.portOffset);
      const voice = join(voiceFolder, 'voice.wav');
      writeVoice(voice);
      const chromium = await launchChromium([`--use-file-for-fake-audio-capture=${voice}`], net.prefix('server'));
      const firefox = o.firefox ? await launchFirefox(net) : undefined;
      const company = await chromium.newPage();
      await company.goto(`${cloud.pageUrl}/livekit-sdk`);
      return new Stage({ net, cloud, chromium, firefox, company, voiceFolder });
    } catch (error) {
      await cloud?.stop();
      await net.close();
      rmSync(voiceFolder, { recursive: true });
      throw error;
    }
  }

  async client(kind: ClientKind): Promise<SdkClient> {
    const prefix = this.#net.prefix('server');
    if (kind === 'chromium') return chromiumClient(this.#chromium, this.cloud);
    if (kind === 'ours') return ourClient(this.#chromium, this.cloud);
    if (kind === 'rtc-node') return rtcNodeClient(prefix);
    if (kind === 'python') return pythonClient(prefix);
    if (this.#firefox === undefined) throw new Error('this stage has no Firefox');
    return firefoxClient(this.#firefox.browser, this.cloud);
  }

  url(kind: ClientKind, region: Region): string {
    return `${kind === 'ours' ? 'http' : 'ws'}://${serverIp}:${signalingPort[region] + this.cloud.portOffset}`;
  }

  /**
   * Removes a participant as a company's server does, but from a page, because this process does not reach into the
   * namespace.
   */
  async remove(room: string, identity: string): Promise<void> {
    const { key, secret } = this.cloud.secrets().devKey;
    const token = new AccessToken(key, secret, { ttl: 60 });
    token.addGrant({ room, roomAdmin: true });
    const asked = { authorization: `Bearer ${await token.toJwt()}`, body: JSON.stringify({ room, identity }) };
    const answer = await this.#company.evaluate(async ({ authorization, body }) => {
      const headers = { authorization, 'content-type': 'application/json' };
      const response = await fetch('/twirp/livekit.RoomService/RemoveParticipant', { method: 'POST', headers, body });
      return `${response.status} ${await response.text()}`;
    }, asked);
    if (!answer.startsWith('200 ')) throw new Error(`RemoveParticipant: ${answer}`);
  }

  async close(): Promise<void> {
    await this.#firefox?.close();
    await this.#chromium.close();
    await this.cloud.stop();
    await this.#net.close();
    rmSync(this.#voiceFolder, { recursive: true });
  }
}
