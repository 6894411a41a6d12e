import { testSeeds } from '../support/fault-seeds.ts';

testSeeds({ firstSeed: 1501, seeds: 500 });
