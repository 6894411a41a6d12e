// Distribution of a library node, assembled as in a real node, with small blocks.
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type ContentFolder, openContentFolder } from '@meridian/distribution';
import type { ChannelTarget } from '@meridian/distribution/streams';
import type { ApiLinks, TokenOrigin, Tokens } from '@meridian/node-shell';
import { type Clock, CloseStack, type Logger, type ServiceContext } from '@meridian/runtime';
import { RegionSink } from '../../../distribution/src/sinks/region-sink.ts';
import type { Store } from '../../../object-store/src/store.ts';
import type { LibraryConfig } from '../../src/config.ts';
import { type Distribution, type DistributionParts, startDistribution } from '../../src/distribution/start.ts';
import { insideFence } from '../../src/serving/fenced-tokens.ts';

/** Replaces 8 MiB. */
export const BLOCK_BYTES = 65_536;
export const KEY_PREFIX = '{t}:';

export interface DistributingOptions {
  readonly channels: readonly ChannelTarget[];
  readonly makeSink?: DistributionParts['makeSink'];
}

export interface Distributing extends Distribution {
  readonly folder: ContentFolder;
  /** Log of counted events: `given 2`, `receipt`, `ended`; a failure with its code. */
  readonly counted: readonly string[];
  /** Bytes served from the folder. */
  sentBytes(): number;
  close(): Promise<void>;
}

interface Node {
  readonly folder: string;
  readonly store: Store;
  readonly uploads: DistributionParts['uploads'];
  readonly api: ApiLinks;
  readonly clock: Clock;
  readonly log: Logger;
  readonly tokens: Tokens;
  readonly publicUrl: string;
  onRevoked(listener: (isEnded: (origin: TokenOrigin) => boolean) => void): void;
}

/** Starts distribution for the node `lib-1` in Frankfurt. */
export async function distributing(o: DistributingOptions, node: Node): Promise<Distributing> {
  const { clock, log, api, store, uploads, publicUrl } = node;
  const path = join(node.folder, 'distribution');
  const closeStack = new CloseStack({ log, clock, stepLimitMs: 5000 });
  const folder = await openContentFolder({
    folder: path,
    bytesMax: 10_000_000,
    parallel: 4,
    blockBytes: BLOCK_BYTES,
    clock,
    log,
  });
  closeStack.add('folder', () => folder.close());
  const distribution = { channels: [...o.channels], keyPrefix: KEY_PREFIX };
  const config = { id: 'lib-1', region: 'fra', publicUrl, distribution } as LibraryConfig;
  const counted: string[] = [];
  let sentBytes = 0;
  const started = startDistribution({ config, clock, log, closeStack } as ServiceContext<LibraryConfig>, {
    opened: { tokens: insideFence(node.tokens, 'fra'), onEnded: (listener) => node.onRevoked(listener) },
    api,
    store,
    uploads,
    folder,
    held: () => readdir(path),
    counts: {
      given: (count) => void counted.push(`given ${count}`),
      receipt: (code) => void counted.push(`receipt ${code}`.trimEnd()),
      hostedEnded: (code) => void counted.push(`ended ${code}`.trimEnd()),
      sent(bytes) {
        sentBytes += bytes;
      },
    },
    makeSink: o.makeSink ?? (() => new RegionSink(folder)),
  });
  if (started === undefined) throw new Error('it has channels');
  return Object.assign(started, {
    folder,
    counted,
    sentBytes: () => sentBytes,
    close: () => closeStack.close('the test is over'),
  });
}
