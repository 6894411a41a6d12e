import { MeridianClientError } from '@meridian/sdk-web';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { contentSecurityPolicy } from '../../server/headers.ts';
import { type EffectPart, type EffectsChoice, noEffects, readEffects } from '../../src/core/effects.ts';
import { effectWords } from '../../src/core/messages/effects.ts';

/** Stands in for the SDK’s processors. `fails`: the next processor does not start. */
class FakeProcessor {
  static made: FakeProcessor[] = [];
  static fails = false;
  readonly kind: string;
  readonly said: unknown[];
  closings = 0;
  constructor(kind: string, first: unknown) {
    this.kind = kind;
    this.said = [first];
    FakeProcessor.made.push(this);
  }
  async setBackground(background: unknown): Promise<void> {
    this.said.push(background);
  }
  close(): void {
    this.closings += 1;
  }
}
/** User’s image in the browser’s storage. */
const storage: { image: Promise<Blob | undefined> } = { image: Promise.resolve(undefined) };
vi.mock('../../src/room/own-image.ts', async (original) => ({
  ...(await original<typeof import('../../src/room/own-image.ts')>()),
  readOwnImage: () => storage.image,
}));
vi.mock('@meridian/sdk-web/effects', () => ({
  createBackground: (background: unknown) => new FakeProcessor('background', background),
  createNoiseSuppression: () => new FakeProcessor('noise', undefined),
}));
const { EffectsControl } = await import('../../src/room/effects-control.ts');
const { Effects } = await import('../../src/room/effects.ts');
type Track = Parameters<InstanceType<typeof EffectsControl>['watch']>[0];

class FakeTrack {
  readonly kind: 'audio' | 'video';
  readonly source: string;
  processor: FakeProcessor | undefined;
  gate: Promise<void> = Promise.resolve();
  #queue: Promise<void> = Promise.resolve();
  stopped: ((name: string, error: { code: string }) => void) | undefined;
  constructor(source: 'camera' | 'microphone' | 'screen_share') {
    this.source = source;
    this.kind = source === 'microphone' ? 'audio' : 'video';
  }
  on(_event: string, listener: (name: string, error: { code: string }) => void): void {
    this.stopped = listener;
  }
  /** Sets processors one after another, as the real track does. */
  setProcessor(processor: FakeProcessor | undefined): Promise<void> {
    const result = this.#queue.then(async () => {
      await this.gate;
      if (FakeProcessor.fails && processor !== undefined) throw new MeridianClientError('EFFECT_FAILED');
      this.processor = processor;
    });
    this.#queue = result.catch(() => undefined);
    return result;
  }
}

