/** What the cluster knows of a server that a person may want to know before claiming it: lines for the details of the view. */
import type { BMC } from '../../api/metal/v1alpha1/bmc.js';
import type { Server } from '../../api/metal/v1alpha1/server.js';
import { formatBytes, parseQuantity } from '../../lib/quantity.js';
import { modelOf } from '../../workflows/claim/requirements.js';

/** What is not known is `-`. */
export const factsOf = (server: Server, bmc: BMC | undefined) => ({
  machine: [
    modelOf(server) || '-',
    cpuText(server),
    `${server.status?.totalSystemMemory ?? '-'} memory`,
    drivesText(server),
    `BIOS ${server.status?.biosVersion || '-'}`,
  ],
  network: [...nicLines(server), bmcLine(bmc), claimLine(server)],
});

/** `2 x Xeon 6430 64c/128t` */
function cpuText({ status }: Server): string {
  const cpus = (status?.processors ?? []).filter(({ type }) => !type || type === 'CPU');
  if (cpus.length === 0) return '- processors';
  const total = (read: (cpu: (typeof cpus)[number]) => number | undefined): string =>
    String(cpus.reduce((sum, cpu) => sum + (read(cpu) ?? 0), 0) || '-');
  const model = cpus[0]?.model ?? '-';
  return `${cpus.length} x ${model} ${total((cpu) => cpu.totalCores)}c/${total((cpu) => cpu.totalThreads)}t`;
}

/** `2 x SSD 3.5Ti, 1 x HDD 240Gi` */
function drivesText({ status }: Server): string {
  const drives = (status?.storages ?? [])
    .flatMap(({ drives: all }) => all ?? [])
    .filter(({ state }) => state !== 'Absent');
  const counts = new Map<string, number>();
  for (const { capacity, mediaType } of drives) {
    const bytes = parseQuantity(String(capacity ?? ''));
    const text = `${mediaType || 'disk'} ${bytes === undefined ? '-' : formatBytes(bytes)}`;
    counts.set(text, (counts.get(text) ?? 0) + 1);
  }
  return counts.size === 0 ? '- disks' : [...counts].map(([text, count]) => `${count} x ${text}`).join(', ');
}

/** Interfaces shown: the others are in the details of the server. */
const nicsShown = 3;

/** Those that are up come first: they are what a claim can use. */
function nicLines({ status }: Server): string[] {
  const isUp = (carrier: string | undefined): boolean => /^up$/i.test(carrier ?? '');
  const nics = [...(status?.networkInterfaces ?? [])].sort(
    (a, b) => Number(isUp(b.carrierStatus)) - Number(isUp(a.carrierStatus)),
  );
  const lines = nics.slice(0, nicsShown).map(({ name, carrierStatus, neighbors }) => {
    const [near] = neighbors ?? [];
    const port = near?.portID ?? near?.portDescription;
    return `${name} ${carrierStatus || '-'} ${[near?.systemName, port].filter(Boolean).join(' ') || '-'}`;
  });
  return lines.length === 0 ? ['-'] : lines;
}

const bmcLine = (bmc: BMC | undefined): string =>
  `BMC ${bmc?.status?.ip ?? bmc?.spec?.access?.ip ?? '-'} ${[bmc?.status?.model, bmc?.status?.firmwareVersion].filter(Boolean).join(' ') || '-'}`;

/** Who has it; who had it before is recorded nowhere. */
function claimLine({ spec }: Server): string {
  const ref = spec?.serverClaimRef;
  return ref === undefined ? 'Last claim -' : `Claim ${ref.namespace}/${ref.name}`;
}
