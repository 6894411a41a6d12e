// Two servers that have IPv6 alone, by the real commands and services: they find each other, and a programme that an
// encoder sends to one is played at the other.
import { join } from 'node:path';
import process from 'node:process';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { LoneHost } from '../support/lone-host.ts';

const WAIT = { timeout: 120_000, interval: 2000 };
const cli = join(import.meta.dirname, '../../../dist/services/meridian.js');
const words = (text: string): string[] => text.split(' ');
const encoder = words(
  'ffmpeg -nostdin -loglevel error -re -f lavfi -i testsrc=size=320x180:rate=15 -f lavfi -i sine=frequency=440 ' +
    '-c:v libx264 -preset ultrafast -tune zerolatency -g 15 -bf 0 -pix_fmt yuv420p -c:a aac -f flv',
);
/** Counts the packets of three seconds. */
const player = words(
  'ffprobe -v error -show_entries stream=codec_name,nb_read_packets -count_packets -read_intervals %+3 -of csv=p=0',
);
let first: LoneHost;
let second: LoneHost;
beforeAll(async () => {
  [first, second] = await LoneHost.openTwo();
});
afterAll(async () => {
  await second.close();
  await first.close();
});

/** The command line of REST, on the first server. */
async function rest(text: string): Promise<string> {
  const said = (await first.meridian('env')).text;
  const shell = [...said.matchAll(/^export (\w+)=(\S*)$/gm)].map(([, key = '', value = '']) => [key, value]);
  const env = Object.assign(Object.fromEntries(shell), { MERIDIAN_URL: 'http://127.0.0.1:7810' });
  const ended = await first.exec([process.execPath, cli, ...words(text)], env);
  expect(ended).toMatchObject({ code: 0 });
  return ended.text;
}

/** The address of a new stream key at the gateway of a host. */
async function addressOf(ip: string, key: string): Promise<string> {
  const printed = await rest(`live keys create hello ${key}`);
  return `rtmp://[${ip}]:1935/live/${/\/(?:live|hls)\/([\w-]+)/.exec(printed)?.[1]}`;
}

it('hosts of IPv6 meet, and media goes from one to the other', async () => {
  expect(await first.init()).toMatchObject({ code: 0 });
  first.run();
  await vi.waitFor(async () => expect(await first.meridian('doctor')).toMatchObject({ code: 0 }), WAIT);
  const invited = await first.meridian('invite', '--region', 'singapore', '--domain', 'sgp.example.org');
  const [line = ''] = /meridian-join:\S+(?=')/.exec(invited.text) ?? [];
  expect(line).toContain('[fd77::1]:7000');
  expect(await second.join(line)).toMatchObject({ code: 0, text: expect.stringContaining('centre at [fd77::1]:7000') });
  second.run();
  await rest('rooms create hello');
  first.start([...encoder, await addressOf('fd77::1', '--identity studio --use publish')]);
  const address = await addressOf('fd77::2', '--identity viewer --use play');
  await vi.waitFor(async () => {
    const { text } = await second.exec([...player, address]);
    expect(text).toMatch(/h264,[1-9]\d/);
    expect(text).toMatch(/aac,[1-9]\d/);
  }, WAIT);
});
