import { testSeeds } from '../support/fault-seeds.ts';

testSeeds({ firstSeed: 501, seeds: 500 });
