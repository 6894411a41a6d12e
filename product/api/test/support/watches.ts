import { rpc, type wire } from '@meridian/protocol';
import type { ItemRow } from '../../src/library/rows.ts';
import type { ScriptedLibrary } from './scripted-libraries.ts';
import type { TestApi } from './test-api.ts';

export const watchId = (name: string): string => name.padEnd(22, '-');

/** Returns the report of a playback: the first minute of an item, just now. */
export function watchOf(
  api: TestApi,
  { tenant, id: itemId, content: contentId }: Pick<ItemRow, 'tenant' | 'id' | 'content'>,
  o: wire.LibraryWatch.$Properties = {},
): wire.LibraryWatch.$Properties {
  const nowMs = api.clock.wallMs();
  const watch = {
    id: watchId('w1'),
    seq: 1,
    tenant,
    itemId,
    contentId,
    viewer: '',
    startedWallMs: nowMs - 60_000,
    lastWallMs: nowMs,
    startupMs: 400,
    watchedMs: 55_000,
    positionMs: 55_000,
    stalls: 2,
    stalledMs: 3000,
    seeks: 1,
    switches: 1,
    qualities: [{ name: '720p', watchedMs: 55_000 }],
    hasEnded: false,
    cache: 'edge-1.example.org',
  };
  return Object.assign(watch, o);
}

export const report = (
  api: TestApi,
  watches: wire.LibraryWatch.$Properties[],
  from: ScriptedLibrary = api.libraries.fra,
): Promise<wire.Empty> => from.sendToApi(rpc.libraryWatched, { watches });
