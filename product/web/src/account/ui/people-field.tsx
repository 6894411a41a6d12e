import { Mail } from 'lucide-react';
import { type KeyboardEvent, useEffect, useId, useRef, useState } from 'react';
import type { AccountApi } from '../api.ts';
import { addressesIn } from '../core/addresses.ts';
import { type Choice, choicesFor, guestOf, type Person, shownName, withPeople } from '../core/people.ts';
import { useSay } from '../text.ts';
import { type ColleagueSearch, useColleagues } from './colleagues.ts';
import { useMail } from './mail.ts';
import { PeopleChips } from './people-chips.tsx';

interface PeopleFieldProps {
  people: readonly Person[];
  /** Text in the field that is not yet a person. */
  typed: string;
  /** Whether submission was tried: then leftover text counts as an error. */
  isTried: boolean;
  api: AccountApi;
  ownId: string;
  onType(text: string): void;
  onPeople(people: readonly Person[]): void;
}

/** Field for invitees: colleagues by name, guests by address. A combobox (WAI-ARIA) after chips. */
export function PeopleField(props: PeopleFieldProps) {
  const { people, typed, isTried, api, ownId, onPeople } = props;
  const { say } = useSay();
  const mail = useMail();
  const id = useId();
  const input = useRef<HTMLInputElement>(null);
  const search = useColleagues(api, typed, ownId);
  const field = useChoosing(props, search, () => input.current?.focus());
  const { choices, active } = field;
  const isMissing = field.isOpen && choices.length === 0 && search.state !== 'idle';
  const isWrong = typed.trim() !== '' && isTried;
  const optionId = (index: number): string => `${id}-option-${index}`;
  return (
    <div className="field one-column">
      <label className="field-label" htmlFor={id}>
        {say('form.invitees')}
      </label>
      <PeopleChips
        people={people}
        onRole={(person, role) => onPeople(people.map((one) => (one === person ? { ...one, role } : one)))}
        onRemove={field.remove}
      />
      <input
        ref={input}
        id={id}
        className="input"
        type="text"
        role="combobox"
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        maxLength={2000}
        value={typed}
        aria-autocomplete="list"
        aria-expanded={choices.length > 0}
        aria-controls={`${id}-list`}
        aria-activedescendant={choices.length > 0 ? optionId(active) : undefined}
        aria-invalid={isWrong}
        aria-describedby={`${id}-help`}
        data-testid="invite"
        onChange={(event) => field.type(event.target.value)}
        onKeyDown={field.onKey}
        onBlur={field.leave}
      />
      <Options
        {...{ choices, active, optionId, isFresh: search.isFresh }}
        id={`${id}-list`}
        onChoose={field.choose}
        onPoint={field.point}
      />
      <span id={`${id}-help`} className={isWrong ? 'field-error' : 'field-hint'} hidden={isMissing && !isWrong}>
        {isWrong
          ? say('form.inviteeWrong', { text: typed.trim() })
          : say(mail === true ? 'form.inviteesHint' : 'form.inviteesHintSilent')}
      </span>
      <SearchNote {...{ search, isMissing }} announced={field.announced} count={choices.length} />
    </div>
  );
}

function useChoosing(
  { people, typed, onType, onPeople }: PeopleFieldProps,
  search: ColleagueSearch,
  focusField: () => void,
) {
  const { say } = useSay();
  const [isOpen, setIsOpen] = useState(false);
  const [at, point] = useState(0);
  const [announced, setAnnounced] = useState('');
  const choices = isOpen ? choicesFor(typed, search.found, people) : [];
  const active = Math.min(at, choices.length - 1);
  const add = (newPeople: readonly Choice[]): void => {
    onPeople(withPeople(people, newPeople));
    setAnnounced(newPeople.map((one) => say('form.added', { name: shownName(one) })).join(' '));
  };
  const takeAddresses = (text: string): void => {
    const { addresses, rest } = addressesIn(text);
    if (addresses.length > 0) add(addresses.map(guestOf));
    onType(rest);
  };
  const type = (text: string): void => {
    setIsOpen(true);
    point(0);
    setAnnounced('');
    if (/[,;\n]/.test(text)) takeAddresses(text);
    else onType(text);
  };
  const choose = (choice: Choice): void => {
    add([choice]);
    onType('');
    setIsOpen(false);
    focusField();
  };
  const remove = (person: Person): void => {
    onPeople(people.filter((one) => one !== person));
    setAnnounced(say('form.removed', { name: shownName(person) }));
    focusField();
  };
  const leave = (): void => {
    setIsOpen(false);
    takeAddresses(typed);
  };
  const onKey = (event: KeyboardEvent): void => {
    // During composition, Enter and arrows belong to the input method.
    if (event.nativeEvent.isComposing) return;
    const last = people.at(-1);
    const isHandled = keyActs(event.key, {
      choices: choices.length,
      isEmpty: typed === '',
      move: (by) => point((active + by + choices.length) % choices.length),
      open: () => setIsOpen(true),
      close: () => setIsOpen(false),
      choose: () => {
        const choice = search.isFresh ? choices[active] : undefined;
        if (choice !== undefined) choose(choice);
        else takeAddresses(typed);
      },
      removeLast: () => last !== undefined && remove(last),
    });
    if (isHandled) event.preventDefault();
  };
  return { isOpen, choices, active, announced, point, type, choose, remove, leave, onKey };
}

