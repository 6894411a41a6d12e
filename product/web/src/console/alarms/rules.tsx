// Rules with their limits: meaning, origin, and changes.
import { Pencil } from 'lucide-react';
import { useState } from 'react';
import { Check, Choose, Field } from '../../account/ui/fields.tsx';
import { useTexts } from '../../admin/text.ts';
import { LoadTrouble, Part, State } from '../../admin/traffic/parts.tsx';
import { AskDialog } from '../../admin/ui/ask-dialog.tsx';
import { useApiQuery } from '../../admin/ui/queries.ts';
import { type Column, Loading, RowsTable } from '../../admin/ui/table.tsx';
import type { ConsoleApi } from '../api.ts';
import { type AlarmRule, alarmSeverities } from '../types.ts';
import { isShare } from './core/figures.ts';
import { isUsual, type RuleField, ruleChange, ruleErrors, ruleForm, usualForm } from './core/forms.ts';
import { Severity } from './parts.tsx';
import { limitSourceOf, ruleMeaning } from './sentences.ts';
import { settingsTexts } from './settings-text.ts';
import { alarmTexts } from './text.ts';
import { useFocusFirstInvalid } from './use-focus-first-invalid.ts';
import { useAlarmWords } from './words.ts';

export function Rules({ api }: { api: ConsoleApi }) {
  const { say } = useTexts(settingsTexts);
  const { value, problem, reload, set } = useApiQuery(['alarm rules'], () =>
    api.get<{ rules: readonly AlarmRule[] }>('/alarm-rules'),
  );
  const [changed, setChanged] = useState<AlarmRule>();
  const columns = useColumns(setChanged);
  return (
    <Part title={say('rules')}>
      <p className="faint">{say('rulesLead')}</p>
      {problem === undefined ? null : <LoadTrouble problem={problem} onRetry={reload} />}
      {value === undefined ? (
        problem === undefined ? (
          <Loading />
        ) : null
      ) : (
        <div className="alarm-table">
          <RowsTable label={say('rules')} rows={value.rules} columns={columns} keyOf={({ id }) => id} />
        </div>
      )}
      {changed === undefined ? null : (
        <RuleDialog
          api={api}
          rule={changed}
          onSaved={(saved) => set({ rules: (value?.rules ?? []).map((one) => (one.id === saved.id ? saved : one)) })}
          onClose={() => setChanged(undefined)}
        />
      )}
    </Part>
  );
}

/** Rules without a limit are only good or bad, without a measured value. */
const hasLimit = ({ unit, usual }: Pick<AlarmRule, 'unit' | 'usual'>): boolean => unit !== '' && usual.limit !== 0;

function useColumns(onChange: (rule: AlarmRule) => void): readonly Column<AlarmRule>[] {
  const { say, locale } = useTexts(settingsTexts);
  const { title, figure, language } = useAlarmWords();
  const seconds = (n: number): string => figure(n, 's');
  const usual = (text: string) => <span className="faint small">{say('changed', { usual: text })}</span>;
  const alarm = useTexts(alarmTexts);
  return [
    {
      key: 'rule',
      title: say('rule'),
      cell: ({ id, reason, limitSource }) => (
        <div className="admin-two alarm-rule">
          <strong>{title(id)}</strong>
          <span className="small">{ruleMeaning(id, reason, language)}</span>
          <details className="small faint">
            <summary>{say('source')}</summary>
            <LimitSource rule={id} source={limitSource} />
          </details>
        </div>
      ),
    },
    {
      key: 'severity',
      title: say('severity'),
      cell: ({ severity, usual: defaults }) => (
        <div className="admin-two">
          <Severity severity={severity} />
          {severity === defaults.severity ? null : usual(alarm.say(defaults.severity))}
        </div>
      ),
    },
    {
      key: 'limit',
      title: say('limit'),
      cell: ({ limit, unit, usual: defaults }) => (
        <div className="admin-two">
          <span className="nowrap">{hasLimit({ unit, usual: defaults }) ? figure(limit, unit) : '—'}</span>
          {limit === defaults.limit
            ? null
            : usual(figure(defaults.limit, unit) || defaults.limit.toLocaleString(locale))}
        </div>
      ),
    },
    {
      key: 'for',
      title: say('forS'),
      cell: ({ forS, usual: defaults }) => (
        <div className="admin-two">
          <span className="nowrap">{seconds(forS)}</span>
          {forS === defaults.forS ? null : usual(seconds(defaults.forS))}
        </div>
      ),
    },
    {
      key: 'state',
      title: say('state'),
      cell: ({ isOff }) => <State tone={isOff ? 'warn' : 'good'}>{say(isOff ? 'isOff' : 'on')}</State>,
    },
    {
      key: 'actions',
      title: '',
      cell: (rule) => (
        <div className="admin-buttons">
          <button
            type="button"
            className="button small quiet"
            aria-label={say('changeRule', { rule: title(rule.id) })}
            onClick={() => onChange(rule)}
          >
            <Pencil size={16} aria-hidden="true" />
            {say('change')}
          </button>
        </div>
      ),
    },
  ];
}

