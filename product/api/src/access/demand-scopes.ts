import { Problem } from '../http/problems.ts';
import type { Principal, Scope } from './core/scopes.ts';

/** Throws NOT_PERMITTED, with the scopes that the caller lacks. */
export function demandScopes({ scopes }: Pick<Principal, 'scopes'>, needed: readonly Scope[]): void {
  const missing = needed.filter((scope) => !scopes.has(scope));
  const scopesText = `scope${missing.length === 1 ? '' : 's'} ${missing.join(' ')}`;
  if (missing.length > 0) throw new Problem('NOT_PERMITTED', `this needs the ${scopesText}`);
}
