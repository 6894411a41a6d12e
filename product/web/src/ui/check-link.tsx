import { Gauge } from 'lucide-react';
import { checkHref } from '../room/check-link.ts';
import { useTranslate } from './language.tsx';

/** Link to the connection check. `isAside`: opens a new window, since the call continues in this one. */
export function CheckLink({ isAside = false }: { isAside?: boolean }) {
  const t = useTranslate();
  return (
    <a
      className="button small quiet check-link"
      href={checkHref()}
      target={isAside ? '_blank' : undefined}
      rel="noreferrer"
      data-testid="check-link"
    >
      <Gauge size={15} aria-hidden="true" />
      {t('check.link')}
    </a>
  );
}
