import { describe, expect, it } from 'vitest';
import { checkDisk, checkSystem, parseOsRelease, readFacts } from '../../setup/system.mjs';
import { someFacts } from '../support/facts.ts';

describe('the system check', () => {
  const refused = [
    { name: 'a Node that is too old', facts: { nodeVersion: 'v18.20.4' }, code: 'NODE_VERSION', says: 'v18.20.4' },
    { name: 'Windows', facts: { platform: 'win32' }, code: 'SYSTEM_UNSUPPORTED', says: 'win32' },
    { name: 'a 32-bit ARM CPU', facts: { arch: 'arm' }, code: 'SYSTEM_UNSUPPORTED', says: 'arm' },
    { name: 'a RISC-V CPU', facts: { arch: 'riscv64' }, code: 'SYSTEM_UNSUPPORTED', says: 'riscv64' },
    { name: 'a Linux with musl', facts: { glibc: false }, code: 'SYSTEM_UNSUPPORTED', says: 'glibc' },
    { name: 'a cgroup without memory', facts: { memoryAvailableMb: 120 }, code: 'MEMORY_SHORT', says: '120 MB' },
  ];
  it.each(refused)('refuses $name and names the problem', ({ facts, code, says }) => {
    const check = () => checkSystem(someFacts(facts));
    expect(check).toThrowError(says);
    expect(check).toThrowError(expect.objectContaining({ code, remedy: expect.stringMatching(/\w+ \w+/) }));
  });

  const accepted = [
    { name: 'Debian 12 on Intel', facts: {} },
    { name: 'Linux on 64-bit ARM', facts: { arch: 'arm64' } },
    { name: 'macOS', facts: { platform: 'darwin', glibc: false } },
    { name: 'a newer Node', facts: { nodeVersion: 'v26.1.0' } },
  ];
  it.each(accepted)('accepts $name', ({ facts }) => {
    expect(checkSystem(someFacts(facts))).toBeUndefined();
  });

  it('accepts this machine', () => {
    const facts = readFacts();
    expect(checkSystem(facts)).toBeUndefined();
    expect(facts.processors).toBeGreaterThan(0);
  });

  it('refuses a disk that is too small, also for a missing folder', () => {
    const check = () => checkDisk('/tmp/not/there/yet', 1e9, 'Building a moon');
    expect(check).toThrowError('Building a moon needs 1000000000 MB at /tmp');
    expect(check).toThrowError(expect.objectContaining({ code: 'DISK_FULL' }));
  });

  const releases = [
    { name: 'an empty file', text: '', want: { id: '', like: [], version: '', codename: '', name: '' } },
    {
      name: 'quotes of both kinds and none, comments, unknown keys',
      text: '# os\nID=ubuntu\nID_LIKE="debian foo"\nVERSION_ID=\'24.04\'\nPRETTY_NAME="Ubuntu 24.04 LTS"\nODD\n',
      want: { id: 'ubuntu', like: ['debian', 'foo'], version: '24.04', codename: '', name: 'Ubuntu 24.04 LTS' },
    },
  ];
  it.each(releases)('reads os-release: $name', ({ text, want }) => {
    expect(parseOsRelease(text)).toEqual(want);
  });
});
