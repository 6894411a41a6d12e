// Suites of the simulator that are commands of their own: what they are called, and what their help and that of
// `npm run sim` say of them.

/** As `--suite` takes them, besides those of the simulation of delay (`options.ts`). */
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

/** What a suite's own help says of it. */
export const saysOf = (suite: OwnSuite): string => ownSuites.find(({ name }) => name === suite)?.says ?? '';

/** Which of them a command line asks for. */
export function ownSuiteOf(argv: readonly string[]): OwnSuite | undefined {
  const asked = argv.includes('--suite') ? argv[argv.indexOf('--suite') + 1] : undefined;
  return ownSuites.find(({ name }) => name === asked || argv.includes(`--suite=${name}`))?.name;
}
