// Moves into a region where an instance places: that instance charges its nodes before the owner is asked to move the
// session.
import { expect, test } from 'vitest';
import type { Charged, RegionsPort } from '../../../src/placing/charging.ts';
import type { Placed } from '../../../src/placing/placing.ts';
import { RoomWorld } from '../support/room-world.ts';

const everywhere = { frankfurt: 1, paris: 1, stockholm: 1 };

/** Moves a client near Stockholm that was placed in Frankfurt; Stockholm's instance answers the charge by `answer`. */
async function corrected(answer: () => Charged | Promise<Charged>) {
  const charges: { record: Placed; region: string; ordersBefore: number }[] = [];
  let world: RoomWorld | undefined;
  const regions: RegionsPort = {
    ownRegion: '',
    ready: () => undefined,
    charge(record, region) {
      if (record.want.move === undefined) return { ok: true, regionEpoch: 0 };
      charges.push({ record, region, ordersBefore: world?.orders.length ?? 0 });
      return answer();
    },
  };
  world = await RoomWorld.start(everywhere, { regions, regionsOf: { stockholm: 'north' } });
  const person = await world.join('t/room', { frankfurt: 80, paris: 70, stockholm: 6 }, ['frankfurt']);
  await world.join('t/room', { frankfurt: 5, paris: 20, stockholm: 40 }, ['frankfurt']);
  return { world, person, charges };
}

test('the instance of the target’s region charges the move before the owner gets the order', async () => {
  const { world, person, charges } = await corrected(async () => ({ ok: true, regionEpoch: 3 }));
  await world.pass(60_000);
  expect(world.nodeOf(person)).toBe('sfu-stockholm-1');
  expect(charges).toMatchObject([
    { region: 'north', ordersBefore: 0, record: { decisionId: world.orders[0]?.decisionId } },
  ]);
});

test.each([
  { why: 'refused', code: 'NO_CAPACITY' },
  { why: 'nobody', code: 'NOT_LEADER' },
  { why: 'unanswered', code: 'NOT_LEADER' },
] as const)(
  'a move whose charge fails ($why) is ordered from no owner, and is given up as $code',
  async ({ why, code }) => {
    const { world, person, charges } = await corrected(() => ({ ok: false, why, reason: 'test' }));
    for (let step = 0; step < 400 && charges.length === 0; step += 1) await world.pass(250);
    // The charge assumed here is given back with the answer, long before it would lapse.
    expect(world.centre.ledger.release(charges[0]?.record.decisionId ?? '')).toBeUndefined();
    await world.pass(60_000);
    expect(world.orders).toEqual([]);
    expect(world.nodeOf(person)).toBe('sfu-frankfurt-1');
    expect(charges.length).toBeGreaterThan(1);
    expect(world.centre.moves.ended()).toMatchObject([{ lane: 'delay', outcome: 'failed', code }]);
  },
);
