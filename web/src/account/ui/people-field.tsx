import { Mail, X } from 'lucide-react';
import { type KeyboardEvent, useEffect, useId, useRef, useState } from 'react';
import type { AccountApi } from '../api.ts';
import { addressesIn } from '../core/addresses.ts';
import type { Colleague, InviteeRole } from '../core/model.ts';
import { type Choice, choicesFor, guestOf, type Person, rolesFor, shownName, withPeople } from '../core/people.ts';
import { useSay } from '../text.ts';

interface PeopleFieldProps {
  people: readonly Person[];
  /** What is in the field and names nobody yet. */
  typed: string;
  /** The form was to be sent: what is left in the field is wrong. */
  isTried: boolean;
  api: AccountApi;
  ownId: string;
  onType(text: string): void;
  onPeople(people: readonly Person[]): void;
}

/** Whom to invite: colleagues by their names, guests by their addresses. A combobox (WAI-ARIA) in front of chips. */
export function PeopleField({ people, typed, isTried, api, ownId, onType, onPeople }: PeopleFieldProps) {
  const { say } = useSay();
  const id = useId();
  const [isOpen, setIsOpen] = useState(false);
  const [at, setAt] = useState(0);
  const [told, setTold] = useState('');
  const input = useRef<HTMLInputElement>(null);
  const search = useColleagues(api, typed, ownId);
  const choices = isOpen ? choicesFor(typed, search.found, people) : [];
  const active = Math.min(at, choices.length - 1);

  const type = (text: string): void => {
    setIsOpen(true);
    setAt(0);
    setTold('');
    if (/[,;\n]/.test(text)) takeAddresses(text);
    else onType(text);
  };
  const add = (more: readonly Choice[]): void => {
    onPeople(withPeople(people, more));
    setTold(more.map((one) => say('form.added', { name: shownName(one) })).join(' '));
  };
  const choose = (choice: Choice): void => {
    add([choice]);
    onType('');
    setIsOpen(false);
    input.current?.focus();
  };
  const remove = (person: Person): void => {
    onPeople(people.filter((one) => one !== person));
    setTold(say('form.removed', { name: shownName(person) }));
    input.current?.focus();
  };
  const takeAddresses = (text: string): void => {
    const { addresses, rest } = addressesIn(text);
    if (addresses.length > 0) add(addresses.map(guestOf));
    onType(rest);
  };
  const onKey = (event: KeyboardEvent): void => {
    // Enter and arrows choose among what a keyboard for Chinese offers.
    if (event.nativeEvent.isComposing) return;
    const last = people.at(-1);
    const done = keyActs(event.key, {
      choices: choices.length,
      isEmpty: typed === '',
      move: (by) => setAt((active + by + choices.length) % choices.length),
      open: () => setIsOpen(true),
      close: () => setIsOpen(false),
      choose: () => {
        const choice = search.isFresh ? choices[active] : undefined;
        if (choice !== undefined) choose(choice);
        else takeAddresses(typed);
      },
      removeLast: () => last !== undefined && remove(last),
    });
    if (done) event.preventDefault();
  };
  const isMissing = isOpen && choices.length === 0 && search.state !== 'idle';
  const isWrong = typed.trim() !== '' && isTried;
  const optionId = (index: number): string => `${id}-option-${index}`;
  return (
    <div className="field people-field">
      <label className="field-label" htmlFor={id}>
        {say('form.invitees')}
      </label>
      <Chips
        people={people}
        onRole={(person, role) => onPeople(people.map((one) => (one === person ? { ...one, role } : one)))}
        onRemove={remove}
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
        onChange={(event) => type(event.target.value)}
        onKeyDown={onKey}
        onBlur={() => {
          setIsOpen(false);
          takeAddresses(typed);
        }}
      />
      <Options
        {...{ choices, active, optionId, isFresh: search.isFresh }}
        id={`${id}-list`}
        onChoose={choose}
        onPoint={setAt}
      />
      <span id={`${id}-help`} className={isWrong ? 'field-error' : 'field-hint'} hidden={isMissing && !isWrong}>
        {isWrong ? say('form.inviteeWrong', { text: typed.trim() }) : say('form.inviteesHint')}
      </span>
      <SearchNote {...{ search, told, isMissing }} count={choices.length} />
    </div>
  );
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

/** What a key does in the field; false: what the browser makes of it. */
function keyActs(key: string, o: KeyActs): boolean {
  if (key === 'ArrowDown' || key === 'ArrowUp') {
    if (o.choices === 0) o.open();
    else o.move(key === 'ArrowDown' ? 1 : -1);
    return true;
  }
  // The form is not sent: one is still typing whom to invite.
  if (key === 'Enter' && !o.isEmpty) o.choose();
  else if (key === 'Backspace' && o.isEmpty) o.removeLast();
  // The dialog stays.
  else if (key === 'Escape' && o.choices > 0) o.close();
  else return false;
  return true;
}

interface ChipsProps {
  people: readonly Person[];
  onRole(person: Person, role: InviteeRole): void;
  onRemove(person: Person): void;
}

function Chips({ people, onRole, onRemove }: ChipsProps) {
  const { say } = useSay();
  if (people.length === 0) return null;
  return (
    <ul className="chips">
      {people.map((person) => {
        const name = shownName(person);
        return (
          <li key={`${person.userId} ${person.email} ${person.name}`} className="chip" title={person.email}>
            {person.userId === '' && person.email !== '' ? <Mail size={14} aria-hidden="true" /> : null}
            <span className="ellipsis">{name}</span>
            <select
              className="chip-role"
              aria-label={say('form.roleOf', { name })}
              value={person.role}
              onChange={(event) => onRole(person, event.target.value as InviteeRole)}
            >
              {rolesFor(person).map((one) => (
                <option key={one} value={one}>
                  {say(`form.role.${one}`)}
                </option>
              ))}
            </select>
            <button type="button" aria-label={say('form.remove', { name })} onClick={() => onRemove(person)}>
              <X size={16} aria-hidden="true" />
            </button>
          </li>
        );
      })}
    </ul>
  );
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
        // biome-ignore lint/a11y/useKeyWithClickEvents lint/a11y/useFocusableInteractive: the focus stays in the field, which has the keys
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
  search: Search;
  told: string;
  count: number;
  /** There is nothing to choose from. */
  isMissing: boolean;
}

/** What came of a search: seen where there is nothing to choose from, else only heard. */
function SearchNote({ search, told, count, isMissing }: NoteProps) {
  const { say } = useSay();
  const texts = { idle: '', asking: 'form.finding', found: 'form.nobodyFound', failed: 'form.findFailed' } as const;
  const key = texts[search.state];
  const words = isMissing && key !== '' ? say(key) : told;
  return (
    <span role="status" className={isMissing ? 'field-hint' : 'visually-hidden'} data-testid="invite-note">
      {count > 0 ? say('form.found', { count }) : words}
    </span>
  );
}

interface Search {
  readonly state: 'idle' | 'asking' | 'found' | 'failed';
  readonly found: readonly Colleague[];
  /** `found` is for what is in the field now. */
  readonly isFresh: boolean;
}

const TYPING_MS = 150;
const CHARACTERS_MIN = 2;
const nobody: readonly Colleague[] = [];

/** Colleagues for what is in the field; those found for a little more or less of it stay until there are others. */
function useColleagues(api: AccountApi, typed: string, ownId: string): Search {
  const text = typed.trim();
  const [last, setLast] = useState({ text: '', found: nobody, isFailed: false });
  useEffect(() => {
    if (text.length < CHARACTERS_MIN || text === last.text) return undefined;
    let gone = false;
    const timer = setTimeout(() => {
      api.find(text).then(
        (found) => !gone && setLast({ text, found: found.filter(({ id }) => id !== ownId), isFailed: false }),
        (error: unknown) => {
          console.info('Colleagues are not found:', error);
          if (!gone) setLast({ text, found: nobody, isFailed: true });
        },
      );
    }, TYPING_MS);
    return () => {
      gone = true;
      clearTimeout(timer);
    };
  }, [api, text, ownId, last.text]);
  if (text.length < CHARACTERS_MIN) return { state: 'idle', found: nobody, isFresh: true };
  const isFresh = text === last.text;
  const state = !isFresh ? 'asking' : last.isFailed ? 'failed' : 'found';
  const isNear = last.text !== '' && (text.startsWith(last.text) || last.text.startsWith(text));
  return { state, found: isNear ? last.found : nobody, isFresh };
}
