import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { type ComposedVideo, recordedOutput } from '../../src/composing/composer.ts';
import {
  beeps,
  clock,
  composition,
  decodedPictures,
  type Frames,
  labelsOf,
  participant,
  pictures,
  type Rgb,
  sound,
} from '../support/composing.ts';

/** Coding at 64x36 and scaling change colours by some parts in 255. */
const near = (colour: Rgb, [red, green, blue]: Rgb): boolean =>
  Math.abs(colour[0] - red) < 40 && Math.abs(colour[1] - green) < 40 && Math.abs(colour[2] - blue) < 40;
const colours = {
  red: [254, 0, 0],
  green: [0, 128, 0],
  yellow: [255, 255, 0],
  blue: [0, 0, 255],
  tile: [32, 36, 40],
} as const;
const nameOf = (colour: Rgb): string =>
  Object.entries(colours).find(([, one]) => near(colour, one))?.[0] ?? `rgb(${colour.join(', ')})`;

type Composition = Awaited<ReturnType<typeof composition>>;

async function openComposition(...args: Parameters<typeof composition>): Promise<Composition> {
  const open = await composition(...args);
  onTestFinished(open.close);
  return open;
}

const lastMs = (video: readonly ComposedVideo[]): number => video.at(-1)?.ptsMs ?? Number.NaN;
async function firstMs({ until, video }: Composition): Promise<number> {
  await until(() => video.length > 0);
  return lastMs(video);
}
const indexAt = (video: readonly ComposedVideo[], ms: number): number => video.findIndex(({ ptsMs }) => ptsMs >= ms);

const sources = {
  red: [] as Frames,
  green: [] as Frames,
  yellow: [] as Frames,
  tall: [] as Frames,
  other: [] as Frames,
};
beforeAll(async () => {
  sources.red = await pictures('vp8', 'color=red:s=320x180:r=30:d=1');
  sources.green = await pictures('h264', 'color=green:s=320x180:r=30:d=1');
  sources.yellow = await pictures('vp8', 'color=yellow:s=640x360:r=15:d=1');
  sources.other = await pictures('vp8', 'color=green:s=320x180:r=30:d=1');
  sources.tall = await pictures('vp8', 'color=red:s=180x320:r=30:d=1');
}, 60_000);

const three = ['red', 'green', 'yellow'].map((name) => participant(name));
const camera = (name: string): string => `${name}-camera`;

function playAll({ player, composer }: Composition): void {
  composer.setTracks(three);
  player.play(camera('red'), sources.red);
  player.play(camera('green'), sources.green);
  player.play(camera('yellow'), sources.yellow);
}

/** Centres of the grid's three tiles: two above, the third below in the middle. */
const centres = { red: [0.25, 0.2], green: [0.75, 0.2], yellow: [0.5, 0.7] } as const;

