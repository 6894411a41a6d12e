// Datagrams of this cloud that do not arrive: rules of nftables on loopback, for its addresses and ports alone. Needs
// root (Linux).
import { execFileSync } from 'node:child_process';
import { owned } from '../../../test/support/owned.ts';

let cuts = 0;

const nft = (rule: string): void => void execFileSync('nft', [rule], { stdio: ['ignore', 'ignore', 'pipe'] });

/** Drops what these rules match, until the answer is called; idempotent. */
export function cut(rules: readonly string[]): () => void {
  cuts += 1;
  const table = `meridian_dial_${process.pid}_${cuts}`;
  const begin = `add table ip ${table}; add chain ip ${table} in { type filter hook input priority 0; }`;
  nft([begin, ...rules.map((rule) => `add rule ip ${table} in ${rule} drop`)].join('; '));
  let isHealed = false;
  const heal = (): void => {
    if (isHealed) return;
    isHealed = true;
    disown();
    nft(`delete table ip ${table}`);
  };
  const disown = owned('rules of nftables', heal);
  return heal;
}
