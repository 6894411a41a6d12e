// Opens clients of LiveKit's unmodified SDKs, and of ours, behind one interface (agent.ts).
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import process from 'node:process';
import type { Browser, Page } from 'playwright-core';
import type { Browser as FirefoxBrowser } from 'puppeteer-core';
import type { TestCloud } from '../cloud.ts';
import { sdkPage } from '../sdk-page.ts';
import type { Agent, ClientKind } from './agent.ts';
import { agentOver, CALL_MS_MAX, startProcess } from './agent-process.ts';
import { LiveKitPageAgent } from './livekit-page.ts';
import { MeridianPageAgent } from './meridian-page.ts';

export interface SdkClient {
  readonly kind: ClientKind;
  readonly agent: Agent;
  /** Ends the page or process; a participant who has not left is lost to the others. */
  close(): Promise<void>;
}

/** Path of the page's server without a page: its origin may open cameras, and no script runs there. */
const EMPTY_PAGE = 'livekit-sdk';
const livekitClient = dirname(createRequire(import.meta.url).resolve('livekit-client'));
/** Text of LiveKit's bundle, which defines `LivekitClient`. */
const livekitSdk = (): string => readFileSync(join(livekitClient, 'livekit-client.umd.js'), 'utf8');
const e2eeWorker = (): string => readFileSync(join(livekitClient, 'livekit-client.e2ee.worker.js'), 'utf8');

/** Page that evaluates text by its debugger, regardless of the page's CSP, and awaits the result. */
interface Evaluator {
  evaluate(text: string): Promise<unknown>;
}

export async function agentIn(
  page: Evaluator,
  agent: typeof LiveKitPageAgent | typeof MeridianPageAgent,
): Promise<Agent> {
  await page.evaluate(`window.agent = new (${agent.toString()})(); 0`);
  return agentOver((call, args) =>
    withTimeLimit(call, page.evaluate(`window.agent.${call}(...${JSON.stringify(args)})`)),
  );
}

/** Limits a call: LiveKit's browser SDK keeps connecting for ever when nothing answers. */
async function withTimeLimit(call: string, answer: Promise<unknown>): Promise<unknown> {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(`the page did not answer ${call}`)), CALL_MS_MAX);
  try {
    return await Promise.race([answer, promise]);
  } finally {
    clearTimeout(timer);
  }
}

/** Opens a page of the cloud's origin with only LiveKit's browser SDK and its worker's text. */
export async function openLivekitPage(browser: Browser, cloud: TestCloud): Promise<Page> {
  const context = await browser.newContext({ permissions: ['camera', 'microphone'] });
  const page = await context.newPage();
  await page.goto(`${cloud.pageUrl}/${EMPTY_PAGE}`);
  await page.evaluate(`${livekitSdk()};0`);
  await page.evaluate((text) => void Object.assign(window, { livekitE2eeWorker: text }), e2eeWorker());
  return page;
}

export async function chromiumClient(browser: Browser, cloud: TestCloud): Promise<SdkClient> {
  const page = await openLivekitPage(browser, cloud);
  return { kind: 'chromium', agent: await agentIn(page, LiveKitPageAgent), close: () => page.context().close() };
}

/** LiveKit's SDK for browsers in a page of Firefox, which finds no ICE path to a loopback address. */
export async function firefoxClient(browser: FirefoxBrowser, cloud: TestCloud): Promise<SdkClient> {
  const page = await browser.newPage();
  await page.goto(`${cloud.pageUrl}/${EMPTY_PAGE}`);
  await page.evaluate(`${livekitSdk()};0`);
  return { kind: 'firefox', agent: await agentIn(page, LiveKitPageAgent), close: () => page.close() };
}

export async function ourClient(browser: Browser, cloud: TestCloud): Promise<SdkClient> {
  const page = await sdkPage(browser, cloud);
  return { kind: 'ours', agent: await agentIn(page, MeridianPageAgent), close: () => page.context().close() };
}

/** Starts LiveKit's native SDK for Node. `prefix`: words before its command. */
export async function rtcNodeClient(prefix: readonly string[] = []): Promise<SdkClient> {
  const command = [...prefix, process.execPath, join(import.meta.dirname, 'rtc-node.ts')];
  return { kind: 'rtc-node', ...(await startProcess('rtc-node', command)) };
}

/** Starts LiveKit's SDK for Python, in the interpreter of the set-up. `prefix`: words before its command. */
export async function pythonClient(prefix: readonly string[] = []): Promise<SdkClient> {
  const command = [...prefix, pythonWithLivekit(), join(import.meta.dirname, 'python_client.py')];
  return { kind: 'python', ...(await startProcess('python', command)) };
}

/** Returns the interpreter with LiveKit's SDK. Throws with the set-up's reason when there is none. */
export function pythonWithLivekit(): string {
  const python = process.env['MERIDIAN_LIVEKIT_PYTHON'] ?? '';
  if (python.startsWith('/')) return python;
  throw new Error(`there is no Python with LiveKit's SDK: ${python === '' ? 'the set-up did not run' : python}`);
}
