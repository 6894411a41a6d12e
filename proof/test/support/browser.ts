// Real Chromium for tests: fake camera and microphone, and a hook on RTCPeerConnection, so that assertions use the
// browser's own getStats() instead of our SDK.
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, type BrowserContext, type BrowserServer, chromium, type Page } from 'playwright-core';
import { registerResource } from './resources.ts';

/** Limit that ends a hang; a busy machine must not fail a test. */
const PAGE_LIMIT_MS = 90_000;
/** Debian's own start script would add flags (rasterization by an absent GPU, extensions) that cost time. */
const debian = ['/usr/lib/chromium/chromium', '/usr/bin/chromium'];
const executablePath = process.env['MERIDIAN_CHROMIUM'] ?? debian.find((path) => existsSync(path)) ?? 'chromium';
const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-breakpad',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-features=WebRtcHideLocalIpsWithMdns',
  '--use-fake-device-for-media-stream',
  '--use-fake-ui-for-media-stream',
  '--autoplay-policy=no-user-gesture-required',
  '--disable-background-timer-throttling',
  '--disable-renderer-backgrounding',
  '--disable-backgrounding-occluded-windows',
];

/**
 * Starts a Chromium with `extra` flags, e.g. a camera file; `prefix`: words before the command, e.g. `ip netns exec
 * NAME`.
 */
export async function launchChromium(extra: readonly string[] = [], prefix: readonly string[] = []): Promise<Browser> {
  if (prefix.length === 0) return launch(executablePath, extra);
  // Playwright starts one file, so a script runs the browser inside the namespace. Its pipe crosses namespaces
  // unchanged.
  const dir = mkdtempSync(join(tmpdir(), 'meridian-browser-'));
  const script = join(dir, 'chromium');
  writeFileSync(script, `#!/bin/sh\nexec ${prefix.join(' ')} ${executablePath} "$@"\n`, { mode: 0o755 });
  try {
    return await launch(script, extra);
  } finally {
    rmSync(dir, { recursive: true });
  }
}

/** Ends every page: pages of a failed test would take CPU time from the next. */
export async function closePages(browser: Browser): Promise<void> {
  await Promise.all(browser.contexts().map((context) => context.close()));
}

export function serveChromium(extra: readonly string[] = []): Promise<BrowserServer> {
  return chromium.launchServer(optionsOf(executablePath, extra));
}

/** Disables Playwright's own signal handlers, which would end this process before its other resources are closed. */
const optionsOf = (executable: string, extra: readonly string[]) => ({
  executablePath: executable,
  args: [...flags, ...extra],
  handleSIGINT: false,
  handleSIGTERM: false,
  handleSIGHUP: false,
});

async function launch(executable: string, extra: readonly string[]): Promise<Browser> {
  const browser = await chromium.launch(optionsOf(executable, extra));
  browser.once(
    'disconnected',
    registerResource('a browser', () => browser.close()),
  );
  return browser;
}

export interface InboundVideo {
  mid: string;
  trackIdentifier: string;
  framesDecoded: number;
  framesReceived: number;
  keyFramesDecoded: number;
  frameWidth: number;
  frameHeight: number;
  framesPerSecond: number;
  freezeCount: number;
  mimeType: string;
  packetsReceived: number;
}
export interface InboundAudio {
  trackIdentifier: string;
  totalAudioEnergy: number;
  packetsReceived: number;
  totalSamplesReceived: number;
}
export interface MediaStats {
  video: InboundVideo[];
  audio: InboundAudio[];
  outbound: {
    mimeType: string;
    kind: string;
    framesEncoded: number;
    packetsSent: number;
    rid: string;
    active: boolean;
    scalabilityMode: string;
    frameWidth: number;
  }[];
  pairs: { localProtocol: string; remoteAddress: string; remotePort: number; currentRoundTripTimeMs: number }[];
  /** Role of the browser on each transport with DTLS. */
  dtlsRoles: string[];
}

const hook = (): void => {
  const scope = window as unknown as { pcs: RTCPeerConnection[] };
  scope.pcs = [];
  const Original = window.RTCPeerConnection;
  window.RTCPeerConnection = new Proxy(Original, {
    construct(target, args) {
      const pc = Reflect.construct(target, args) as RTCPeerConnection;
      scope.pcs.push(pc);
      return pc;
    },
  });
};

export interface CameraSize {
  readonly width: number;
  readonly height: number;
  readonly frameRate: number;
}
/** Size for pictures of which only movement matters: coding the page's default size takes a core. */
export const smallCamera: CameraSize = { width: 640, height: 360, frameRate: 15 };

/** Makes every camera of the page this small, whatever the page requests. */
const makeCamera = (size: CameraSize): void => {
  const original = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
  navigator.mediaDevices.getUserMedia = (constraints) =>
    original({
      ...constraints,
      ...(constraints?.video ? { video: { width: size.width, height: size.height, frameRate: size.frameRate } } : {}),
    });
};

/** Participant in the meeting page, in a browser context of its own. */
export class Participant {
  readonly name: string;
  readonly page: Page;
  readonly context: BrowserContext;
  readonly console: string[] = [];

  private constructor(name: string, context: BrowserContext, page: Page) {
    this.name = name;
    this.context = context;
    this.page = page;
  }

