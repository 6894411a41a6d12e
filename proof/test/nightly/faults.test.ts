import { testSeeds } from '../../support/fault-seeds.ts';

testSeeds('two thousand small worlds keep every rule', { firstSeed: 11, seeds: 1990 });

// Each day has new worlds; a failure names its seed.
const today = Math.floor(Date.now() / 86_400_000);
testSeeds('five hundred small worlds of the day keep every rule', { firstSeed: 10_000_000 + today * 1000, seeds: 500 });
