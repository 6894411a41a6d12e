import { describe, expect, it } from 'vitest';
import { revokedKeyIn } from '../../local/format.ts';
import { type OutagePorts, Outages } from '../../local/outages.ts';
import { isShown } from '../../local/terminal.ts';
import type { ChildSpec } from '../../local/topology.ts';
import { welcome } from '../../local/welcome.ts';

describe('the terminal shows', () => {
  const line = (level: unknown): string => JSON.stringify({ level, msg: 'm' });
  const rows = [
    { name: 'a crash of Node in every phase', of: ['Error: out of memory', '{torn'], shown: [true, true, true] },
    { name: 'an info line only while all runs', of: [line('info'), line(30)], shown: [false, true, false] },
    { name: 'a line of unknown level as info', of: [line(35), line(undefined)], shown: [false, true, false] },
    { name: 'a warning until the end', of: [line('warn'), line(40)], shown: [true, true, false] },
    { name: 'errors always', of: [line('error'), line(50), line('fatal'), line(60)], shown: [true, true, true] },
  ];
  it.each(rows)('$name', ({ of, shown }) => {
    for (const one of of)
      expect(
        (['starting', 'running', 'ending'] as const).map((phase) =>
          isShown(one, { phase, coming: '', logLevel: 'info' }),
        ),
      ).toEqual(shown);
  });
  it('no error about packages that are still being installed', () => {
    const of = { phase: 'starting' as const, logLevel: 'info' };
    const lacking = JSON.stringify({ level: 50, lacking: 'ffmpeg', msg: 'm' });
    const shown = ['ffmpeg', ''].map((coming) => isShown(lacking, { ...of, coming }));
    expect([...shown, isShown(line(50), { ...of, coming: 'ffmpeg' })]).toEqual([false, true, true]);
  });
  it.each(['debug', 'trace'])('everything with the level %s', (logLevel) => {
    for (const phase of ['starting', 'ending'] as const)
      expect(isShown(line('debug'), { phase, coming: '', logLevel })).toBe(true);
  });
});

describe('the welcome', () => {
  const spec: ChildSpec = {
    id: 'web',
    kind: 'web',
    region: 'frankfurt',
    config: {},
    endpoints: [],
    enrols: false,
  };
  const ready = (cloudMs: number, commandMs?: number): string | undefined =>
    welcome({ specs: [spec], portOffset: 100, stateDir: '/state', cloudMs, commandMs })
      .split('\n')
      .find((line) => line.startsWith('ready '));
  const rows = [
    { name: 'the cloud alone when the time of the command is unknown', of: [7040], want: '7.0 s' },
    { name: 'the cloud alone when the clock was set back', of: [7040, -60_000], want: '7.0 s' },
    { name: 'the cloud alone when the clock was set forward', of: [7040, 86_400_000], want: '7.0 s' },
    {
      name: 'the time since the command, and how much of it the cloud took',
      of: [7040, 43_200],
      want: '43 s (7.0 s of it the cloud)',
    },
  ] as const;
  it.each(rows)('names $name', ({ of, want }) => {
    expect(ready(...(of as readonly [number, number?]))).toBe(`ready http://127.0.0.1:7900   after ${want}`);
  });

  it('names the place of the keys, and how a shell gets them', () => {
    const text = welcome({ specs: [spec], portOffset: 0, stateDir: '/my state', cloudMs: 1 });
    expect(text).toContain('operatorKey are in the file /my state/secrets.json\n');
    expect(text).toContain(": . '/my state/env'\n");
  });

  it('shows the link of the first administrator, and a revoked key', () => {
    const setupUrl = 'http://127.0.0.1:7800/setup/abc';
    const o = { specs: [spec], portOffset: 0, stateDir: '/state', cloudMs: 1 };
    expect(welcome({ ...o, setupUrl })).toContain('once, within a day): http://127.0.0.1:7800/setup/abc\n');
    expect(welcome(o)).not.toContain('administrator');
    const revokedKey = revokedKeyIn('{"level":"warn","revokedKey":"devkey"}');
    expect(welcome({ ...o, revokedKey })).toContain('devkey was revoked');
    expect(welcome({ ...o, revokedKey: revokedKeyIn('{"revokedKey":[]}') })).not.toContain('revoked');
  });
});

describe('a child that died', () => {
  function watch(changes: Partial<OutagePorts> = {}) {
    const said: string[] = [];
    let nowMs = 0;
    let calls = 0;
    const outages = new Outages({
      serves: async () => {
        calls += 1;
        return calls > 20;
      },
      isOver: () => false,
      tell: (id, text, level) => said.push(`${id} ${level} ${text}`),
      nowMs: () => nowMs,
      pause: async (ms) => {
        nowMs += ms;
      },
      ...changes,
    });
    return { outages, said };
  }

  it('is no outage before it ever served', async () => {
    const { outages, said } = watch();
    await outages.died('sfu-fra-1');
    expect(said).toEqual([]);
  });

  it('is reported as back once, with the time since its first death', async () => {
    const { outages, said } = watch();
    outages.markServed('sfu-fra-1');
    await Promise.all([outages.died('sfu-fra-1'), outages.died('sfu-fra-1')]);
    expect(said).toEqual(['sfu-fra-1 info serves again after 2.0 s']);
    await outages.died('sfu-fra-1');
    expect(said).toEqual(['sfu-fra-1 info serves again after 2.0 s', 'sfu-fra-1 info serves again after 0.0 s']);
  });

  it('is reported once after more than a minute, and again when it is back', async () => {
    let asked = 0;
    const { outages, said } = watch({ serves: async () => ++asked > 660 });
    outages.markServed('web');
    await outages.died('web');
    expect(said).toEqual([
      'web warn does not serve 60 s after its death; its log has the reason',
      'web info serves again after 120.0 s',
    ]);
  });

  it('is not reported when it was removed or all children are ended, even if it answered just then', async () => {
    let hasEnded = false;
    const { outages, said } = watch({
      isOver: () => hasEnded,
      serves: async () => {
        hasEnded = true;
        return true;
      },
    });
    outages.markServed('web');
    await outages.died('web');
    expect(said).toEqual([]);
  });

  it('is watched again after a failed request', async () => {
    let fails = true;
    const { outages, said } = watch({
      serves: async () => {
        if (fails) throw new Error('torn answer');
        return true;
      },
    });
    outages.markServed('web');
    await expect(outages.died('web')).rejects.toThrow('torn answer');
    fails = false;
    await outages.died('web');
    expect(said).toEqual(['web info serves again after 0.0 s']);
  });
});
