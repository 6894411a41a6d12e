import { weekDayOf, weekDays } from '../../core/local-time.ts';
import type { formProblems, MeetingForm } from '../core/form.ts';
import {
  COUNT_MAX,
  EVERY_MAX,
  type Repeat,
  type RepeatEnd,
  type RepeatKind,
  repeatKinds,
  usualEnd,
  withKind,
} from '../core/repeat.ts';
import { kindText, weekDayNames } from '../core/words.ts';
import { useSay } from '../text.ts';
import { Choose, Field } from './fields.tsx';

export interface FormPartProps {
  form: MeetingForm;
  change(fields: Partial<MeetingForm>): void;
  problems: ReturnType<typeof formProblems>;
}

export function RepeatFields({ form, change, problems }: FormPartProps) {
  const { say, locale } = useSay();
  const { repeat, day } = form;
  const set = (fields: Partial<Repeat>): void => change({ repeat: { ...repeat, ...fields } });
  const kinds: RepeatKind[] = repeat.rule === '' ? [...repeatKinds] : [...repeatKinds, 'other'];
  const isPlain = repeat.kind === 'none' || repeat.kind === 'other';
  return (
    <div className="repeat">
      <Choose
        label={say('form.repeat')}
        value={repeat.kind}
        options={kinds.map((kind) => [kind, kindText(kind, { day, rule: repeat.rule }, { say, locale })])}
        error={problems.repeat && say(problems.repeat)}
        onChoose={(kind) => change({ repeat: withKind(repeat, kind, day) })}
      />
      {repeat.kind === 'weekly' ? <WeekDays day={day} repeat={repeat} onDays={(days) => set({ days })} /> : null}
      {isPlain ? null : (
        <div className="repeat-end">
          {repeat.kind === 'weekdays' ? null : <IntervalField repeat={repeat} onEvery={(every) => set({ every })} />}
          <End end={repeat.end} day={day} onEnd={(end) => set({ end })} />
        </div>
      )}
    </div>
  );
}

function WeekDays({ day, repeat, onDays }: { day: string; repeat: Repeat; onDays(days: Repeat['days']): void }) {
  const { say, locale } = useSay();
  const [short, long] = [weekDayNames(locale, 'weekday'), weekDayNames(locale, 'longWeekday')];
  const start = weekDayOf(day);
  return (
    <fieldset className="week-days grid gap-6px min-w-0 m-0 p-0 border-0">
      <legend className="field-label">{say('form.days')}</legend>
      {weekDays.map((one, at) => {
        const isOn = one === start || repeat.days.includes(one);
        return (
          <button
            key={one}
            type="button"
            aria-pressed={isOn}
            aria-label={long[at]}
            disabled={one === start}
            onClick={() => onDays(isOn ? repeat.days.filter((other) => other !== one) : [...repeat.days, one])}
          >
            {short[at]}
          </button>
        );
      })}
    </fieldset>
  );
}

function IntervalField({ repeat, onEvery }: { repeat: Repeat; onEvery(every: number): void }) {
  const { say } = useSay();
  const unit =
    repeat.kind === 'daily' ? 'form.everyDays' : repeat.kind === 'weekly' ? 'form.everyWeeks' : 'form.everyMonths';
  return (
    <Field
      label={`${say('form.every')} … ${say(unit)}`}
      type="number"
      inputMode="numeric"
      min={1}
      max={EVERY_MAX}
      value={Number.isNaN(repeat.every) ? '' : repeat.every}
      onText={(text) => onEvery(Number.parseInt(text, 10))}
    />
  );
}

function End({ end, day, onEnd }: { end: RepeatEnd; day: string; onEnd(end: RepeatEnd): void }) {
  const { say } = useSay();
  const ends = {
    until: usualEnd(day),
    count: { kind: 'count', count: 10 },
    never: { kind: 'never' },
  } as const;
  return (
    <>
      <Choose
        label={say('form.end')}
        value={end.kind}
        options={(['until', 'count', 'never'] as const).map((kind) => [kind, say(`form.end.${kind}`)])}
        onChoose={(kind) => onEnd(ends[kind])}
      />
      {end.kind === 'until' ? (
        <Field
          label={say('form.endDay')}
          type="date"
          min={day}
          value={end.day}
          onText={(last) => onEnd({ kind: 'until', day: last })}
        />
      ) : null}
      {end.kind === 'count' ? (
        <Field
          label={say('form.endCount')}
          type="number"
          inputMode="numeric"
          min={1}
          max={COUNT_MAX}
          value={Number.isNaN(end.count) ? '' : end.count}
          onText={(text) => onEnd({ kind: 'count', count: Number.parseInt(text, 10) })}
        />
      ) : null}
    </>
  );
}
