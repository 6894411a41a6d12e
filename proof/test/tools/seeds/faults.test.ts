import { testSeeds } from '../../../support/fault-seeds.ts';

testSeeds('ten small worlds keep every rule', { firstSeed: 1, seeds: 10 });
