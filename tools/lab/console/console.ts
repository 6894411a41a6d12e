// `npm run lab -- console`: a world of the simulator in the operations console.
import { resolve } from 'node:path';
import { InvalidArgumentError, Option } from 'commander';
import { countOption, type LabCase } from '../../support/case.ts';
import { type Plant, plants } from './faults.ts';
import { feedAlone } from './fed.ts';
import { FeedProcess } from './feed-process.ts';
import { measured } from './measuring.ts';
import { Stage } from './stage.ts';
import { makeFedWorld } from './world.ts';

export const consoleCase: LabCase = {
  name: 'console',
  summary: 'the operations console of a large simulated world: smoothness, memory, back-pressure, time to see a fault',
  configure: (command) =>
    void command
      .option('--users <n>', 'people in rooms', countOption, 20_000)
      .option('--nodes <n>', 'media nodes', countOption, 120)
      .option(
        '--minutes <n>',
        'for which memory is watched; growth counts from the third on, so 5 or more',
        countOption,
        10,
      )
      .addOption(new Option('--store <name>', "the api's database").choices(['sqlite', 'postgres']).default('sqlite'))
      .option('--plant <list>', `faults, with commas: ${plants.join(',')}`, plantOption, [...plants])
      .option('--only-faults', 'plants them, and measures nothing else')
      .option('--seed <text>', 'of the world', 'console')
      .option('--screenshots <folder>', 'where pictures of the pages go')
      .option('--without-api', 'the centre alone: what it sees of the feed, and what a receiver gets of it'),
  run: async (options, say) => {
    const [users, nodes, seed] = [Number(options['users']), Number(options['nodes']), String(options['seed'])];
    const store = options['store'] === 'postgres' ? 'postgres' : 'sqlite';
    const [minutes, withApi] = [Number(options['minutes']), options['withoutApi'] !== true];
    const { places, source } = makeFedWorld({ users: 2, nodes, seed });
    const onlyFaults = options['onlyFaults'] === true;
    const stage = await Stage.start({ places, store, services: withApi ? ['api', 'web'] : [] });
    const feed = new FeedProcess();
    const o = { stage, feed, users, nodes, seed };
    try {
      if (!withApi) return { params: { users, nodes, seed, source }, ...(await feedAlone(o, say)) };
      const folder = options['screenshots'];
      const pictures = folder === undefined ? {} : { screenshots: resolve(String(folder)) };
      const found = await measured({ ...o, minutes, plant: options['plant'] as Plant[], onlyFaults, ...pictures }, say);
      return { params: { users, nodes, minutes, store, seed, source }, ...found };
    } finally {
      feed.end();
      await stage.close();
    }
  },
};

function plantOption(text: string): Plant[] {
  return text.split(',').map((name) => {
    const plant = plants.find((one) => one === name.trim());
    if (plant === undefined) throw new InvalidArgumentError(`of ${plants.join(', ')}`);
    return plant;
  });
}
