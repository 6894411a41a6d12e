// Scripted library servers for tests of the player.
import { setImmediate } from 'node:timers/promises';
import { ManualClock } from '@meridian/runtime';
import { onTestFinished } from 'vitest';
import type { ItemLink } from '../../../src/library/core/model.ts';
import { Source } from '../../../src/library/play/source.ts';
import type { FileWanted, TransferListener, Transport } from '../../../src/library/play/transport.ts';

export const near = 'https://near.example.org/library/edge/lib-1/up_1';
export const far = 'https://far.example.org/library/edge/lib-1/up_1';
export const node = 'https://lib.example.org/library/contents';

export const linkOf = (token: string, change: Partial<ItemLink> = {}): ItemLink =>
  Object.assign(
    {
      id: token,
      pageUrl: `https://meet.example.org/watch#${token}`,
      url: `${node}/${token}/original`,
      expiresAt: '2026-11-28T00:00:00Z',
    },
    {
      playlistUrl: `${node}/${token}/renditions/master.m3u8`,
      playUrl: `https://lib.example.org/library/plays/${token}`,
    },
    change,
  );
export const basesOf = (token: string): string[] => [`${near}/${token}`, `${far}/${token}`, `${node}/${token}`];

export interface SentRequest extends FileWanted, TransferListener {
  isAborted: boolean;
}

/** Lets pending promises settle. */
export const settle = async (): Promise<void> => {
  for (let turn = 0; turn < 3; turn++) await setImmediate();
};

interface Script {
  readonly link?: ItemLink;
  places?(playUrl: string, signal: AbortSignal): Promise<unknown>;
  newLink?(): Promise<ItemLink>;
}

export async function scriptedPlaces(script: Script = {}) {
  const clock = new ManualClock();
  const sent: SentRequest[] = [];
  const asked: string[] = [];
  let links = 0;
  const transport: Transport = (wanted, heard) => {
    // An aborted request has no further events, as in a browser.
    const one: SentRequest = Object.assign({ isAborted: false }, wanted, {
      onHead: () => one.isAborted || heard.onHead(),
      onProgress: (loaded: number, total: number) => one.isAborted || heard.onProgress(loaded, total),
      onEnd: (status: number, body: unknown) => one.isAborted || heard.onEnd(status, body),
      onBroken: () => one.isAborted || heard.onBroken(),
    });
    sent.push(one);
    return {
      abort: () => {
        one.isAborted = true;
      },
    };
  };
  const source = Source.fromLink(script.link ?? linkOf('one'), {
    clock,
    places: (playUrl, signal) => {
      asked.push(playUrl);
      const token = playUrl.split('/').at(-1) ?? '';
      return script.places?.(playUrl, signal) ?? Promise.resolve({ bases: basesOf(token), renewMs: 60_000 });
    },
    link: () => {
      links += 1;
      return script.newLink?.() ?? Promise.resolve(linkOf(`new${links}`));
    },
  });
  if (source === undefined) throw new Error('the link has no playlist');
  onTestFinished(() => source.close());
  await settle();
  const last = (): SentRequest => {
    const latest = sent.at(-1);
    if (latest === undefined) throw new Error('nothing was sent');
    return latest;
  };
  return { clock, sent, asked, transport, source, last, links: () => links, urls: () => sent.map(({ url }) => url) };
}
