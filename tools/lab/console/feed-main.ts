// The process of a feed: it obeys its parent and ends with it.
import process from 'node:process';
import { Feed } from './feed.ts';
import type { FeedAsked, FeedSaid } from './feed-process.ts';
import { makeFedWorld } from './world.ts';

let feed: Feed | undefined;
const say = (said: FeedSaid): void => void process.send?.(said);

async function obey(asked: FeedAsked): Promise<FeedSaid> {
  if ('register' in asked) {
    const { centre, ...o } = asked.register;
    feed = new Feed({ centre, world: makeFedWorld(o), seed: o.seed });
    await feed.register();
    return { id: asked.id };
  }
  if (feed === undefined) throw new Error('nothing is registered');
  if ('begin' in asked) await feed.begin();
  else if ('plantLoss' in asked) feed.plantLoss(asked.plantLoss.pair, asked.plantLoss.loss);
  else if ('plant' in asked) await feed.plant(asked.plant);
  else if ('killRegion' in asked) void feed.killRegion(asked.killRegion).catch(failed);
  else if ('reviveRegion' in asked) await feed.reviveRegion(asked.reviveRegion);
  else if ('kill' in asked) void feed.killNode(asked.kill).catch(failed);
  else if ('revive' in asked) await feed.reviveNode(asked.revive);
  return { id: asked.id, counts: feed.counts(), api: feed.linkedToApi };
}

const failed = (error: unknown): never => {
  say({ failed: error instanceof Error ? (error.stack ?? error.message) : String(error) });
  process.exit(1);
};

process.on('message', (asked: FeedAsked) => void obey(asked).then(say, failed));
process.once('disconnect', () => process.exit(0));