function LimitSource({ rule, source }: { rule: string; source: string }) {
  const { language } = useAlarmWords();
  const limitSource = limitSourceOf(rule, source, language);
  return <span lang={limitSource.language === 'zh' ? 'zh-CN' : 'en'}>{limitSource.text}</span>;
}

interface DialogProps {
  api: ConsoleApi;
  rule: AlarmRule;
  onSaved(rule: AlarmRule): void;
  onClose(): void;
}

function RuleDialog({ api, rule, onSaved, onClose }: DialogProps) {
  const { say } = useTexts(settingsTexts);
  const alarm = useTexts(alarmTexts);
  const { title, language, figure } = useAlarmWords();
  const [form, setForm] = useState(() => ruleForm(rule));
  const [errors, setErrors] = useState<readonly RuleField[]>([]);
  const [tries, setTries] = useState(0);
  useFocusFirstInvalid(tries);
  const errorOf = (field: RuleField): string | undefined =>
    errors.includes(field) ? say(`wrong.${field}`) : undefined;
  const { unit, usual } = rule;
  return (
    <AskDialog
      title={title(rule.id)}
      button={say('save')}
      failed={say('notSaved')}
      isReady={() => {
        const found = ruleErrors(form, rule);
        setErrors(found);
        setTries(tries + 1);
        return found.length === 0;
      }}
      act={async () =>
        onSaved(await api.patch<AlarmRule>(`/alarm-rules/${encodeURIComponent(rule.id)}`, ruleChange(form, rule)))
      }
      onClose={onClose}
    >
      <p className="admin-question">{ruleMeaning(rule.id, rule.reason, language)}</p>
      <Check label={say('isOn')} on={form.isOn} onChange={(isOn) => setForm({ ...form, isOn })} />
      <Choose
        label={say('severity')}
        value={form.severity}
        options={alarmSeverities.map((one) => [one, alarm.say(one)])}
        onChoose={(severity) => setForm({ ...form, severity })}
      />
      {!hasLimit(rule) ? null : (
        <Field
          label={say('limitIn', { unit: isShare(unit) ? '%' : unit })}
          inputMode="decimal"
          maxLength={16}
          hint={`${say('usual')}: ${figure(usual.limit, unit)}`}
          error={errorOf('limit')}
          value={form.limit}
          onText={(limit) => setForm({ ...form, limit })}
        />
      )}
      <Field
        label={say('forSeconds')}
        inputMode="numeric"
        maxLength={5}
        hint={`${say('forHint')} ${say('usual')}: ${figure(usual.forS, 's')}`}
        error={errorOf('forS')}
        value={form.forS}
        onText={(forS) => setForm({ ...form, forS })}
      />
      {isUsual(rule) ? null : (
        <div>
          <button type="button" className="button small quiet" onClick={() => setForm(usualForm(rule))}>
            {say('asUsual')}
          </button>
        </div>
      )}
    </AskDialog>
  );
}
