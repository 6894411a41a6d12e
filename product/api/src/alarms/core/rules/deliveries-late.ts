// Late deliveries of files: a few are a problem of a site, many are a problem of the region.
import { type AlarmFacts, type AlarmRule, type JudgedSubject, percent } from '../rule.ts';

/** With fewer open deliveries, a share means little. */
export const OPEN_MIN = 10;

const common = { source: 'distribution', forMs: 30_000, clearForMs: 60_000 } as const;

export const deliveriesLate: AlarmRule = {
  ...common,
  id: 'deliveries-late',
  severity: 'warning',
  reason: 'Files have not reached receivers of a region by their deadline.',
  limit: 1,
  unit: '',
  limitSource: 'An order promises its deadline, so each missed one matters.',
  judge: (facts, limit) => judgedRegions(facts, ({ late }) => ({ value: late, isBad: late >= limit })),
};

export const deliveriesLateMany: AlarmRule = {
  ...common,
  id: 'deliveries-late-many',
  severity: 'critical',
  reason: `Many deliveries of a region are late at once; judged from ${OPEN_MIN} open deliveries with a deadline on.`,
  limit: 0.2,
  unit: 'share',
  limitSource: 'Sites that are offline make some deliveries late; a fifth at once has a common cause.',
  judge: (facts, limit) =>
    judgedRegions(facts, ({ open, late }) => {
      const value = open === 0 ? 0 : late / open;
      return { value, isBad: open >= OPEN_MIN && value >= limit };
    }),
};

type Region = NonNullable<AlarmFacts['deliveries']>[number];

const judgedRegions = (
  { deliveries }: AlarmFacts,
  verdictOf: (region: Region) => Pick<JudgedSubject, 'value' | 'isBad'>,
): readonly JudgedSubject[] | undefined =>
  deliveries?.map((one) => {
    const { region, open, late, oldestLateMs } = one;
    const { value, isBad } = verdictOf(one);
    const share = percent(open === 0 ? 0 : late / open);
    const oldest = `the oldest by ${Math.round(oldestLateMs / 60_000)} min`;
    const text = `${late} of ${open} open deliveries with a deadline to ${region} are late (${share}), ${oldest}.`;
    return { subject: region, value, isBad, labels: { region }, text };
  });
