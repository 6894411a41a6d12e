// Pairs of hosts that carry media now, by the centre's data: they share a room, or are a leg of the path of two such
// hosts.

export function pairKeyOf(a: string, b: string): string {
  return a < b ? `${a} ${b}` : `${b} ${a}`;
}

export function sharedRooms(roomsOf: ReadonlyMap<string, ReadonlySet<string>>): Map<string, number> {
  const hostsOf = new Map<string, string[]>();
  for (const [hostId, rooms] of roomsOf) {
    for (const room of rooms) {
      const hosts = hostsOf.get(room);
      if (hosts === undefined) hostsOf.set(room, [hostId]);
      else hosts.push(hostId);
    }
  }
  const shared = new Map<string, number>();
  for (const hosts of hostsOf.values()) {
    for (const [index, a] of hosts.entries()) {
      for (const b of hosts.slice(index + 1)) {
        const key = pairKeyOf(a, b);
        shared.set(key, (shared.get(key) ?? 0) + 1);
      }
    }
  }
  return shared;
}

/** Returns the pairs, and both legs of each pair that is relayed in either direction. */
export function pairsInUse(
  shared: ReadonlyMap<string, number>,
  viaOf: (from: string, to: string) => string,
): ReadonlySet<string> {
  const used = new Set(shared.keys());
  for (const key of shared.keys()) {
    const [a = '', b = ''] = key.split(' ');
    for (const via of [viaOf(a, b), viaOf(b, a)]) {
      if (via === '') continue;
      used.add(pairKeyOf(a, via));
      used.add(pairKeyOf(via, b));
    }
  }
  return used;
}

/** Returns a table by from × hosts + to, for both directions: 1 where a pair is in use. */
export function usedTable(used: ReadonlySet<string>, hostIds: readonly string[]): Uint8Array {
  const indexOf = new Map(hostIds.map((hostId, index) => [hostId, index]));
  const table = new Uint8Array(hostIds.length * hostIds.length);
  for (const key of used) {
    const [a = '', b = ''] = key.split(' ');
    const [from, to] = [indexOf.get(a), indexOf.get(b)];
    if (from === undefined || to === undefined) continue;
    table[from * hostIds.length + to] = 1;
    table[to * hostIds.length + from] = 1;
  }
  return table;
}