let stored: string | null = null;
beforeEach(() => {
  stored = null;
  FakeProcessor.made = [];
  FakeProcessor.fails = false;
  storage.image = Promise.resolve(undefined);
  vi.stubGlobal('localStorage', {
    getItem: () => stored,
    setItem: (_key: string, text: string) => {
      stored = text;
    },
  });
  vi.spyOn(console, 'info').mockReturnValue(); // the test environment has no IndexedDB
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

function controlWith(...tracks: FakeTrack[]) {
  const ended: [EffectPart, string][] = [];
  const ports = {
    tracks: () => tracks as unknown as readonly Track[],
    stopped: (part: EffectPart, code: string) => void ended.push([part, code]),
  };
  return { control: new EffectsControl(ports), effects: new Effects(ports), ended };
}
const remembered = (): EffectsChoice => readEffects(stored);

describe('the stored choice', () => {
  it.each<[string | null, EffectsChoice]>([
    [null, noEffects],
    ['', noEffects],
    ['null', noEffects],
    ['7', noEffects],
    ['{"background":"beach","noise":"yes"}', noEffects],
    ['{"background":"constructor"}', noEffects],
    ['{"background":"own","noise":true}', { background: 'own', noise: true }],
    ['{"background":"slight"}', { background: 'slight', noise: false }],
  ])('%s', (text, choice) => {
    expect(readEffects(text)).toEqual(choice);
  });
});

describe('texts of effects', () => {
  it('exist in both languages, are not empty, and differ', () => {
    expect(Object.keys(effectWords.zh)).toEqual(Object.keys(effectWords.en));
    for (const [word, text] of Object.entries(effectWords.en)) {
      const chinese = effectWords.zh[word as keyof typeof effectWords.en];
      expect([text.trim() === '', chinese.trim() === '', chinese === text], word).toEqual([false, false, false]);
    }
  });
});

describe('the content security policy', () => {
  it('lets WebAssembly compile, but evaluates no script text', () => {
    expect(
      contentSecurityPolicy({
        connectUrls: [],
        gatewayUrls: [],
        edgeUrls: [],
        libraryUrls: [],
        connectDomains: [],
      }),
    ).toContain("; script-src 'self' 'wasm-unsafe-eval'; ");
  });
});

describe('a background', () => {
  it('is set only on the camera, and is stored', async () => {
    const [camera, microphone, screen] = [
      new FakeTrack('camera'),
      new FakeTrack('microphone'),
      new FakeTrack('screen_share'),
    ];
    const { control } = controlWith(camera, microphone, screen);
    await control.choose('slight');
    expect(camera.processor?.said).toEqual([{ kind: 'blur', strength: 'slight' }]);
    expect([microphone.processor, screen.processor]).toEqual([undefined, undefined]);
    expect(remembered()).toEqual({ background: 'slight', noise: false });
    expect(control.store.get()).toMatchObject({ background: 'slight', starting: undefined, problem: undefined });
  });

  it('changes while it runs, and turns off', async () => {
    const camera = new FakeTrack('camera');
    const { control } = controlWith(camera);
    await control.choose('strong');
    await control.choose('hills');
    expect(FakeProcessor.made.length).toBe(1);
    expect(camera.processor?.said.at(-1)).toEqual({ kind: 'drawn', picture: 'hills' });
    await control.choose('none');
    expect([camera.processor, remembered()]).toEqual([undefined, noEffects]);
  });

  it('that does not start is off, shows the reason, and stays the stored choice', async () => {
    FakeProcessor.fails = true;
    const { control } = controlWith(new FakeTrack('camera'));
    await control.choose('shelf');
    const problem = { part: 'background', code: 'EFFECT_FAILED' };
    expect(control.store.get()).toMatchObject({ background: 'none', starting: undefined, problem });
    expect(remembered()).toEqual({ background: 'shelf', noise: false });
  });

  it.each([true, false])(
    'of the newest choice is active and shown, however long an older one takes (fails: %s)',
    async (fails) => {
      const camera = new FakeTrack('camera');
      const gate = Promise.withResolvers<void>();
      camera.gate = gate.promise;
      FakeProcessor.fails = fails;
      const { control } = controlWith(camera);
      const choices = [control.choose('slight'), control.choose('none')];
      gate.resolve();
      await Promise.all(choices);
      expect(control.store.get()).toMatchObject({ background: 'none', starting: undefined, problem: undefined });
      expect(camera.processor).toBeUndefined();
    },
  );

  it.each(['none', 'slight'] as const)(
    'from the user’s image is not applied if “%s” was chosen while the image was read',
    async (newer) => {
      const image = Promise.withResolvers<Blob>();
      storage.image = image.promise;
      const camera = new FakeTrack('camera');
      const { control } = controlWith(camera);
      const older = control.choose('own');
      await control.choose(newer);
      image.resolve(new Blob(['x']));
      await older;
      const slight = { kind: 'blur', strength: 'slight' };
      expect(camera.processor?.said).toEqual(newer === 'none' ? undefined : [slight]);
      expect(FakeProcessor.made.filter((one) => one !== camera.processor).map(({ closings }) => closings)).toEqual([1]);
    },
  );

  it('that stopped by itself is shown as off, and stays the stored choice, also beside another choice', async () => {
    const camera = new FakeTrack('camera');
    const { control, ended } = controlWith(camera);
    await control.choose('window');
    camera.stopped?.('background', { code: 'EFFECT_TOO_SLOW' });
    const problem = { part: 'background', code: 'EFFECT_TOO_SLOW' };
    expect(control.store.get()).toMatchObject({ background: 'none', problem });
    expect(ended).toEqual([['background', 'EFFECT_TOO_SLOW']]);
    expect(remembered()).toEqual({ background: 'window', noise: false });
    await control.setNoise(true);
    expect([control.store.get().background, remembered()]).toEqual(['none', { background: 'window', noise: true }]);
    await control.choose('none');
    expect(remembered()).toEqual({ background: 'none', noise: true });
  });

  it('that stopped by itself is reported without the effects’ code, and the next call retries it', async () => {
    const camera = new FakeTrack('camera');
    const { effects } = controlWith(camera);
    await (await effects.load()).choose('window');
    camera.stopped?.('background', { code: 'EFFECT_TOO_SLOW' });
    expect(effects.problem.get()).toEqual({ part: 'background', code: 'EFFECT_TOO_SLOW' });
    expect(await effects.maker('background')()).toBeUndefined(); // not in this call
    effects.callEnded();
    expect(await effects.maker('background')()).toMatchObject({ said: [{ kind: 'drawn', picture: 'window' }] });
    expect(effects.problem.get()).toBeUndefined();
  });

  it('from a file that is no image is refused, and the earlier choice stays', async () => {
    vi.stubGlobal('createImageBitmap', () => Promise.reject(new DOMException('no image', 'InvalidStateError')));
    const { control } = controlWith(new FakeTrack('camera'));
    await control.choose('slight');
    await control.chooseImage(new Blob(['x']));
    const problem = { part: 'background', code: 'IMAGE_INVALID' };
    expect(control.store.get()).toMatchObject({ background: 'slight', problem });
  });
});

describe('stored effects', () => {
  it('are created for each device that opens', async () => {
    stored = '{"background":"strong","noise":true}';
    const { effects } = controlWith();
    expect(await effects.maker('background')()).toMatchObject({ kind: 'background' });
    expect(await effects.maker('noise')()).toMatchObject({ kind: 'noise' });
  });
  it('load no code when none is chosen', async () => {
    const { effects } = controlWith();
    const load = vi.spyOn(effects, 'load');
    expect(await effects.maker('background')()).toBeUndefined();
    effects.opened(new FakeTrack('camera') as unknown as Track);
    expect(load).not.toHaveBeenCalled();
  });
  it('are off, and show the reason, when the device opened without them', () => {
    stored = '{"background":"none","noise":true}';
    const { control, ended } = controlWith();
    control.watch(new FakeTrack('microphone') as unknown as Track);
    expect(ended).toEqual([['noise', 'EFFECT_FAILED']]);
    const problem = { part: 'noise', code: 'EFFECT_FAILED' };
    expect(control.store.get()).toMatchObject({ noise: false, problem });
  });
  it('are off when the user’s image no longer exists', async () => {
    stored = '{"background":"own"}';
    const { control } = controlWith();
    expect(await control.make('background')).toBeUndefined();
  });
});
