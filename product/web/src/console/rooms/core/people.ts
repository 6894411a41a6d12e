import { placeName } from '../../../core/place-name.ts';
import type { Language } from '../../../core/query.ts';
import type { ConsolePerson, Strength, StrengthCounts } from '../../types.ts';

const rank: Readonly<Record<Strength, number>> = { strong: 0, unknown: 1, medium: 2, weak: 3 };
const LOSS_WEIGHT = 0.5;

/** Returns a sort value that is higher for a weaker connection; loss decides between equal strengths. */
export const byStrength = ({ strength, loss = 0 }: Pick<ConsolePerson, 'strength' | 'loss'>): number =>
  rank[strength] + LOSS_WEIGHT * Math.min(1, loss);

export function countsOf(people: readonly Pick<ConsolePerson, 'strength'>[]): StrengthCounts {
  const counts = { strong: 0, medium: 0, weak: 0, unknown: 0 };
  for (const { strength } of people) counts[strength] += 1;
  return counts;
}

/** Formats a place with its country; omits the country if it has the same name. */
export function placeText(
  { place, countryCode }: Pick<ConsolePerson, 'place' | 'countryCode'>,
  language: Language,
): string {
  const parts = [...place.split(', '), countryCode]
    .filter((part) => part !== '')
    .map((part) => placeName(part, language));
  return [...new Set(parts)].join(language === 'zh' ? '，' : ', ');
}

/** Returns whether the last measurements of all these sessions are those of their ends. */
export const haveAllLeft = (people: readonly Pick<ConsolePerson, 'leftAt'>[]): boolean =>
  people.every(({ leftAt }) => leftAt !== undefined);
