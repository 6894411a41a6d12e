// The suite that every ScaleDriver passes together with what carries out its orders: the supervisor of `npm start`, the
// endpoint of `webhook`, a Kubernetes. The test framework is passed in, so that a lab can run it as well.
import type { ScaleDriver } from '../../src/scaling/scale-driver.ts';

/** A driver, what it orders, and the hands to make that serve, fail and end. Both are empty when handed over. */
export interface ScaleRig {
  readonly driver: ScaleDriver;
  /** Epochs that the driver was answered as seen, above its own. */
  readonly heard: readonly number[];
  /** Another driver object, and another process of the endpoint where one has a memory. */
  again(): Promise<ScaleDriver>;
  serve(nodeId: string): Promise<void>;
  /** It has served and does not answer just now. */
  falter(nodeId: string): Promise<void>;
  fail(nodeId: string): Promise<void>;
  /** What was asked to end is gone. Until this is called it is ending. */
  finishEnd(nodeId: string): Promise<void>;
  /** Machines are to be of this version: those that are made from now on are. Of drivers that have `replace`. */
  upgrade?(version: string): Promise<void>;
  /** There are so many machines. */
  fill(count: number): Promise<void>;
  /** Everything is answered 200 with this text; undefined: by the endpoint again. */
  answer(text: string | undefined): void;
  /** No connection gets an answer, or they do again. */
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
  /** Its driver has `replace`. */
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
    /** As the autoscaler does it: asked for names, then all ordered at once. */
    const started = async (count: number): Promise<readonly string[]> => {
      const ids = await names(count);
      expect(ids).toHaveLength(count);
      await Promise.all(ids.map((nodeId) => driver.start(nodeId, region, EPOCH)));
      return ids;
    };
    const ofAll = (ids: readonly string[], state: string): string[] => ids.map((nodeId) => `${nodeId} ${state}`).sort();
    /** Those that nothing has to end before. */
    const last = async (): Promise<string> => {
      const machine = (await driver.list(EPOCH)).find(({ endsAfter }) => endsAfter === undefined);
      if (machine === undefined) throw new Error('there is no machine that can end');
      return machine.nodeId;
    };

    test.each([
      ['no JSON', 'hello'],
      ['null', 'null'],
      ['an empty object', '{}'],
      ['machines without states', '{"nodes":[{"nodeId":"a","region":"r"}],"items":[{"metadata":{"name":"a"}}]}'],
      ['a number of machines', '{"nodes":5,"items":5,"metadata":{}}'],
      [
        'a name that is a path',
        '{"nodes":[{"nodeId":"../a","region":"r","state":"running"}],"items":[{}],"metadata":{}}',
      ],
    ])('an answer of another form is no list: %s', async (_what, text) => {
      rig.answer(text);
      await expect(driver.list(EPOCH)).rejects.toThrow();
      rig.answer(undefined);
      expect(await states()).toEqual([]);
    });

    test('more than 1000 machines are no list, rather than a part of one', async () => {
      await rig.fill(1001);
      await expect(driver.list(EPOCH)).rejects.toThrow();
    });

    test('what cannot be is not started, and says so', async () => {
      await driver.list(EPOCH);
      await expect(driver.start('-', region, EPOCH)).rejects.toThrow();
      const [nodeId = ''] = await names(1);
      await expect(driver.start(nodeId, 'atlantis', EPOCH)).rejects.toThrow();
      expect(await states()).toEqual([]);
    });

    test('while nothing answers everything is refused, and nothing of it is done later', async () => {
      const [one = ''] = await started(1);
      const [two = ''] = await names(1);
      rig.away(true);
      await expect(driver.list(EPOCH)).rejects.toThrow();
      await expect(driver.start(two, region, EPOCH)).rejects.toThrow();
      await expect(driver.stop(one, EPOCH)).rejects.toThrow();
      rig.away(false);
      expect(await states()).toEqual([`${one} starting`]);
      expect(rig.heard).toEqual([]);
    });

