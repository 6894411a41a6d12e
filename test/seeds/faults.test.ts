import { testSeeds } from '../support/fault-seeds.ts';

testSeeds({ firstSeed: 1, seeds: 10 });
