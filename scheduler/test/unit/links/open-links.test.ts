import { type Link, ManualClock } from '@meridian/runtime';
import { describe, expect, test } from 'vitest';
import { collectingLog } from '../../../../base/runtime/test/support/log.ts';
import { OpenLinks, REGISTER_MS } from '../../../src/adapters/links/open-links.ts';

function world() {
  const clock = new ManualClock();
  const closed: Link[] = [];
  const registered = new Set<Link>();
  const state = { leads: true };
  const links = new OpenLinks({
    clock,
    log: collectingLog().log,
    isIdle: (link) => state.leads && !registered.has(link),
  });
  const open = (id: string): Link => {
    const link = {
      remote: { id, kind: 'sfu', region: 'eu' },
      remoteAddress: '',
      close: () => {
        closed.push(link);
        links.delete(link);
      },
    } as unknown as Link;
    links.add(link);
    return link;
  };
  return { clock, closed, links, open, registered, state };
}

describe('a link without a registration', () => {
  test('is closed after REGISTER_MS, and a registered link stays', async () => {
    const { clock, closed, open, registered } = world();
    const idle = open('idle');
    registered.add(open('serving'));
    await clock.advance(REGISTER_MS - 1);
    expect(closed).toEqual([]);
    await clock.advance(10_000);
    expect(closed).toEqual([idle]);
  });

  test('stays while no centre leads, and then has its full time to register', async () => {
    const { clock, closed, links, open, state } = world();
    state.leads = false;
    const idle = open('idle');
    await clock.advance(10 * REGISTER_MS);
    expect(closed).toEqual([]);
    state.leads = true;
    links.restart();
    await clock.advance(REGISTER_MS - 1);
    expect(closed).toEqual([]);
    await clock.advance(10_000);
    expect(closed).toEqual([idle]);
  });
});