    test('what is started is starting, then running, also when it does not answer for a while, or has failed', async () => {
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

    test('what is there is started once, however often and how close together that is asked', async () => {
      const [one = ''] = await names(1);
      await Promise.all([1, 2, 3].map(() => driver.start(one, region, EPOCH)));
      await driver.start(one, region, EPOCH);
      expect(await states()).toEqual([`${one} starting`]);
    });

    test('what ends is listed until it is gone, may be ended again, and what is not there too', async () => {
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

    test('what is started while its name is ending is refused, or there in the end', async () => {
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

    test('new names are of nothing that is there or ends, and as many as are asked for', async () => {
      const ids = await started(3);
      expect(new Set(ids).size).toBe(3);
      const more = await names(3);
      expect([more.length, more.filter((nodeId) => ids.includes(nodeId))]).toEqual([3, []]);
      const ending = await last();
      await rig.serve(ending);
      expect(await names(2, new Set([ending]))).not.toContain(ending);
      await driver.stop(ending, EPOCH);
      await expect.poll(async () => (await states()).includes(`${ending} stopping`)).toBe(true);
      expect(await names(2)).not.toContain(ending);
    });

    test('all end, each after what has to end before it; what is asked earlier is refused and ends nothing', async () => {
      const ids = await started(4);
      for (const nodeId of ids) await rig.serve(nodeId);
      await expect.poll(() => states()).toEqual(ofAll(ids, 'running'));
      const machines = await driver.list(EPOCH);
      for (const { nodeId } of machines.filter(({ endsAfter }) => endsAfter !== undefined))
        await expect(driver.stop(nodeId, EPOCH)).rejects.toThrow();
      expect(await states()).toEqual(ofAll(ids, 'running'));
      // In the order of the list, all at once.
      await Promise.all(machines.map(({ nodeId }) => driver.stop(nodeId, EPOCH)));
      await expect.poll(() => states()).toEqual(ofAll(ids, 'stopping'));
      for (const nodeId of ids) await rig.finishEnd(nodeId);
      await expect.poll(() => states()).toEqual([]);
    });

    test.each(['list', 'start', 'stop'] as const)(
      'after a %s of a later leader an earlier one changes nothing, and learns under which epoch that one leads',
      async (verb) => {
        const [one = ''] = await started(1);
        if (verb === 'list') await driver.list(EPOCH + 2);
        else if (verb === 'start') await driver.start(one, region, EPOCH + 2);
        else await driver.stop(one, EPOCH + 2);
        const before = await states(driver, EPOCH + 2);
        await expect(driver.start(one, region, EPOCH + 1)).rejects.toMatchObject(stale);
        await expect(driver.stop(one, EPOCH)).rejects.toMatchObject(stale);
        await expect(driver.list(EPOCH)).rejects.toMatchObject(stale);
        expect(rig.heard).toEqual([EPOCH + 2, EPOCH + 2, EPOCH + 2]);
        expect(await states(driver, EPOCH + 2)).toEqual(before);
        expect(await states(driver, EPOCH + 3)).toEqual(before);
      },
    );

    test('the epoch and the machines are remembered by what they belong to, not by the driver', async () => {
      const [one = ''] = await started(1);
      await driver.list(EPOCH + 1);
      const next = await rig.again();
      await expect(next.stop(one, EPOCH)).rejects.toMatchObject(stale);
      expect(await states(next, EPOCH + 1)).toEqual([`${one} starting`]);
    });

    test('a refusal of another kind says nothing of epochs', async () => {
      await driver.list(EPOCH);
      await expect(driver.start('-', region, EPOCH)).rejects.not.toMatchObject(stale);
      expect(rig.heard).toEqual([]);
    });

    if (o.hasVersions === true) versionTests(o.vitest, () => rig);
  });
}

/** Of drivers that make machines anew under their names. */
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
      await expect.poll(() => looks()).toEqual(ids.map((nodeId) => `${nodeId} running`).sort());
    });
    const looks = async (by = driver, epoch = EPOCH): Promise<string[]> =>
      (await by.list(epoch))
        .map(({ nodeId, state, isOutdated }) => `${nodeId} ${state}${isOutdated === true ? ' outdated' : ''}`)
        .sort();
    const upgraded = async (version: string): Promise<void> => {
      await rig.upgrade?.(version);
      await expect.poll(() => looks()).toEqual(ids.map((nodeId) => `${nodeId} running outdated`).sort());
    };
    const replace = (nodeId: string, by = driver, epoch = EPOCH) => by.replace?.(nodeId, epoch);

    test('are outdated with the version that is wanted, and not when theirs is wanted again', async () => {
      await upgraded('2');
      const wanted = (await driver.list(EPOCH)).map(({ wantedVersion }) => wantedVersion);
      expect(wanted.every((version) => version !== undefined)).toBe(true);
      await upgraded('3');
      const next = (await driver.list(EPOCH)).map(({ wantedVersion }) => wantedVersion);
      expect(next.filter((version) => wanted.includes(version))).toEqual([]);
    });

    test('are made anew under their names when that is ordered, one by one, and are not outdated from then on', async () => {
      await upgraded('2');
      const [one = '', two = ''] = ids;
      await Promise.all([1, 2].map(() => replace(one)));
      await expect.poll(() => looks()).toEqual([`${one} starting`, `${two} running outdated`].sort());
      await replace(one);
      await rig.finishEnd(one);
      await expect.poll(() => looks()).toEqual([`${one} starting`, `${two} running outdated`].sort());
      await rig.serve(one);
      await expect.poll(() => looks()).toEqual([`${one} running`, `${two} running outdated`].sort());
    });

    test('that are new already, or unknown, stay: what was seen before was another machine', async () => {
      await upgraded('2');
      const [one = '', two = ''] = ids;
      const other = await rig.again();
      await other.list(EPOCH);
      await replace(one, other);
      await rig.finishEnd(one);
      await rig.serve(one);
      await replace(one);
      await replace(two, await rig.again());
      await replace('sfu-unknown-7');
      await replace('-');
      await expect.poll(() => looks()).toEqual([`${one} running`, `${two} running outdated`].sort());
    });

    test('are replaced under no earlier epoch, nor while nothing answers', async () => {
      await upgraded('2');
      const [one = ''] = ids;
      rig.away(true);
      await expect(replace(one)).rejects.toThrow();
      rig.away(false);
      const next = await rig.again();
      await next.list(EPOCH + 2);
      await expect(replace(one)).rejects.toMatchObject(stale);
      expect(rig.heard).toEqual([EPOCH + 2]);
      expect(await looks(next, EPOCH + 2)).toEqual(ids.map((nodeId) => `${nodeId} running outdated`).sort());
      await replace(one, next, EPOCH + 3);
      await expect(driver.list(EPOCH + 2)).rejects.toMatchObject(stale);
    });
  });
}
