// Suite that every ScaleDriver passes together with its backend: the supervisor of `npm start`, the endpoint of
// `webhook`, a Kubernetes. The test framework is passed in, so that a lab can run the suite too.
import type { ScaleDriver } from '../../src/scaling/scale-driver.ts';

/** A driver, its backend, and controls to make machines serve, fail and end. The backend is empty at the start. */
export interface ScaleRig {
  readonly driver: ScaleDriver;
  /** Epochs above the driver's own that answers of the backend named. */
  readonly seenEpochs: readonly number[];
  newDriver(): Promise<ScaleDriver>;
  serve(nodeId: string): Promise<void>;
  falter(nodeId: string): Promise<void>;
  fail(nodeId: string): Promise<void>;
  /** Completes the end of a node; until this call the node is ending. */
  finishEnd(nodeId: string): Promise<void>;
  /** Sets the wanted version of machines: new machines have it. Only for drivers with `replace`. */
  upgrade?(version: string): Promise<void>;
  fill(count: number): Promise<void>;
  /** Answers every request with status 200 and this text; undefined: the endpoint answers again. */
  answer(text: string | undefined): void;
  away(isAway: boolean): void;
  close(): Promise<void>;
}

export type Vitest = Pick<typeof import('vitest'), 'describe' | 'test' | 'expect' | 'beforeEach' | 'afterEach'>;

const region = 'frankfurt';
const EPOCH = 7;
const stale = { code: 'EPOCH_STALE' };

export interface ScaleContract {
  readonly name: string;
  readonly vitest: Vitest;
  readonly hasVersions?: boolean;
  make(): Promise<ScaleRig>;
}

