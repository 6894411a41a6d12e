import { MeridianApiError } from '@meridian/api-client';
import { Plus, Trash2 } from 'lucide-react';
import { useEffect, useState } from 'react';
import { Choose, Field } from '../../account/ui/fields.tsx';
import { AskDialog } from '../../admin/ui/ask-dialog.tsx';
import { Loading } from '../../admin/ui/table.tsx';
import { useFocusFirstInvalid } from '../alarms/use-focus-first-invalid.ts';
import type { ConsoleApi } from '../api.ts';
import type { CostReport, CostSettings } from '../types.ts';
import {
  faultsFromPointers,
  faultsOf,
  formOf,
  LINES_MAX,
  lists,
  type PriceFaults,
  type PriceForm,
  type PriceLine,
  type PriceList,
  pricesOf,
  withLine,
} from './core/prices.ts';
import type { CostWords } from './words.ts';

interface PricesProps {
  words: CostWords;
  api: ConsoleApi;
  /** Reports whose regions and kinds of nodes the form offers. */
  reports: readonly CostReport[];
  onSaved(): void;
  onClose(): void;
}

export function PricesDialog({ words, api, reports, onSaved, onClose }: PricesProps) {
  const { say } = words;
  const { form, setForm, isAssumed, failed } = usePrices(api);
  const [tries, setTries] = useState(0);
  const [refused, setRefused] = useState<PriceFaults>({});
  useFocusFirstInvalid(tries);
  const save = async (): Promise<void> => {
    if (form === undefined) return;
    try {
      await api.put('/cost/settings', pricesOf(form));
    } catch (error) {
      if (error instanceof MeridianApiError) setRefused(faultsFromPointers(error.errors.map(({ pointer }) => pointer)));
      setTries((last) => last + 1);
      throw error;
    }
    onSaved();
  };
  const found = form === undefined ? {} : faultsOf(form);
  const isReady = (): boolean => {
    const isRight = form !== undefined && Object.keys(found).length === 0;
    if (!isRight) setTries((last) => last + 1);
    return isRight;
  };
  const change = (next: PriceForm): void => {
    setRefused({});
    setForm(next);
  };
  // Errors show from the first attempt on.
  const faults = tries === 0 ? {} : { ...refused, ...found };
  return (
    <AskDialog
      title={say('prices')}
      button={say('save')}
      failed={say('notSaved')}
      className="wide"
      {...{ isReady, onClose }}
      act={save}
    >
      {form !== undefined ? (
        <>
          <p className="admin-question">{say(isAssumed ? 'pricesAssumed' : 'pricesLead')}</p>
          <Form {...{ words, form, faults }} choices={choicesOf(form, reports)} onChange={change} />
        </>
      ) : failed ? (
        <p role="alert">{say('notLoaded')}</p>
      ) : (
        <Loading />
      )}
    </AskDialog>
  );
}

function usePrices(api: ConsoleApi) {
  const [form, setForm] = useState<PriceForm>();
  const [isAssumed, setAssumed] = useState(false);
  const [failed, setFailed] = useState(false);
  useEffect(() => {
    let isOpen = true;
    api.get<CostSettings>('/cost/settings').then(
      (read) => {
        if (!isOpen) return;
        setForm(formOf(read.prices));
        setAssumed(read.isAssumed);
      },
      () => isOpen && setFailed(true),
    );
    return () => {
      isOpen = false;
    };
  }, [api]);
  return { form, setForm, isAssumed, failed };
}

interface Choices {
  readonly kinds: readonly string[];
  readonly regions: readonly string[];
}

/** Returns the regions and kinds of nodes that occur in the reports or in lines of the form. */
function choicesOf(form: PriceForm, reports: readonly CostReport[]): Choices {
  const lines = [...form.nodeHours, ...form.traffic];
  const regionReports = reports.filter(({ by }) => by === 'region');
  const sorted = (names: readonly string[]) => [...new Set(names)].filter((name) => name !== '').sort();
  return {
    kinds: sorted([
      ...lines.map(({ kind }) => kind),
      ...regionReports.flatMap(({ kinds }) => kinds.map((one) => one.kind)),
    ]),
    regions: sorted([
      ...lines.map(({ region }) => region),
      ...regionReports.flatMap(({ rows }) => rows.map(({ key }) => key)),
    ]),
  };
}

