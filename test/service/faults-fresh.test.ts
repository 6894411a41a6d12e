// Other seeds every time, for a bounded time; the first of them is printed, and a failure names its own.
import { secureRng } from '@meridian/runtime';
import { testSeeds } from '../support/fault-seeds.ts';

const firstSeed = 100_000 + secureRng().int(1_000_000_000);
console.info(`fresh fault seeds from ${firstSeed} on`);

testSeeds({ firstSeed, seeds: 1_000_000, forMs: 20_000 });