export function scaleContract(o: ScaleContract): void {
  const { describe, test, expect, beforeEach, afterEach } = o.vitest;
  describe(`scale driver contract: ${o.name}`, () => {
    let rig: ScaleRig;
    let driver: ScaleDriver;
    beforeEach(async () => {
      rig = await o.make();
      driver = rig.driver;
    });
    afterEach(() => rig.close());

    const states = async (by = driver, epoch = EPOCH): Promise<string[]> =>
      (await by.list(epoch)).map(({ nodeId, state }) => `${nodeId} ${state}`).sort();
    const names = async (count: number, ending: ReadonlySet<string> = new Set()): Promise<readonly string[]> => {
      const used = new Set((await driver.list(EPOCH)).map(({ nodeId }) => nodeId));
      if (driver.freeNames !== undefined) return driver.freeNames(region, count, { used, ending });
      return ['a', 'b', 'c', 'd', 'e', 'f'].filter((name) => !used.has(name)).slice(0, count);
    };
    /** Starts machines as the autoscaler does: gets names, then orders all at once. */
    const started = async (count: number): Promise<readonly string[]> => {
      const ids = await names(count);
      expect(ids).toHaveLength(count);
      await Promise.all(ids.map((nodeId) => driver.start(nodeId, region, EPOCH)));
      return ids;
    };
    const ofAll = (ids: readonly string[], state: string): string[] => ids.map((nodeId) => `${nodeId} ${state}`).sort();
    /** Returns the id of a machine that may end before all others. */
    const firstToEnd = async (): Promise<string> => {
      const machine = (await driver.list(EPOCH)).find(({ endsAfter }) => endsAfter === undefined);
      if (machine === undefined) throw new Error('there is no machine that can end');
      return machine.nodeId;
    };

    test.each([
      ['a text that is no JSON', 'hello'],
      ['null', 'null'],
      ['an empty object', '{}'],
      ['machines without states', '{"nodes":[{"nodeId":"a","region":"r"}],"items":[{"metadata":{"name":"a"}}]}'],
      ['a number of machines', '{"nodes":5,"items":5,"metadata":{}}'],
      [
        'a name that is a path',
        '{"nodes":[{"nodeId":"../a","region":"r","state":"running"}],"items":[{}],"metadata":{}}',
      ],
    ])('a malformed answer is an error of the list: %s', async (_what, text) => {
      rig.answer(text);
      await expect(driver.list(EPOCH)).rejects.toThrow();
      rig.answer(undefined);
      expect(await states()).toEqual([]);
    });

    test('more than 1000 machines are an error, never a partial list', async () => {
      await rig.fill(1001);
      await expect(driver.list(EPOCH)).rejects.toThrow();
    });

    test('an impossible machine is not started, and the start rejects', async () => {
      await driver.list(EPOCH);
      await expect(driver.start('-', region, EPOCH)).rejects.toThrow();
      const [nodeId = ''] = await names(1);
      await expect(driver.start(nodeId, 'atlantis', EPOCH)).rejects.toThrow();
      expect(await states()).toEqual([]);
    });

    test('while the backend is unreachable every request is refused, and no order takes effect later', async () => {
      const [one = ''] = await started(1);
      const [two = ''] = await names(1);
      rig.away(true);
      await expect(driver.list(EPOCH)).rejects.toThrow();
      await expect(driver.start(two, region, EPOCH)).rejects.toThrow();
      await expect(driver.stop(one, EPOCH)).rejects.toThrow();
      rig.away(false);
      expect(await states()).toEqual([`${one} starting`]);
      expect(rig.seenEpochs).toEqual([]);
    });

    test('a started machine is starting, then running, also while it does not answer, or has failed', async () => {
      const ids = await started(3);
      expect(await states()).toEqual(ofAll(ids, 'starting'));
      expect((await driver.list(EPOCH)).map((machine) => machine.region)).toEqual([region, region, region]);
      const [one = '', two = '', three = ''] = ids;
      await rig.serve(one);
      await rig.serve(two);
      await expect.poll(() => states()).toEqual([`${one} running`, `${three} starting`, `${two} running`].sort());
      await rig.falter(one);
      await rig.fail(three);
      await expect.poll(() => states()).toEqual([`${one} running`, `${three} failed`, `${two} running`].sort());
    });

    test('a machine is started once, however often and how close together the orders come', async () => {
      const [one = ''] = await names(1);
      await Promise.all([1, 2, 3].map(() => driver.start(one, region, EPOCH)));
      await driver.start(one, region, EPOCH);
      expect(await states()).toEqual([`${one} starting`]);
    });

    test('an ending machine is listed until it is gone, and may be ended again, as may an unknown one', async () => {
      const [one = ''] = await started(1);
      await rig.serve(one);
      await Promise.all([1, 2].map(() => driver.stop(one, EPOCH)));
      await expect.poll(() => states()).toEqual([`${one} stopping`]);
      await driver.stop(one, EPOCH);
      await rig.finishEnd(one);
      await expect.poll(() => states()).toEqual([]);
      await driver.stop(one, EPOCH);
      await driver.stop('sfu-unknown-7', EPOCH);
      expect(await states()).toEqual([]);
    });

    test('a start under the name of an ending machine is refused, or the new machine exists in the end', async () => {
      const [one = ''] = await started(1);
      await rig.serve(one);
      await driver.stop(one, EPOCH);
      await expect.poll(() => states()).toEqual([`${one} stopping`]);
      const isTaken = await driver.start(one, region, EPOCH).then(
        () => true,
        () => false,
      );
      await rig.finishEnd(one);
      if (!isTaken) {
        await expect.poll(() => states()).toEqual([]);
        await driver.start(one, region, EPOCH);
      }
      // The start may also have come before the end had begun.
      await expect.poll(async () => (await states()).join()).toMatch(new RegExp(`^${one} (starting|running)$`));
    });

    test('the driver gives as many new names as requested, none of a present or ending machine', async () => {
      const ids = await started(3);
      expect(new Set(ids).size).toBe(3);
      const more = await names(3);
      expect([more.length, more.filter((nodeId) => ids.includes(nodeId))]).toEqual([3, []]);
      const ending = await firstToEnd();
      await rig.serve(ending);
      expect(await names(2, new Set([ending]))).not.toContain(ending);
      await driver.stop(ending, EPOCH);
      await expect.poll(async () => (await states()).includes(`${ending} stopping`)).toBe(true);
      expect(await names(2)).not.toContain(ending);
    });

    test('all machines end one after another; a stop before the machine’s turn is refused and ends nothing', async () => {
      const ids = await started(4);
      for (const nodeId of ids) await rig.serve(nodeId);
      await expect.poll(() => states()).toEqual(ofAll(ids, 'running'));
      const machines = await driver.list(EPOCH);
      for (const { nodeId } of machines.filter(({ endsAfter }) => endsAfter !== undefined))
        await expect(driver.stop(nodeId, EPOCH)).rejects.toThrow();
      expect(await states()).toEqual(ofAll(ids, 'running'));
      // The stops go out in the order of the list, all at once.
      await Promise.all(machines.map(({ nodeId }) => driver.stop(nodeId, EPOCH)));
      await expect.poll(() => states()).toEqual(ofAll(ids, 'stopping'));
      for (const nodeId of ids) await rig.finishEnd(nodeId);
      await expect.poll(() => states()).toEqual([]);
    });

    test.each(['list', 'start', 'stop'] as const)(
      'after a %s of a later leader an earlier one changes nothing, and learns the later epoch',
      async (verb) => {
        const [one = ''] = await started(1);
        if (verb === 'list') await driver.list(EPOCH + 2);
        else if (verb === 'start') await driver.start(one, region, EPOCH + 2);
        else await driver.stop(one, EPOCH + 2);
        const before = await states(driver, EPOCH + 2);
        await expect(driver.start(one, region, EPOCH + 1)).rejects.toMatchObject(stale);
        await expect(driver.stop(one, EPOCH)).rejects.toMatchObject(stale);
        await expect(driver.list(EPOCH)).rejects.toMatchObject(stale);
        expect(rig.seenEpochs).toEqual([EPOCH + 2, EPOCH + 2, EPOCH + 2]);
        expect(await states(driver, EPOCH + 2)).toEqual(before);
        expect(await states(driver, EPOCH + 3)).toEqual(before);
      },
    );

    test('the epoch and the machines are kept by the backend, so a new driver finds them', async () => {
      const [one = ''] = await started(1);
      await driver.list(EPOCH + 1);
      const next = await rig.newDriver();
      await expect(next.stop(one, EPOCH)).rejects.toMatchObject(stale);
      expect(await states(next, EPOCH + 1)).toEqual([`${one} starting`]);
    });

    test('a refusal for another reason than the epoch reports no epoch', async () => {
      await driver.list(EPOCH);
      await expect(driver.start('-', region, EPOCH)).rejects.not.toMatchObject(stale);
      expect(rig.seenEpochs).toEqual([]);
    });

    if (o.hasVersions === true) versionTests(o.vitest, () => rig);
  });
}