interface KeyActs {
  readonly choices: number;
  readonly isEmpty: boolean;
  move(by: 1 | -1): void;
  open(): void;
  close(): void;
  choose(): void;
  removeLast(): void;
}

/** Handles a key; returns false to leave it to the browser. */
function keyActs(key: string, o: KeyActs): boolean {
  if (key === 'ArrowDown' || key === 'ArrowUp') {
    if (o.choices === 0) o.open();
    else o.move(key === 'ArrowDown' ? 1 : -1);
    return true;
  }
  // Enter must not submit the form while a person is being typed.
  if (key === 'Enter' && !o.isEmpty) o.choose();
  else if (key === 'Backspace' && o.isEmpty) o.removeLast();
  // Escape must not close the dialog.
  else if (key === 'Escape' && o.choices > 0) o.close();
  else return false;
  return true;
}

interface OptionsProps {
  id: string;
  choices: readonly Choice[];
  active: number;
  isFresh: boolean;
  optionId(index: number): string;
  onChoose(choice: Choice): void;
  onPoint(index: number): void;
}

function Options({ id, choices, active, isFresh, optionId, onChoose, onPoint }: OptionsProps) {
  const { say } = useSay();
  const list = useRef<HTMLDivElement>(null);
  const isThere = choices.length > 0;
  useEffect(() => {
    if (isThere) list.current?.scrollIntoView({ block: 'nearest' });
  }, [isThere]);
  useEffect(() => {
    list.current?.children[active]?.scrollIntoView({ block: 'nearest' });
  }, [active]);
  return (
    <div
      ref={list}
      id={id}
      className="choices"
      role="listbox"
      aria-label={say('form.colleagues')}
      aria-busy={!isFresh}
      hidden={!isThere}
    >
      {choices.map((choice, at) => (
        // biome-ignore lint/a11y/useKeyWithClickEvents lint/a11y/useFocusableInteractive: the field has focus and keys
        <div
          key={`${choice.userId} ${choice.email}`}
          id={optionId(at)}
          className="choice"
          role="option"
          aria-selected={at === active}
          onMouseDown={(event) => event.preventDefault()} // the field keeps the focus
          onMouseMove={() => onPoint(at)}
          onClick={() => onChoose(choice)}
        >
          {choice.userId === '' ? (
            <span className="ellipsis">
              <Mail size={15} aria-hidden="true" /> {say('form.guest', { email: choice.email })}
            </span>
          ) : (
            <>
              <strong className="ellipsis">{choice.name}</strong>
              <span className="ellipsis faint small">{choice.email}</span>
            </>
          )}
        </div>
      ))}
    </div>
  );
}

interface NoteProps {
  search: ColleagueSearch;
  /** Result of the last action, for screen readers. */
  announced: string;
  count: number;
  isMissing: boolean;
}

/** Result of a search: visible only without choices, else only for screen readers. */
function SearchNote({ search, announced, count, isMissing }: NoteProps) {
  const { say } = useSay();
  const texts = { idle: '', asking: 'form.finding', found: 'form.noneFound', failed: 'form.findFailed' } as const;
  const key = texts[search.state];
  const words = isMissing && key !== '' ? say(key) : announced;
  return (
    <span role="status" className={isMissing ? 'field-hint' : 'visually-hidden'} data-testid="invite-note">
      {count > 0 ? say('form.found', { count }) : words}
    </span>
  );
}