describe('a composer', () => {
  it('shows three tracks while a track leaves, a track changes its size or codec, and the layout changes', async () => {
    const all = await openComposition();
    const { composer, player, video } = all;
    playAll(all);
    await untilShown(all, 'yellow');
    const leftMs = lastMs(video);
    composer.setTracks(three.slice(0, 2));
    player.stop(camera('yellow'));
    await all.untilMs(leftMs + 1000);
    const tallMs = lastMs(video);
    player.play(camera('red'), sources.tall);
    player.play(camera('green'), sources.other);
    await all.untilMs(tallMs + 2000);
    const stagedMs = lastMs(video);
    composer.setLayout('speaker');
    await all.untilMs(stagedMs + 1000);
    await all.close();
    const decoded = await decodedPictures(video);
    expect(decoded.count).toBe(video.length);
    const at = (ms: number, [x, y]: readonly [number, number]): string => nameOf(decoded.at(indexAt(video, ms), x, y));
    expect(Object.values(centres).map((centre) => at(leftMs - 100, centre))).toEqual(['red', 'green', 'yellow']);
    const twoTiles = [
      [0.25, 0.5],
      [0.75, 0.5],
      [0.5, 0.05],
    ] as const;
    expect(twoTiles.map((place) => at(tallMs - 100, place))).toEqual(['red', 'green', 'blue']);
    // The picture is tall now: it is centred in its tile without a stretch, beside the tile's colour.
    expect([at(stagedMs - 100, [0.25, 0.5]), at(stagedMs - 100, [0.03, 0.5])]).toEqual(['red', 'tile']);
    // The first tile is on the stage, stretched at first and later of its new size; the second tile is below.
    for (const ms of [stagedMs + 100, stagedMs + 900])
      expect([at(ms, [0.5, 0.4]), at(ms, [0.5, 0.88])]).toEqual(['red', 'green']);
    expect(all.gaps).toEqual([]);
    expect(all.failures).toEqual([]);
    const apart = video.slice(1).map(({ ptsMs }, index) => ptsMs - (video[index]?.ptsMs ?? 0));
    expect(apart.every((ms) => Math.abs(ms - 1000 / 30) < 0.01)).toBe(true);
  }, 60_000);

  it('shows tracks of BT.709 and of full range in the colours of others, and states its own', async () => {
    const green = 'color=0x00bf00:s=320x180:r=30:d=1,format=gbrp';
    const hd = `${green},scale=out_color_matrix=bt709:out_range=limited,format=yuv420p`;
    const full = `${green},scale=out_color_matrix=bt601:out_range=full,format=yuvj420p`;
    const all = await openComposition();
    all.composer.setTracks([participant('hd', { name: ' ' }), participant('full', { name: ' ' })]);
    all.player.play('hd-camera', await pictures('h264', hd, ['-colorspace', 'bt709']));
    all.player.play('full-camera', await pictures('h264', full, ['-pix_fmt', 'yuvj420p']));
    await all.untilMs((await firstMs(all)) + 2500);
    await all.close();
    const decoded = await decodedPictures(all.video);
    for (const x of [0.25, 0.75]) {
      const found = decoded.at(decoded.count - 1, x, 0.5);
      // A matrix or range that is not converted changes a channel by more than 20.
      expect(Math.max(...[0, 191, 0].map((value, at) => Math.abs(value - (found[at] ?? -1)))), `${found}`).toBeLessThan(
        14,
      );
    }
    expect(await labelsOf(all.video)).toBe('tv,smpte170m,bt709,bt709');
  }, 60_000);

  it('outputs picture and sound of the same moment within 40 ms of each other, also in rounds', async () => {
    const everySecond = 'lt(mod(t\\,1)\\,0.2)';
    const flash = `color=black:s=320x180:r=30:d=2,drawbox=c=white:t=fill:enable='${everySecond}'`;
    const flashes = await pictures('vp8', flash);
    const beep = await sound(`0.5*sin(2*PI*1000*t)*lt(mod(t,1),0.2)`, 2);
    const all = await openComposition({ roundMs: recordedOutput.roundMs });
    const fromMs = clock.nowMs();
    all.composer.setTracks([participant('one', { name: ' ' })]);
    all.player.play('one-camera', flashes, fromMs);
    all.player.play(
      'one-sound',
      beep.filter(({ ptsMs }) => ptsMs >= 0 && ptsMs < 2000),
      fromMs,
    );
    await all.until(
      () => (all.audio.at(-1)?.ptsMs ?? 0) > fromMs + 3300 && (all.video.at(-1)?.ptsMs ?? 0) > fromMs + 3300,
    );
    await all.close();
    const decoded = await decodedPictures(all.video);
    const isLight = (index: number): boolean => decoded.at(index, 0.5, 0.5)[1] > 128;
    const lit = all.video
      .filter((_, index) => index > 0 && isLight(index) && !isLight(index - 1))
      .map(({ ptsMs }) => ptsMs);
    const heard = await beeps(all.audio);
    for (const ms of [2000, 3000]) {
      const offset = closest(heard, fromMs + ms) - closest(lit, fromMs + ms);
      expect(Math.abs(offset)).toBeLessThan(40);
      expect(Math.abs(closest(lit, fromMs + ms) - fromMs - ms)).toBeLessThan(40);
    }
  }, 60_000);

  it("continues with a marked gap within two seconds of its encoder's death", async () => {
    const all = await openComposition();
    playAll(all);
    await untilShown(all, 'yellow');
    const pid = all.composer.encoderPid;
    if (pid === undefined) throw new Error('no encoder runs');
    const before = all.video.at(-1)?.ptsMs ?? 0;
    process.kill(pid, 'SIGKILL');
    await all.until(() => all.gaps.length > 0 && (all.video.at(-1)?.ptsMs ?? 0) > before + 1000);
    const [gap] = all.gaps;
    expect(all.composer.encoderPid).not.toBe(pid);
    expect((gap?.toMs ?? 0) - (gap?.fromMs ?? 0)).toBeLessThan(2000);
    expect(all.video.find(({ ptsMs }) => ptsMs === gap?.toMs)?.isKey).toBe(true);
    expect(all.failures).toEqual([]);
  }, 60_000);

  it('refuses work beyond the capacity, and leaves no process behind', async () => {
    await expect(composition({}, 190)).rejects.toMatchObject({ code: 'OVERLOADED' });
  });
});

/** Resolves when a source is visible in the grid of three. */
async function untilShown(all: Composition, name: keyof typeof centres): Promise<void> {
  const [x, y] = centres[name];
  for (let fromMs = 500, isShown = false; !isShown; fromMs += 500) {
    await all.untilMs((all.video[0]?.ptsMs ?? 0) + fromMs);
    const decoded = await decodedPictures(all.video);
    isShown = nameOf(decoded.at(decoded.count - 1, x, y)) === name;
  }
}

const closest = (times: readonly number[], to: number): number =>
  [...times].sort((a, b) => Math.abs(a - to) - Math.abs(b - to))[0] ?? Number.NaN;