  /**
   * Opens the page, with a small camera unless the size matters; `join: '1'` in the query joins, and `connected()`
   * waits for it. `fragment`: with the `#`.
   */
  static async open(
    browser: Browser,
    pageUrl: string,
    query: Record<string, string>,
    camera: CameraSize | 'as asked' = smallCamera,
    fragment = '',
  ): Promise<Participant> {
    const context = await browser.newContext({
      permissions: ['camera', 'microphone'],
      viewport: { width: 960, height: 640 },
    });
    context.setDefaultTimeout(PAGE_LIMIT_MS);
    await context.addInitScript(hook);
    if (camera !== 'as asked') await context.addInitScript(makeCamera, camera);
    const page = await context.newPage();
    const participant = new Participant(query['name'] ?? 'guest', context, page);
    page.on('console', (message) => {
      participant.console.push(`${message.type()}: ${message.text()}`);
      if (participant.console.length > 200) participant.console.shift();
    });
    page.on('pageerror', (error) => participant.console.push(`pageerror: ${error.message}`));
    await page.goto(`${pageUrl}/?${new URLSearchParams(query).toString()}${fragment}`);
    return participant;
  }

  /**
   * Resolves when the SDK's room is connected and the page shows it, which comes later: a session that ends in between
   * is a failed join. Throws with the page's console otherwise.
   */
  async connected(deadlineMs = PAGE_LIMIT_MS): Promise<void> {
    try {
      await this.page.waitForFunction(
        () =>
          (window as unknown as { meridian?: { room?: { state: string } } }).meridian?.room?.state === 'connected' &&
          document.querySelector('[data-testid="connecting"], [data-testid="waiting"], [data-testid="join"]') === null,
        undefined,
        { timeout: deadlineMs },
      );
    } catch (error) {
      const shown = await this.page.evaluate(() => document.body.innerText.slice(0, 500)).catch(String);
      throw new Error(`${this.name} did not connect\n${shown}\n${this.console.join('\n')}`, { cause: error });
    }
  }

  /** Returns the browser's own getStats() over all its peer connections. */
  stats(): Promise<MediaStats> {
    return this.page.evaluate(async () => {
      const result: MediaStats = { video: [], audio: [], outbound: [], pairs: [], dtlsRoles: [] };
      const num = (value: unknown): number => (typeof value === 'number' ? value : 0);
      const str = (value: unknown): string => (typeof value === 'string' ? value : '');
      for (const pc of (window as unknown as { pcs: RTCPeerConnection[] }).pcs) {
        if (pc.connectionState === 'closed') continue;
        const all = new Map<string, Record<string, unknown>>();
        (await pc.getStats()).forEach((entry) => void all.set(entry.id, entry));
        for (const s of all.values()) {
          const mimeType = str(all.get(str(s['codecId']))?.['mimeType']);
          const frame = {
            frameWidth: num(s['frameWidth']),
            frameHeight: num(s['frameHeight']),
            framesPerSecond: num(s['framesPerSecond']),
          };
          if (s['type'] === 'inbound-rtp' && s['kind'] === 'video') {
            result.video.push({
              ...frame,
              mimeType,
              mid: str(s['mid']),
              trackIdentifier: str(s['trackIdentifier']),
              framesDecoded: num(s['framesDecoded']),
              framesReceived: num(s['framesReceived']),
              keyFramesDecoded: num(s['keyFramesDecoded']),
              freezeCount: num(s['freezeCount']),
              packetsReceived: num(s['packetsReceived']),
            });
          } else if (s['type'] === 'inbound-rtp') {
            result.audio.push({
              trackIdentifier: str(s['trackIdentifier']),
              totalAudioEnergy: num(s['totalAudioEnergy']),
              packetsReceived: num(s['packetsReceived']),
              totalSamplesReceived: num(s['totalSamplesReceived']),
            });
          } else if (s['type'] === 'outbound-rtp') {
            result.outbound.push({
              mimeType,
              kind: str(s['kind']),
              framesEncoded: num(s['framesEncoded']),
              packetsSent: num(s['packetsSent']),
              rid: str(s['rid']),
              active: s['active'] !== false,
              scalabilityMode: str(s['scalabilityMode']),
              frameWidth: frame.frameWidth,
            });
          } else if (s['type'] === 'transport' && s['dtlsState'] === 'connected') {
            result.dtlsRoles.push(str(s['dtlsRole']));
          } else if (s['type'] === 'candidate-pair' && s['nominated'] === true && s['state'] === 'succeeded') {
            const local = all.get(str(s['localCandidateId'])) ?? {};
            const remote = all.get(str(s['remoteCandidateId'])) ?? {};
            result.pairs.push({
              localProtocol: str(local['protocol']),
              remoteAddress: str(remote['address']),
              remotePort: num(remote['port']),
              currentRoundTripTimeMs: num(s['currentRoundTripTime']) * 1000,
            });
          }
        }
      }
      return result;
    });
  }

  /**
   * Runs code with the SDK's room: the body sees `room` and `arg`. The debugger evaluates it, so the page's CSP does
   * not apply.
   */
  room<T>(body: string, arg: unknown = null): Promise<T> {
    return this.page.evaluate(
      `(async (room, arg) => { ${body} })(window.meridian.room, ${JSON.stringify(arg)})`,
    ) as Promise<T>;
  }

  close(): Promise<void> {
    return this.context.close();
  }
}
