// Datagrams of this cloud that do not arrive: rules of nftables on loopback, for its addresses and ports alone. Needs
// root (Linux).
import { execFileSync } from 'node:child_process';
import { owned } from '../../../test/support/owned.ts';

const TABLE = `meridian_dial_${process.pid}`;

const nft = (rule: string): void => void execFileSync('nft', [rule], { stdio: ['ignore', 'ignore', 'pipe'] });

/** Drops what these rules match, until the answer is called; idempotent. */
export function cut(rules: readonly string[]): () => void {
  const begin = `add table ip ${TABLE}; add chain ip ${TABLE} in { type filter hook input priority 0; }`;
  nft([begin, ...rules.map((rule) => `add rule ip ${TABLE} in ${rule} drop`)].join('; '));
  let isHealed = false;
  const heal = (): void => {
    if (isHealed) return;
    isHealed = true;
    disown();
    nft(`delete table ip ${TABLE}`);
  };
  const disown = owned('rules of nftables', heal);
  return heal;
}
