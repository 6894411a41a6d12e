import { describe, expect, it } from 'vitest';
import { memoryAvailableBytes } from '../../setup/memory.mjs';

const v1 = '/sys/fs/cgroup/memory';
const v2 = '/sys/fs/cgroup';
const kernel = { '/proc/meminfo': 'MemTotal: 9000 kB\nMemAvailable:    8000 kB\n' };
const unlimited = '9223372036854771712\n';

describe('memory available', () => {
  const rows: { name: string; files: Record<string, string>; want: number }[] = [
    { name: 'is unknown, so not too little, where the kernel reports none', files: {}, want: Number.POSITIVE_INFINITY },
    { name: 'is the kernel’s estimate without cgroups', files: kernel, want: 8_192_000 },
    {
      name: 'is what a cgroup of version 2 leaves, its cache counted as free',
      files: {
        ...kernel,
        '/proc/self/cgroup': '0::/a/b\n',
        [`${v2}/a/b/memory.max`]: '5000000\n',
        [`${v2}/a/b/memory.current`]: '4000000\n',
        [`${v2}/a/b/memory.stat`]: 'active_file 7\ninactive_file 500000\n',
      },
      want: 1_500_000,
    },
    {
      name: 'is what the tightest cgroup above leaves',
      files: {
        ...kernel,
        '/proc/self/cgroup': '0::/a/b\n',
        [`${v2}/a/memory.max`]: '1000',
        [`${v2}/a/b/memory.max`]: 'max\n',
      },
      want: 1000,
    },
    {
      name: 'is what the mounted root of a container leaves, even when its path is not mounted inside',
      files: {
        ...kernel,
        '/proc/self/cgroup': '0::/outside/me\n',
        [`${v2}/memory.max`]: '2000',
        [`${v2}/memory.current`]: '500',
      },
      want: 1500,
    },
    {
      name: 'is what a cgroup of version 1 leaves',
      files: {
        ...kernel,
        '/proc/self/cgroup': '4:cpu,memory:/x\n1:cpuset:/\n0::/\n',
        [`${v1}/memory.limit_in_bytes`]: unlimited,
        [`${v1}/x/memory.limit_in_bytes`]: '3000',
        [`${v1}/x/memory.usage_in_bytes`]: '2500',
        [`${v1}/x/memory.stat`]: 'inactive_file 9999\ntotal_inactive_file 100\n',
      },
      want: 600,
    },
    {
      name: 'is the kernel’s estimate in a cgroup without a limit',
      files: {
        ...kernel,
        '/proc/self/cgroup': '4:memory:/x\n0::/\n',
        [`${v1}/x/memory.limit_in_bytes`]: unlimited,
        [`${v2}/memory.max`]: 'max',
      },
      want: 8_192_000,
    },
  ];
  it.each(rows)('$name', ({ files, want }) => {
    expect(memoryAvailableBytes((path) => files[path])).toBe(want);
  });

  it('is a real number here', () => {
    expect(memoryAvailableBytes()).toBeGreaterThan(1024 * 1024);
    expect(memoryAvailableBytes()).toBeLessThan(2 ** 50);
  });
});
