import { Mail, X } from 'lucide-react';
import type { InviteeRole } from '../core/model.ts';
import { type Person, rolesFor, shownName } from '../core/people.ts';
import { useSay } from '../text.ts';

export interface ChipsProps {
  people: readonly Person[];
  onRole(person: Person, role: InviteeRole): void;
  onRemove(person: Person): void;
}

export function PeopleChips({ people, onRole, onRemove }: ChipsProps) {
  const { say } = useSay();
  if (people.length === 0) return null;
  return (
    <ul className="flex flex-wrap gap-6px">
      {people.map((person) => {
        const name = shownName(person);
        return (
          <li
            key={`${person.userId} ${person.email} ${person.name}`}
            className="chip in-row gap-6px min-w-0 bordered rounded-full bg-raised"
            title={person.email}
          >
            {person.userId === '' && person.email !== '' ? <Mail size={14} aria-hidden="true" /> : null}
            <span className="ellipsis">{name}</span>
            <select
              className="chip-role flex-none border-0 rounded-s text-faint text-s"
              aria-label={say('form.roleOf', { name })}
              value={person.role}
              onChange={(event) => {
                const role = rolesFor(person).find((one) => one === event.target.value);
                if (role !== undefined) onRole(person, role);
              }}
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
