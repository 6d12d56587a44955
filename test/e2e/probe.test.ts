/** The probe on the machine these tests run on: what it reports is what the kernel and other tools say. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { after, test } from 'node:test';
import { problemOf } from '../../src/api/probe-report.js';
import { openShell } from '../support/process.js';

const shell = openShell();
after(() => shell.close());
const onLinux = { skip: process.platform !== 'linux' && 'the probe reads Linux' };

interface Report {
  readonly cpu: {
    totalCores: number;
    totalHardwareThreads: number;
    model: string;
    vendor: string;
    capabilities: string[];
  }[];
  readonly memory: { size: number }[] | null;
  readonly storage: { name: string; sizeBytes: number; readOnly: boolean; removable: boolean; rotational: boolean }[];
  readonly networkInterfaces: { name: string; macAddress: string; ipAddresses: string[]; carrierStatus: string }[];
  readonly nics: { name: string }[];
  readonly pciDevices: { address: string; vendorID: string }[] | null;
  readonly extensions?: { memoryTotalBytes?: number };
}

/** Runs a tool of the system; undefined where it is not installed. */
function tool(command: string, ...args: string[]): string | undefined {
  try {
    return execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  } catch {
    return undefined;
  }
}

test('a run of the probe on this machine yields its true CPU, memory, disks and NICs', onLinux, async (t) => {
  const { code, stdout, stderr } = await shell.run(['probe', '--print']);
  assert.equal(code, 0, stderr);
  const report = JSON.parse(stdout) as Report;
  assert.equal(problemOf({ timestamp: '2026-01-01T00:00:00Z', ...report }), undefined, 'the schema of the registry');

  const cpuinfo = readFileSync('/proc/cpuinfo', 'utf8');
  const threads = report.cpu.reduce((sum, { totalHardwareThreads }) => sum + totalHardwareThreads, 0);
  assert.equal(threads, cpuinfo.match(/^processor\s*:/gm)?.length);
  const model = /^model name\s*: (.*)$/m.exec(cpuinfo)?.[1];
  if (model !== undefined) assert.equal(report.cpu[0]?.model, model);
  const flags = /^flags\s*: (.*)$/m.exec(cpuinfo)?.[1];
  if (flags !== undefined) assert.deepEqual(report.cpu[0]?.capabilities, flags.trim().split(' '));

  const totalKb = Number(/^MemTotal:\s+(\d+) kB/m.exec(readFileSync('/proc/meminfo', 'utf8'))?.[1]);
  assert.equal(report.extensions?.memoryTotalBytes, totalKb * 1_024);
  const modules = (report.memory ?? []).reduce((sum, { size }) => sum + size, 0);
  // The kernel keeps some for itself; a machine without an SMBIOS table tells no modules at all.
  assert.ok(modules === 0 || modules >= totalKb * 1_024);

  const disks = JSON.parse(tool('lsblk', '-b', '-d', '-J', '-o', 'NAME,SIZE,RO,RM,ROTA,TYPE') ?? 'null') as {
    blockdevices: { name: string; size: number; ro: boolean; rm: boolean; rota: boolean; type: string }[];
  } | null;
  for (const disk of disks?.blockdevices.filter(({ type }) => type === 'disk') ?? []) {
    const { sizeBytes, readOnly, removable, rotational } = report.storage.find(({ name }) => name === disk.name) ?? {};
    assert.deepEqual(
      { sizeBytes, readOnly, removable, rotational },
      { sizeBytes: disk.size, readOnly: disk.ro, removable: disk.rm, rotational: disk.rota },
      disk.name,
    );
  }
  const known = new Set(readdirSync('/sys/block'));
  assert.ok(report.storage.every(({ name }) => known.has(name)));

  const links = readdirSync('/sys/class/net').filter((name) => name !== 'bonding_masters');
  assert.deepEqual(report.nics.map(({ name }) => name).sort(), links.filter((name) => name !== 'lo').sort());
  for (const [name, all = []] of Object.entries(networkInterfaces())) {
    const found = report.networkInterfaces.find((each) => each.name === name);
    const outer = all.filter(({ internal }) => !internal);
    if (outer.length === 0 || /^(tun|docker0)/.test(name)) continue;
    assert.deepEqual([...(found?.ipAddresses ?? [])].sort(), outer.map(({ address }) => address).sort(), name);
    assert.equal(found?.macAddress, outer[0]?.mac, name);
  }
  const pci = tool('lspci', '-n');
  if (pci !== undefined)
    assert.equal(
      report.pciDevices?.length ?? 0,
      pci
        .trim()
        .split('\n')
        .filter((line) => line !== '').length,
    );
  const how = [disks === null ? 'without lsblk' : 'lsblk', pci === undefined ? 'without lspci' : 'lspci'].join(', ');
  t.diagnostic(
    `${threads} threads, ${totalKb} kB, ${report.storage.length} disks, ${report.networkInterfaces.length} links agree (${how})`,
  );
});
