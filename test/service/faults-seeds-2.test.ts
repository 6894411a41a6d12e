import { testSeeds } from '../support/fault-seeds.ts';

testSeeds({ firstSeed: 351, seeds: 350 });