interface FormProps {
  words: CostWords;
  form: PriceForm;
  faults: PriceFaults;
  choices: Choices;
  onChange(form: PriceForm): void;
}

function Form({ words, form, faults, choices, onChange }: FormProps) {
  const { say } = words;
  return (
    <>
      <Field
        label={say('currency')}
        hint={say('currencyHint')}
        className="cost-currency"
        maxLength={3}
        autoComplete="off"
        spellCheck={false}
        value={form.currency}
        error={faults['currency'] === undefined ? undefined : say('currencyWrong')}
        onText={(text) => onChange({ ...form, currency: text.toUpperCase() })}
      />
      {lists.map((list) => (
        <Lines key={list} {...{ words, form, faults, choices, list, onChange }} />
      ))}
    </>
  );
}

function Lines({ words, form, faults, choices, list, onChange }: FormProps & { list: PriceList }) {
  const { say } = words;
  const lines = form[list];
  const set = (next: readonly PriceLine[]): void => onChange({ ...form, [list]: next });
  return (
    <fieldset className="cost-lines grid gap-3 min-w-0 m-0 p-0 border-0" data-list={list} data-testid={`lines-${list}`}>
      <legend>{say(`list.${list}`)}</legend>
      {lines.length === 0 ? <p className="faint">{say('noLines')}</p> : null}
      {lines.map((line, at) => (
        <Line
          key={line.id}
          {...{ words, choices, list, line }}
          number={at + 1}
          fault={faults[`${list}/${at}`]}
          onChange={(change) => set(lines.map((one) => (one === line ? { ...one, ...change } : one)))}
          onDrop={() => set(lines.filter((one) => one !== line))}
        />
      ))}
      <button
        type="button"
        className="button small"
        disabled={lines.length >= LINES_MAX}
        onClick={() => onChange(withLine(form, list))}
      >
        <Plus size={16} aria-hidden="true" />
        {say('addLine')}
      </button>
    </fieldset>
  );
}

interface LineProps {
  words: CostWords;
  choices: Choices;
  list: PriceList;
  line: PriceLine;
  /** Number of the line, counted from 1. */
  number: number;
  fault: PriceFaults[string] | undefined;
  onChange(change: Partial<PriceLine>): void;
  onDrop(): void;
}

function Line({ words, choices, list, line, number, fault, onChange, onDrop }: LineProps) {
  const { say } = words;
  const dropText = say('dropLine', { line: number });
  return (
    <fieldset
      className="cost-line grid gap-2 items-start w-full min-w-0 m-0 p-0 border-0"
      aria-label={say('line', { line: number })}
    >
      {list === 'nodeHours' ? (
        <Choose
          label={say('kind')}
          value={line.kind}
          options={[['', say('allKinds')], ...choices.kinds.map((kind) => [kind, words.kind(kind)] as const)]}
          onChoose={(kind) => onChange({ kind })}
        />
      ) : null}
      <Choose
        label={say('region')}
        value={line.region}
        options={[['', say('allRegions')], ...choices.regions.map((one) => [one, words.place(one)] as const)]}
        onChoose={(region) => onChange({ region })}
      />
      {list === 'traffic' ? (
        <Choose
          label={say('unit')}
          value={line.unit}
          options={(['GB', 'Mbps95'] as const).map((unit) => [unit, say(`unit.${unit}`)] as const)}
          onChoose={(unit) => onChange({ unit })}
        />
      ) : null}
      <Field
        label={say('price')}
        inputMode="decimal"
        autoComplete="off"
        value={line.price}
        error={fault === undefined ? undefined : say(`fault.${fault}`, { line: number })}
        onText={(price) => onChange({ price })}
      />
      <button type="button" className="icon-button bare" aria-label={dropText} title={dropText} onClick={onDrop}>
        <Trash2 size={18} aria-hidden="true" />
      </button>
    </fieldset>
  );
}
