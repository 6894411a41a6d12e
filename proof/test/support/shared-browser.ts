// Starts a Chromium for all files of a lane: a start for each file takes as long as a short test. Its microphones speak
// without a pause, and a shared screen is chosen without a dialog.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, chromium } from 'playwright-core';
import { inject } from 'vitest';
import type { TestProject } from 'vitest/node';
import { serveChromium } from './browser.ts';
import { writeVoice } from './voice.ts';

declare module 'vitest' {
  interface ProvidedContext {
    browserEndpoint: string;
  }
}

/** Vitest's globalSetup: the browser runs from before the first file until after the last one. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = mkdtempSync(join(tmpdir(), 'meridian-voice-'));
  const voice = join(folder, 'voice.wav');
  writeVoice(voice);
  const server = await serveChromium([
    `--use-file-for-fake-audio-capture=${voice}`,
    '--auto-select-desktop-capture-source=Entire screen',
  ]);
  project.provide('browserEndpoint', server.wsEndpoint());
  return async () => {
    await server.close();
    rmSync(folder, { recursive: true });
  };
}

/** Connects to the browser of the lane. `close` ends only the pages opened through this connection. */
export const sharedChromium = (): Promise<Browser> => chromium.connect(inject('browserEndpoint'));
