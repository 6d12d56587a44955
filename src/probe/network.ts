/** Links with their addresses, and network cards, from `/sys/class/net`. */
import type { NetworkInterfaceInfo } from 'node:os';
import { basename } from 'node:path';
import { cardFacts, type Ethtool } from './ethtool.js';
import { numberAt, type Root } from './root.js';
import type { LinkReport, Nic } from './wire.js';

/** Addresses by link, as `os.networkInterfaces()` gives them: the kernel shows them in no file of sysfs. */
export type Addresses = Readonly<
  Record<string, readonly Pick<NetworkInterfaceInfo, 'address' | 'internal'>[] | undefined>
>;

const folder = '/sys/class/net';
const flagUp = 0x1;
const flagLoopback = 0x8;

/** Every link but loopback, `tun*` and `docker0*`, in the kernel's order. Also links that are down or have no address. */
export function networkInterfaces(root: Root, addresses: Addresses): readonly LinkReport[] {
  return linkNames(root)
    .filter((name) => (flagsOf(root, name) & flagLoopback) === 0 && !/^(tun|docker0)/.test(name))
    .sort((a, b) => (numberAt(root, `${folder}/${a}/ifindex`) ?? 0) - (numberAt(root, `${folder}/${b}/ifindex`) ?? 0))
    .map((name) => ({
      name,
      ipAddresses: (addresses[name] ?? [])
        .filter(({ internal }) => !internal)
        .map(({ address }) => address.replace(/%.*$/, '')),
      macAddress: (root.text(`${folder}/${name}/address`) ?? '').toLowerCase(),
      carrierStatus: isRunning(root, name) ? 'up' : 'down',
    }));
}

/** As the kernel computes IFF_RUNNING: administratively up, and operationally up or of unknown state. */
function isRunning(root: Root, name: string): boolean {
  const state = root.text(`${folder}/${name}/operstate`);
  return (flagsOf(root, name) & flagUp) !== 0 && (state === 'up' || state === 'unknown');
}

const flagsOf = (root: Root, name: string): number => Number(root.text(`${folder}/${name}/flags`) ?? 0);

/** `bonding_masters` is a file beside the links. */
const linkNames = (root: Root): string[] => root.names(folder).filter((name) => name !== 'bonding_masters');

/** Every link but `lo`, virtual ones too. Modes, ports and firmware as ethtool tells them: without it they stay empty. */
export const nics = (root: Root, ask: Ethtool = () => undefined): readonly Nic[] =>
  linkNames(root)
    .filter((name) => name !== 'lo')
    .map((name) => ({
      name,
      mac:
        root.text(`${folder}/${name}/addr_assign_type`) === '0' ? (root.text(`${folder}/${name}/address`) ?? '') : '',
      pciAddress: pciAddressOf(root, name),
      speed: speedOf(root, name),
      linkModes: null,
      supportedPorts: null,
      firmwareVersion: '',
      ...cardFacts(ask, name),
    }));

function pciAddressOf(root: Root, name: string): string {
  const isPci = root.target(`${folder}/${name}/device/subsystem`)?.endsWith('/bus/pci') ?? false;
  const device = isPci ? root.target(`${folder}/${name}/device`) : undefined;
  return device === undefined ? 'unknown' : basename(device);
}

/** In ethtool's words. */
function speedOf(root: Root, name: string): string {
  const mbps = numberAt(root, `${folder}/${name}/speed`);
  return mbps === undefined || mbps < 0 || mbps === 0xffff_ffff ? 'Unknown!' : `${mbps}Mb/s`;
}
