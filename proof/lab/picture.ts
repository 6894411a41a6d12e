// Takes the README's picture from a real call of three people in two regions. Only the cameras are not real: they show
// drawn portraits.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join as path } from 'node:path';
import type { Browser } from 'playwright-core';
import type { LabCase } from '../support/case.ts';
import { launchChromium } from '../test/support/browser.ts';
import { join, untilMoreFrames, whereabouts } from '../test/support/call.ts';
import { TestCloud } from '../test/support/cloud.ts';
import { pressInMore } from '../test/support/host-page.ts';
import { writeVoice } from '../test/support/voice.ts';

const defaultFile = path(import.meta.dirname, '../../docs/images/call.png');

const portrait = (o: { wall: string; window: string; skin: string; hair: string; shirt: string }): string => `
<svg xmlns="http://www.w3.org/2000/svg" width="1280" height="720" viewBox="0 0 1280 720">
  <rect width="1280" height="720" fill="${o.wall}"/>
  <rect x="880" y="60" width="300" height="380" rx="10" fill="${o.window}"/><rect x="1024" y="60" width="12" height="380" fill="${o.wall}"/><rect x="880" y="240" width="300" height="12" fill="${o.wall}"/>
  <rect x="80" y="380" width="260" height="14" fill="#0003"/><rect x="110" y="270" width="34" height="110" fill="#fff5"/><rect x="152" y="250" width="28" height="130" fill="#0002"/><rect x="188" y="290" width="40" height="90" fill="#fff3"/>
  <path d="M330 760 C340 560 480 520 640 520 C800 520 940 560 950 760 Z" fill="${o.shirt}"/>
  <rect x="582" y="430" width="116" height="130" rx="50" fill="${o.skin}"/><path d="M582 500 q58 46 116 0 v30 q-58 46 -116 0 Z" fill="#0002"/>
  <ellipse cx="640" cy="300" rx="138" ry="170" fill="${o.skin}"/>
  <path d="M492 300 C470 120 560 90 650 92 C770 94 812 180 790 310 C786 250 760 210 700 200 C610 190 540 200 512 230 C500 250 498 280 492 300 Z" fill="${o.hair}"/>
  <ellipse cx="588" cy="300" rx="13" ry="15" fill="#2b2b33"/><ellipse cx="692" cy="300" rx="13" ry="15" fill="#2b2b33"/>
  <path d="M566 262 q22 -14 44 0" stroke="${o.hair}" stroke-width="9" fill="none" stroke-linecap="round"/><path d="M670 262 q22 -14 44 0" stroke="${o.hair}" stroke-width="9" fill="none" stroke-linecap="round"/>
  <path d="M640 312 q-14 42 6 46" stroke="#0003" stroke-width="7" fill="none" stroke-linecap="round"/><path d="M590 392 q50 44 100 0" stroke="#8c3b3b" stroke-width="10" fill="none" stroke-linecap="round"/>
</svg>`;
const people = [
  {
    name: 'Ana',
    from: 'frankfurt',
    drawing: portrait({ wall: '#3d5a6c', window: '#bfe3f2', skin: '#e8b796', hair: '#4a2c20', shirt: '#e0a458' }),
  },
  {
    name: '陈博',
    from: 'singapore',
    drawing: portrait({ wall: '#6b4f5b', window: '#f6d7a7', skin: '#e6b98a', hair: '#1f1d24', shirt: '#4f8a8b' }),
  },
  {
    name: 'Lena',
    from: 'frankfurt',
    drawing: portrait({ wall: '#4c6650', window: '#d9efe0', skin: '#c98f6a', hair: '#2f2018', shirt: '#b8574f' }),
  },
] as const;

async function film(browser: Browser, drawing: string, dir: string, name: string): Promise<string> {
  const page = await browser.newPage({ viewport: { width: 1280, height: 720 } });
  await page.setContent(`<body style="margin:0">${drawing}</body>`);
  writeFileSync(path(dir, `${name}.png`), await page.screenshot());
  await page.close();
  const out = path(dir, `${name}.y4m`);
  execFileSync('ffmpeg', [
    '-y',
    '-loglevel',
    'error',
    '-loop',
    '1',
    '-i',
    path(dir, `${name}.png`),
    '-t',
    '1',
    '-r',
    '15',
    '-pix_fmt',
    'yuv420p',
    out,
  ]);
  return out;
}

export const picture: LabCase = {
  name: 'picture',
  summary: "takes the README's picture: a real call of three people in two regions",
  configure: (command) => void command.option('--out <file>', 'file of the PNG', defaultFile),
  run: async (options, say) => {
    const dir = mkdtempSync(path(tmpdir(), 'meridian-picture-'));
    const cloud = await TestCloud.start({ extraArgs: ['--log-level', 'warn'] });
    const browsers: Browser[] = [];
    try {
      writeVoice(path(dir, 'voice.wav'));
      const drawer = await launchChromium();
      browsers.push(drawer);
      const joined = [];
      for (const [index, person] of people.entries()) {
        const file = await film(drawer, person.drawing, dir, `person-${index}`);
        const sound = person.name === 'Lena' ? [`--use-file-for-fake-audio-capture=${path(dir, 'voice.wav')}`] : [];
        const browser = await launchChromium([`--use-file-for-fake-video-capture=${file}`, ...sound]);
        browsers.push(browser);
        const query = {
          room: 'weekly',
          name: person.name,
          from: person.from,
          lang: 'en',
          ...(index === 1 ? { mic: '0' } : {}),
        };
        joined.push(await join(browser, cloud, query));
        say(`${person.name} is in the call`);
      }
      const [ana] = joined;
      if (ana === undefined) throw new Error('no person joined');
      await ana.page.setViewportSize({ width: 1440, height: 810 });
      await pressInMore(ana, 'where');
      await Promise.all(joined.map((p) => untilMoreFrames(p, 40)));
      await ana.page.mouse.move(120, 560); // beside the tiles, so that no tile or button is under the pointer
      await ana.page.waitForFunction(() => document.querySelector('.toast') === null, undefined, { timeout: 30_000 });
      await ana.page.screenshot({ path: String(options['out']) });
      return {
        params: {},
        metrics: {
          people: joined.length,
          nodes: new Set((await Promise.all(joined.map(whereabouts))).map((w) => w.nodeId)).size,
        },
        missed: [],
      };
    } finally {
      for (const browser of browsers) await browser.close();
      await cloud.stop();
      rmSync(dir, { recursive: true });
    }
  },
};
