// Assembles the distribution of a library node (docs/adr/0038-distribution.md).
import type { ContentFolder, Sink } from '@meridian/distribution';
import { type Hub, type InboxPort, openInboxPort } from '@meridian/distribution/streams';
import type { ApiLinks, OpenedTokens, Tokens } from '@meridian/node-shell';
import type { Store, Streams } from '@meridian/object-store';
import type { ServiceContext } from '@meridian/runtime';
import type { FastifyInstance } from 'fastify';
import type { LibraryConfig } from '../config.ts';
import type { DistributionCounts } from '../metrics.ts';
import type { Uploads } from '../uploads/uploads.ts';
import { contentRoutes } from './contents.ts';
import { GoneContents } from './gone-contents.ts';
import { Hosted, type HostedReceiver } from './hosted.ts';
import { Polls } from './polls.ts';
import { distributionRoutes } from './routes.ts';
import { Surroundings } from './surroundings.ts';

export interface DistributionParts {
  readonly opened: { readonly tokens: Pick<Tokens, 'signed'> } & Pick<OpenedTokens, 'onEnded'>;
  readonly api: Pick<ApiLinks, 'call' | 'onLink'>;
  readonly store: Pick<Store, 'head'>;
  readonly uploads: Pick<Uploads, 'onErased'>;
  readonly folder: ContentFolder;
  readonly counts: DistributionCounts;
  makeSink(receiver: HostedReceiver): Sink;
  held(): Promise<readonly string[]>;
}

export interface Distribution {
  readonly polls: Polls;
  readonly hosted: Hosted;
  readonly gone: GoneContents;
  serve(app: FastifyInstance, streams: Streams): Promise<void>;
}

/** Returns undefined without channels. Everything that it opens, except the folder, is on the close stack. */
export function startDistribution(
  { config, clock, log, closeStack }: ServiceContext<LibraryConfig>,
  { opened, api, store, uploads, folder, counts, makeSink, held }: DistributionParts,
): Distribution | undefined {
  const { distribution, id, region, publicUrl } = config;
  if (distribution === undefined) return undefined;
  const { channels, keyPrefix } = distribution;
  const port: InboxPort = openInboxPort({ channels, keyPrefix, region, clock, log, hubId: id });
  closeStack.add('channels of notices', () => port.close());
  const self: Hub = { id, region, publicUrl };
  const surroundings = new Surroundings({ self, port, clock });
  closeStack.add('announcements', () => surroundings.close());
  const polls = new Polls({ port, surroundings, clock, onGiven: counts.given });
  closeStack.add('polls', () => polls.close());
  opened.onEnded((isEnded) => polls.endRevoked(isEnded));
  const onEnded = counts.hostedEnded;
  const hosted = new Hosted({ api, port, polls, surroundings, folder, clock, log, makeSink, onEnded });
  closeStack.add('hosted receivers', () => hosted.close());
  const gone = new GoneContents({ api, folder, surroundings, held, clock, log });
  closeStack.add('copies of contents that are gone', () => gone.close());
  uploads.onErased((content) => gone.remove(content));
  api.onLink(() => {
    void hosted.refresh();
    void gone.check();
  });
  return {
    polls,
    hosted,
    gone,
    async serve(app, streams) {
      const { tokens } = opened;
      contentRoutes(app, { tokens, store, streams, folder, surroundings, onBytes: counts.sent });
      await distributionRoutes(app, { tokens, port, polls, surroundings, clock, onReceipt: counts.receipt });
    },
  };
}