/** Tests of drivers that make machines anew under their names. */
function versionTests({ describe, test, expect, beforeEach }: Vitest, rigOf: () => ScaleRig): void {
  describe('machines of another version', () => {
    let rig: ScaleRig;
    let driver: ScaleDriver;
    let ids: readonly string[];
    beforeEach(async () => {
      rig = rigOf();
      driver = rig.driver;
      await driver.list(EPOCH);
      ids = driver.freeNames?.(region, 2, { used: new Set(), ending: new Set() }) ?? ['a', 'b'];
      for (const nodeId of ids) {
        await driver.start(nodeId, region, EPOCH);
        await rig.serve(nodeId);
      }
      await expect.poll(() => listedStates()).toEqual(ids.map((nodeId) => `${nodeId} running`).sort());
    });
    const listedStates = async (by = driver, epoch = EPOCH): Promise<string[]> =>
      (await by.list(epoch))
        .map(({ nodeId, state, isOutdated }) => `${nodeId} ${state}${isOutdated === true ? ' outdated' : ''}`)
        .sort();
    const upgraded = async (version: string): Promise<void> => {
      await rig.upgrade?.(version);
      await expect.poll(() => listedStates()).toEqual(ids.map((nodeId) => `${nodeId} running outdated`).sort());
    };
    const replace = (nodeId: string, by = driver, epoch = EPOCH) => by.replace?.(nodeId, epoch);

    test('are listed as outdated with the wanted version, until their own version is wanted again', async () => {
      await upgraded('2');
      const wanted = (await driver.list(EPOCH)).map(({ wantedVersion }) => wantedVersion);
      expect(wanted.every((version) => version !== undefined)).toBe(true);
      await upgraded('3');
      const next = (await driver.list(EPOCH)).map(({ wantedVersion }) => wantedVersion);
      expect(next.filter((version) => wanted.includes(version))).toEqual([]);
    });

    test('are made anew under their names by a replace order, one by one, and are then no longer outdated', async () => {
      await upgraded('2');
      const [one = '', two = ''] = ids;
      await Promise.all([1, 2].map(() => replace(one)));
      await expect.poll(() => listedStates()).toEqual([`${one} starting`, `${two} running outdated`].sort());
      await replace(one);
      await rig.finishEnd(one);
      await expect.poll(() => listedStates()).toEqual([`${one} starting`, `${two} running outdated`].sort());
      await rig.serve(one);
      await expect.poll(() => listedStates()).toEqual([`${one} running`, `${two} running outdated`].sort());
    });

    test('stay when an order to replace them comes twice, or names an unknown machine', async () => {
      await upgraded('2');
      const [one = '', two = ''] = ids;
      const other = await rig.newDriver();
      await other.list(EPOCH);
      await replace(one, other);
      await rig.finishEnd(one);
      await rig.serve(one);
      await replace(one);
      await replace(two, await rig.newDriver());
      await replace('sfu-unknown-7');
      await replace('-');
      await expect.poll(() => listedStates()).toEqual([`${one} running`, `${two} running outdated`].sort());
    });

    test('are replaced neither by an order of an earlier epoch nor while the backend is unreachable', async () => {
      await upgraded('2');
      const [one = ''] = ids;
      rig.away(true);
      await expect(replace(one)).rejects.toThrow();
      rig.away(false);
      const next = await rig.newDriver();
      await next.list(EPOCH + 2);
      await expect(replace(one)).rejects.toMatchObject(stale);
      expect(rig.seenEpochs).toEqual([EPOCH + 2]);
      expect(await listedStates(next, EPOCH + 2)).toEqual(ids.map((nodeId) => `${nodeId} running outdated`).sort());
      await replace(one, next, EPOCH + 3);
      await expect(driver.list(EPOCH + 2)).rejects.toMatchObject(stale);
    });
  });
}
