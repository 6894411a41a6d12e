import { useCallback, useEffect, useMemo, useState } from 'react';
import type { ConsolePorts } from '../ports.ts';
import type { KeptWallRoom } from '../types.ts';
import { keyOf, type RoomName } from './core/tiles.ts';

export interface KeptRooms {
  readonly rooms: readonly KeptWallRoom[] | undefined;
  readonly problem: unknown;
  has(name: RoomName): boolean;
  keep(name: RoomName, isKept: boolean): void;
  reload(): void;
}

export function useKeptRooms({ client, run }: ConsolePorts): KeptRooms {
  const [rooms, setRooms] = useState<readonly KeptWallRoom[]>();
  const [problem, setProblem] = useState<unknown>();
  const reload = useCallback((): void => {
    run(() => client.get('/wall/rooms')).then((answer) => {
      setProblem(undefined);
      setRooms(answer.rooms);
    }, setProblem);
  }, [client, run]);
  useEffect(reload, [reload]);
  const keep = useCallback(
    (path: RoomName, isKept: boolean): void => {
      const params = { path };
      const call = async (): Promise<void> => {
        if (isKept) await client.put('/wall/rooms/{tenant}/{room}', { params });
        else await client.delete('/wall/rooms/{tenant}/{room}', { params });
      };
      run(call).then(reload, setProblem);
    },
    [client, run, reload],
  );
  return useMemo(() => {
    const keys = new Set(rooms?.map(keyOf));
    return { rooms, problem, keep, reload, has: (name: RoomName) => keys.has(keyOf(name)) };
  }, [rooms, problem, keep, reload]);
}
