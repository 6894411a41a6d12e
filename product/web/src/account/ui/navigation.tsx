// Navigation between the places of signed-in users, the same on every page of theirs.
import { CalendarDays, Globe, House, LibraryBig, type LucideIcon, Menu, Settings2 } from 'lucide-react';
import { type MouseEvent, type ReactNode, useEffect, useRef } from 'react';
import { type Place, type PlaceName, placesFor } from '../core/places.ts';
import { useSay } from '../text.ts';

/** Id of each page's `main`, to which the skip link leads. */
export const CONTENT_ID = 'content';

/** First link of the page. It moves the focus itself, since a page may use the address's hash for its own. */
export function SkipLink() {
  const { say } = useSay();
  const skip = (event: MouseEvent): void => {
    event.preventDefault();
    document.getElementById(CONTENT_ID)?.focus();
  };
  return (
    <a className="skip-link" href={`#${CONTENT_ID}`} onClick={skip}>
      {say('nav.skip')}
    </a>
  );
}

const icons: Readonly<Record<PlaceName, LucideIcon>> = {
  home: House,
  meetings: CalendarDays,
  library: LibraryBig,
  admin: Settings2,
  console: Globe,
};

interface NavigationProps {
  readonly scopes: readonly string[];
  readonly place: PlaceName;
}

/** A bar of places; in a small window a menu of the same places. */
export function Navigation({ scopes, place }: NavigationProps) {
  const { say } = useSay();
  const links = <PlaceLinks places={placesFor(scopes)} current={place} />;
  return (
    <>
      <nav className="place-bar" aria-label={say('nav.places')}>
        {links}
      </nav>
      <MenuBox className="place-menu" label={say('nav.menu')} icon={<Menu size={22} aria-hidden="true" />}>
        <nav aria-label={say('nav.places')}>{links}</nav>
      </MenuBox>
    </>
  );
}

function PlaceLinks({ places, current }: { places: readonly Place[]; current: PlaceName }) {
  const { say } = useSay();
  return places.map(({ name, href }) => {
    const Icon = icons[name];
    return (
      <a key={name} href={href} aria-current={name === current ? 'page' : undefined}>
        <Icon size={18} aria-hidden="true" />
        {say(`nav.${name}`)}
      </a>
    );
  });
}

interface MenuBoxProps {
  readonly className?: string;
  readonly label: string;
  readonly icon: ReactNode;
  readonly children: ReactNode;
}

/** A button with a menu below it, which closes by a choice, by Escape and when the focus leaves it. */
export const MenuBox = ({ className = '', label, icon, children }: MenuBoxProps) => (
  <details
    className={`account-menu relative ${className}`}
    onBlur={({ currentTarget, relatedTarget }) => {
      if (relatedTarget !== null && !currentTarget.contains(relatedTarget)) currentTarget.open = false;
    }}
    onClick={({ currentTarget, target }) => {
      if (target instanceof Element && target.closest('a, button') !== null) currentTarget.open = false;
    }}
    onKeyDown={({ currentTarget, key }) => {
      if (key !== 'Escape' || !currentTarget.open) return;
      currentTarget.open = false;
      currentTarget.querySelector('summary')?.focus();
    }}
  >
    <summary className="icon-button bare" aria-label={label}>
      {icon}
    </summary>
    <div className="account-menu-body absolute grid gap-2px bordered rounded-m bg-surface shadow">{children}</div>
  </details>
);

interface SectionNavProps<Name extends string> {
  readonly label: string;
  readonly sections: readonly { readonly name: Name; readonly href: string; readonly text: ReactNode }[];
  readonly icons: Readonly<Record<Name, LucideIcon>>;
  readonly current: Name | undefined;
  /** Opens a section without loading the page anew. */
  readonly onOpen?: (href: string) => void;
}

/** Navigation between the pages of a place, in a row that scrolls in a small window. */
export function SectionNav<Name extends string>(props: SectionNavProps<Name>) {
  const { label, sections, icons: ofPages, current, onOpen } = props;
  const currentLink = useRef<HTMLAnchorElement>(null);
  // In a small window the row is wider than the page, so its current link must be scrolled into view.
  useEffect(() => currentLink.current?.scrollIntoView({ block: 'nearest', inline: 'center' }), []);
  return (
    <nav className="section-nav flex gap-2px" aria-label={label} hidden={sections.length === 0}>
      {sections.map(({ name, href, text }) => {
        const Icon: LucideIcon = ofPages[name];
        return (
          <a
            key={name}
            ref={name === current ? currentLink : undefined}
            href={href}
            aria-current={name === current ? 'page' : undefined}
            onClick={(event) => {
              if (onOpen === undefined || event.ctrlKey || event.metaKey || event.shiftKey) return;
              event.preventDefault();
              onOpen(href);
            }}
          >
            <Icon size={18} aria-hidden="true" />
            {text}
          </a>
        );
      })}
    </nav>
  );
}
