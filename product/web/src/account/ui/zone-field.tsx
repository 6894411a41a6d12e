import { Check } from 'lucide-react';
import { type FocusEvent, type KeyboardEvent, memo, useEffect, useId, useMemo, useRef, useState } from 'react';
import { allZones, findZones, idFor, type Zone, type ZoneFacts, zoneOf } from '../core/zones.ts';
import { useSay } from '../text.ts';
import { useZoneIndex, type ZoneIndex } from './zone-index.ts';

interface ZoneFieldProps {
  /** The zone's name in the browser or the API. */
  value: string;
  onChoose(timeZone: string): void;
}

/** Field for a time zone: a combobox (WAI-ARIA) over all zones of the browser. */
export function ZoneField({ value, onChoose }: ZoneFieldProps) {
  const { say } = useSay();
  const id = useId();
  const field = useZoneChoice(value, onChoose);
  const { chosen, book: zoneIndex, isOpen, text, found, active } = field;
  const facts = zoneIndex.facts(chosen);
  const label = `${facts.city} (${facts.offset})`;
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    // The text is selected, so that typing replaces it.
    if (!isOpen && label !== '' && input.current === document.activeElement) input.current?.select();
  }, [isOpen, label]);
  const optionId = (index: number): string => `${id}-option-${index}`;
  return (
    <div className="field zone one-column">
      <label className="field-label" htmlFor={id}>
        {say('form.zone')}
      </label>
      <input
        ref={input}
        id={id}
        className="input select"
        type="text"
        role="combobox"
        autoComplete="off"
        spellCheck={false}
        maxLength={100}
        value={isOpen ? text : label}
        placeholder={isOpen ? say('zone.search') : undefined}
        aria-autocomplete="list"
        aria-expanded={isOpen}
        aria-controls={`${id}-list`}
        aria-activedescendant={isOpen && found.length > 0 ? optionId(active) : undefined}
        aria-describedby={`${id}-help`}
        data-testid="zone"
        onFocus={field.focus}
        onClick={field.open}
        onChange={(event) => field.type(event.target.value)}
        onKeyDown={field.onKey}
        onBlur={field.leave}
      />
      {isOpen ? (
        <ZoneList
          {...{ found, active, zoneIndex, optionId, chosenId: chosen.id }}
          id={`${id}-list`}
          onChoose={field.choose}
          onPoint={field.point}
        />
      ) : null}
      <span id={`${id}-help`} className="field-hint">
        {isOpen && found.length === 0 ? say(zoneIndex.isComplete ? 'zone.none' : 'common.loading') : zoneWords(facts)}
      </span>
      <span role="status" className="visually-hidden">
        {isOpen && text !== '' ? say('form.found', { count: found.length }) : ''}
      </span>
    </div>
  );
}

const zoneWords = ({ country, name }: ZoneFacts): string => [country, name].filter((text) => text !== '').join(' · ');

function useZoneChoice(value: string, onChoose: (timeZone: string) => void) {
  const [isOpen, setIsOpen] = useState(false);
  const [isWanted, setIsWanted] = useState(false);
  const [text, setText] = useState('');
  const [at, setAt] = useState(0);
  const zoneIndex = useZoneIndex(isOpen || isWanted);
  const chosen = useMemo(() => zoneOf(value), [value]);
  const all = useMemo(() => {
    const known = allZones();
    return known.some(({ id }) => id === chosen.id) ? known : [chosen, ...known];
  }, [chosen]);
  const found = isOpen ? findZones(text, all, zoneIndex.factsOfZone) : [];
  const active = Math.min(at, found.length - 1);
  const focus = (event: FocusEvent<HTMLInputElement>): void => {
    setIsWanted(true);
    event.target.select();
  };
  const open = (): void => {
    if (isOpen) return;
    setIsOpen(true);
    setText('');
    setAt(all.findIndex(({ id }) => id === chosen.id));
  };
  const type = (typed: string): void => {
    setIsOpen(true);
    setText(typed);
    setAt(0);
  };
  const choose = (zone: Zone): void => {
    setIsOpen(false);
    if (zone.id !== chosen.id) onChoose(idFor(zone));
  };
  const leave = (): void => {
    const [only] = found;
    if (isOpen && text !== '' && only !== undefined && found.length === 1) choose(only);
    setIsOpen(false);
  };
  const onKey = (event: KeyboardEvent): void => {
    if (event.nativeEvent.isComposing) return;
    const { key } = event;
    const zone = found[active];
    if (key === 'ArrowDown' || key === 'ArrowUp') {
      if (!isOpen) open();
      else if (found.length > 0) setAt((active + (key === 'ArrowDown' ? 1 : -1) + found.length) % found.length);
    } else if (key === 'Enter' && isOpen) {
      if (zone !== undefined) choose(zone);
    } else if (key === 'Escape' && isOpen)
      setIsOpen(false); // the dialog stays open
    else return;
    event.preventDefault();
  };
  return {
    chosen,
    book: zoneIndex,
    isOpen,
    text,
    found,
    active,
    focus,
    open,
    type,
    choose,
    leave,
    onKey,
    point: setAt,
  };
}

interface ZoneListProps {
  id: string;
  found: readonly Zone[];
  active: number;
  chosenId: string;
  zoneIndex: ZoneIndex;
  optionId(index: number): string;
  onChoose(zone: Zone): void;
  onPoint(index: number): void;
}

function ZoneList({ id, found, active, chosenId, zoneIndex, optionId, onChoose, onPoint }: ZoneListProps) {
  const { say } = useSay();
  const list = useRef<HTMLDivElement>(null);
  const isThere = found.length > 0;
  useEffect(() => {
    if (isThere) list.current?.scrollIntoView({ block: 'nearest' });
  }, [isThere]);
  useEffect(() => {
    list.current?.children[active]?.scrollIntoView({ block: 'nearest' });
  }, [active]);
  return (
    <div ref={list} id={id} className="choices" role="listbox" aria-label={say('form.zone')} hidden={!isThere}>
      {found.map((zone, at) => (
        // biome-ignore lint/a11y/useKeyWithClickEvents lint/a11y/useFocusableInteractive: the field has focus and keys
        <div
          key={zone.id}
          id={optionId(at)}
          className="choice zone-choice"
          role="option"
          aria-selected={at === active}
          data-zone={zone.id}
          onMouseDown={(event) => event.preventDefault()} // the field keeps the focus
          onMouseMove={() => onPoint(at)}
          onClick={() => onChoose(zone)}
        >
          <ZoneText zone={zone} facts={zoneIndex.factsOfZone(zone)} isChosen={zone.id === chosenId} />
        </div>
      ))}
    </div>
  );
}

/** Memoised: of four hundred zones only the changed ones render. */
const ZoneText = memo(({ zone, facts, isChosen }: { zone: Zone; facts: ZoneFacts | undefined; isChosen: boolean }) => (
  <>
    <strong className="ellipsis">
      {facts?.city ?? zone.city}
      {isChosen ? <Check size={15} aria-hidden="true" /> : null}
    </strong>
    <span className="text-soft text-s tabular">{facts?.offset}</span>
    <span className="ellipsis faint small">{facts === undefined ? zone.region : zoneWords(facts)}</span>
  </>
));
ZoneText.displayName = 'ZoneText';
