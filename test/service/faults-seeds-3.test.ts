import { testSeeds } from '../support/fault-seeds.ts';

testSeeds({ firstSeed: 1001, seeds: 500 });
