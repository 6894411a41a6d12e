import { useMemo } from 'react';
import { useTexts } from '../../admin/text.ts';
import { dayOf } from '../../core/local-time.ts';
import { placeName } from '../../core/place-name.ts';
import { timeFormat } from '../../core/time-formats.ts';
import { useLanguage } from '../../ui/language.tsx';
import type { DialCell, DialFault } from '../types.ts';
import { type DialChoice, type Health, successShare } from './core/state.ts';
import { type DialKey, dialTexts } from './text.ts';

export type DialWords = ReturnType<typeof useDialWords>;

export function useDialWords(timeZone: string) {
  const { say, locale } = useTexts(dialTexts);
  const { language } = useLanguage();
  return useMemo(() => {
    const place = (region: string): string => placeName(region, language);
    const count = (value: number): string => value.toLocaleString(locale);
    const reader = { locale, timeZone };
    const clock = timeFormat('time', reader);
    const dated = timeFormat('dayTime', reader);
    const exact = timeFormat('exactDayTime', reader);
    /** Formats a time; adds the date if it is not today. */
    const time = (at: string, nowMs: number): string => {
      const atMs = Date.parse(at);
      return (dayOf(atMs, timeZone) === dayOf(nowMs, timeZone) ? clock : dated)(atMs);
    };
    const stage = (name: string): string => say(`stage.${name}` as DialKey);
    const share = (cell: DialCell): string => successShare(cell).toLocaleString(locale, { style: 'percent' });
    const choice = ({ kind, region, toRegion }: DialChoice): string => {
      const regionNames = { region: place(region), from: place(toRegion) };
      if (kind === 'pair') return say('cellPair', regionNames);
      if (kind === 'stream') return say(toRegion === '' ? 'cellStream' : 'cellStreamTo', regionNames);
      return say(kind === 'call' ? 'cellCall' : 'cellBooking', regionNames);
    };
    return {
      say,
      locale,
      place,
      count,
      exactTime: (at: string): string => exact(Date.parse(at)),
      stage,
      share,
      choice,
      ms: (value: number | undefined): string =>
        value === undefined ? '–' : say('ms', { value: count(Math.round(value)) }),
      cell: (shownChoice: DialChoice, cell: DialCell | undefined, health: Health): string =>
        cell === undefined
          ? `${choice(shownChoice)}: ${say('health.none')}`
          : say('cellLabel', {
              what: choice(shownChoice),
              health: say(`health.${health}`),
              share: share(cell),
              tried: count(cell.tried),
            }),
      fault: (fault: DialFault, nowMs: number): string => {
        const { what, region, others } = fault;
        return say(`fault.${what}`, {
          region: place(region),
          others: others.map(place).join(say('comma')),
          stage: fault.stage === '' ? '' : stage(fault.stage),
          time: time(fault.since, nowMs),
        });
      },
    };
  }, [say, locale, language, timeZone]);
}
