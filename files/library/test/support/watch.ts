// Playback reports of players.

/** Body of `POST …/watches`. */
export const reportBody = (change: object = {}): Readonly<Record<string, unknown>> =>
  Object.assign(
    {
      watch: watchId(0),
      seq: 1,
      agoMs: 60_000,
      startupMs: 300,
      watchedMs: 50_000,
      stalls: 1,
      stalledMs: 700,
      seeks: 2,
      switches: 3,
      qualities: [
        { name: '360p', watchedMs: 20_000 },
        { name: '720p', watchedMs: 30_000 },
      ],
      positionMs: 5000,
      ended: false,
    },
    change,
  );

export const watchId = (number: number): string => String(number).padStart(22, 'A');
