// Suites of the simulator with commands of their own: their names and help texts.

export const ownSuites = [
  {
    name: 'liveness',
    says: 'how soon a death is known, how soon its people sit again, how often a living node is taken for dead',
  },
  {
    name: 'growth',
    says: 'hosts that come and hosts that are drained, under load: how soon at full weight, how many sessions dropped',
  },
] as const;

export type OwnSuite = (typeof ownSuites)[number]['name'];

export const saysOf = (suite: OwnSuite): string => ownSuites.find(({ name }) => name === suite)?.says ?? '';

export function ownSuiteOf(argv: readonly string[]): OwnSuite | undefined {
  const asked = argv.includes('--suite') ? argv[argv.indexOf('--suite') + 1] : undefined;
  return ownSuites.find(({ name }) => name === asked || argv.includes(`--suite=${name}`))?.name;
}
