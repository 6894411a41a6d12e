// The files that a browser loads with each page. The player page loads neither the meeting nor any protocol in advance;
// pages of signed-in users load no meeting, and of the API client only the calls.
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const dist = join(import.meta.dirname, '../../dist');
/** Files that a page references; the build lists all that its scripts import. */
const filesOf = (page: string): string[] =>
  [...readFileSync(join(dist, page), 'utf8').matchAll(/(?:src|href)="\/(assets\/[^"]+)"/g)].map(
    ([, file = '']) => file,
  );
const bytesOf = (page: string): number => filesOf(page).reduce((sum, file) => sum + statSync(join(dist, file)).size, 0);

describe('the player page', () => {
  it('is less than 340 kB unpacked, two thirds of it React', () => {
    expect(bytesOf('play.html')).toBeLessThan(340_000);
    expect(bytesOf('play.html')).toBeLessThan(bytesOf('index.html') / 3);
  });
  it('loads the code of a protocol, and the signaling code, only when it uses them', () => {
    const names = filesOf('play.html').map((file) => /assets\/([a-z-]+)-/.exec(file)?.[1]);
    expect(names).toContain('play');
    for (const name of ['sdk', 'protocol', 'hls', 'mpegts', 'h', 'by-webrtc', 'index'])
      expect(names).not.toContain(name);
  });
});

describe('the page of links to items', () => {
  it('is less than 380 kB unpacked, and loads the player and hls.js only to play', () => {
    expect(bytesOf('watch.html')).toBeLessThan(380_000);
    const names = filesOf('watch.html').map((file) => /assets\/([a-z-]+)-/.exec(file)?.[1]);
    expect(names).toContain('watch');
    for (const name of ['sdk', 'protocol', 'hls', 'mpegts', 'index', 'media-player', 'account'])
      expect(names).not.toContain(name);
  });
});

describe('the page of a meeting', () => {
  it('has the licence and the notices beside it, to which its page “About” links', () => {
    const script = filesOf('index.html')
      .map((file) => readFileSync(join(dist, file), 'utf8'))
      .join('');
    for (const name of ['LICENSE', 'NOTICE']) {
      expect(script).toContain(`/${name}.txt`);
      expect(readFileSync(join(dist, `${name}.txt`), 'utf8')).toBe(
        readFileSync(join(import.meta.dirname, '../../../..', name), 'utf8'),
      );
    }
  });
});

describe('the pages of signed-in users', () => {
  it('are less than 470 kB unpacked, half of it React', () => {
    expect(bytesOf('account.html')).toBeLessThan(470_000);
  });
  it('load neither the meeting nor uploads nor the code that signs tokens and webhooks', () => {
    const files = filesOf('account.html');
    const names = files.map((file) => /assets\/([a-z-]+)-/.exec(file)?.[1]);
    expect(names).toContain('account');
    for (const name of ['sdk', 'protocol', 'index']) expect(names).not.toContain(name);
    const text = files.map((file) => readFileSync(join(dist, file), 'utf8')).join('');
    const words = ['idempotency-key', 'HS256', 'webhook-signature', 'Tus-Resumable'];
    expect(words.filter((word) => text.includes(word))).toEqual(['idempotency-key']);
  });
});

describe('the page that checks the connection', () => {
  it('loads the calling code, and nothing of the meeting', () => {
    const names = filesOf('check.html').map((file) => /assets\/([a-z-]+)-/.exec(file)?.[1]);
    expect(names).toEqual(expect.arrayContaining(['check', 'sdk', 'protocol']));
    for (const name of ['index', 'account', 'effects', 'hls', 'mpegts']) expect(names).not.toContain(name);
    expect(bytesOf('check.html')).toBeLessThan(bytesOf('index.html') - 100_000);
  });
});

describe('the files that effects load', () => {
  it('are compressed on disk to less than a third', () => {
    const large = readdirSync(join(dist, 'assets')).filter((name) => /^vision_.*\.wasm$/.test(name));
    expect(large).toHaveLength(1);
    const bytes = (ending: string): number => statSync(join(dist, 'assets', `${large[0]}${ending}`)).size;
    for (const ending of ['.br', '.gz']) expect(bytes(ending)).toBeLessThan(bytes('') / 3);
  });
});

describe('the 404 page', () => {
  it('is small: styles, and a script that chooses the language', () => {
    expect(bytesOf('not-found.html')).toBeLessThan(60_000);
    const names = filesOf('not-found.html').map((file) => /assets\/([a-z-]+)-/.exec(file)?.[1]);
    expect(names).toContain('not-found');
    for (const name of ['react', 'sdk', 'protocol', 'index', 'account']) expect(names).not.toContain(name);
  });
});
