/** Processors by package, from sysfs topology and `/proc/cpuinfo`. */
import { numberAt, type Root } from './root.js';
import type { CpuPackage } from './wire.js';

interface Thread {
  readonly number: number;
  readonly packageId: number;
  readonly core: string;
}

/** One entry for each physical package with a CPU online, in ascending order of their ids. */
export function cpuPackages(root: Root): readonly CpuPackage[] {
  const details = detailsOf(root.text('/proc/cpuinfo') ?? '');
  const byPackage = new Map<number, Thread[]>();
  for (const thread of onlineThreads(root)) {
    byPackage.set(thread.packageId, [...(byPackage.get(thread.packageId) ?? []), thread]);
  }
  return [...byPackage]
    .sort(([a], [b]) => a - b)
    .map(([id, threads]) => ({
      id,
      totalCores: new Set(threads.map(({ core }) => core)).size,
      totalHardwareThreads: threads.length,
      ...describe(details.get(threads[0]?.number ?? 0) ?? new Map()),
    }));
}

function onlineThreads(root: Root): Thread[] {
  const base = '/sys/devices/system/cpu';
  const numbers = root.names(base).flatMap((name) => /^cpu(\d+)$/.exec(name)?.[1] ?? []);
  return numbers
    .map(Number)
    .sort((a, b) => a - b)
    .filter((number) => root.text(`${base}/cpu${number}/online`) !== '0')
    .map((number) => {
      const topology = `${base}/cpu${number}/topology`;
      const read = (name: string): number => numberAt(root, `${topology}/${name}`) ?? -1;
      // Core ids repeat in each die (and, on some machines, each cluster) of one package.
      return { number, packageId: read('physical_package_id'), core: `${read('die_id')}/${read('core_id')}` };
    });
}

type Details = ReadonlyMap<string, string>;

/** `/proc/cpuinfo` as a map for each logical CPU. */
function detailsOf(text: string): ReadonlyMap<number, Details> {
  const blocks = text.split(/\n\s*\n/).map((block) => new Map(block.split('\n').map(pairOf)));
  return new Map(blocks.flatMap((block) => (block.has('processor') ? [[Number(block.get('processor')), block]] : [])));
}

function pairOf(line: string): [string, string] {
  const at = line.indexOf(':');
  return at < 0 ? [line.trim(), ''] : [line.slice(0, at).trim(), line.slice(at + 1).trim()];
}

const modelKeys = ['model name', 'Processor', 'cpu model', 'Model Name', 'uarch', 'machine'];
const flagKeys = ['flags', 'Features', 'features'];

function describe(details: Details): Pick<CpuPackage, 'vendor' | 'model' | 'capabilities'> {
  const first = (keys: readonly string[]): string | undefined => keys.map((key) => details.get(key)).find(Boolean);
  const arm = details.get('CPU implementer') === '0x41' ? 'ARM' : undefined;
  const flags = first(flagKeys);
  return {
    vendor: first(['vendor_id', 'isa']) ?? arm ?? '',
    model: first(modelKeys) ?? '',
    capabilities: flags === undefined ? null : flags.split(/\s+/),
  };
}
