import { testSeeds } from '../support/fault-seeds.ts';

testSeeds({ firstSeed: 11, seeds: 1990 });

// Worlds that nobody has looked at: a failure names its seed.
const today = Math.floor(Date.now() / 86_400_000);
testSeeds({ firstSeed: 10_000_000 + today * 1000, seeds: 500 });
