// Names and help texts of the simulator's suites with commands of their own.

export const ownSuites = [
  {
    name: 'liveness',
    says: 'how soon a death is detected and people have sessions again, how often a living node is declared dead',
  },
  {
    name: 'growth',
    says: 'hosts are added and drained under load: how soon they have full weight, how many sessions are dropped',
  },
] as const;

export type OwnSuite = (typeof ownSuites)[number]['name'];

export const helpTextOf = (suite: OwnSuite): string => ownSuites.find(({ name }) => name === suite)?.says ?? '';

export function ownSuiteOf(argv: readonly string[]): OwnSuite | undefined {
  const asked = argv.includes('--suite') ? argv[argv.indexOf('--suite') + 1] : undefined;
  return ownSuites.find(({ name }) => name === asked || argv.includes(`--suite=${name}`))?.name;
}
