/**
 * Which Server an address belongs to. An address that two Servers report belongs to neither: a DHCP lease that moved on
 * must not open one tenant's data to the next.
 */
import type { Server } from '../../api/metal/v1alpha1/index.js';
import { sameAddress } from '../../lib/machine-address.js';

export class AddressBook {
  /** Names of the holders, by address. */
  readonly #holders = new Map<string, Set<string>>();
  readonly #addresses = new Map<string, readonly string[]>();

  /** Takes in what a Server reports now; what it reported before is forgotten. */
  put(server: Server): void {
    const { name } = server.metadata;
    this.remove(name);
    const addresses = addressesOf(server);
    this.#addresses.set(name, addresses);
    for (const address of addresses) this.#holders.set(address, (this.#holders.get(address) ?? new Set()).add(name));
  }

  /** Forgets a Server; addresses others report too stay theirs. */
  remove(name: string): void {
    for (const address of this.#addresses.get(name) ?? []) {
      const holders = this.#holders.get(address);
      holders?.delete(name);
      if (holders?.size === 0) this.#holders.delete(address);
    }
    this.#addresses.delete(name);
  }

  /** How many Servers and addresses are known, and how many addresses name nobody because two report them. */
  size(): { readonly servers: number; readonly addresses: number; readonly clashes: number } {
    const clashes = [...this.#holders.values()].filter(({ size }) => size > 1).length;
    return { servers: this.#addresses.size, addresses: this.#holders.size, clashes };
  }

  /** Names of the Servers with this address: one is an identity, several are a clash. */
  holdersOf(address: string): readonly string[] {
    return [...(this.#holders.get(sameAddress(address) ?? '') ?? [])];
  }
}

/** Addresses a Server reports, each in one form; what is no address, and link-local ones, name nobody. */
export const addressesOf = ({ status }: Server): readonly string[] => [
  ...new Set((status?.networkInterfaces ?? []).flatMap(({ ips }) => ips ?? []).flatMap((ip) => sameAddress(ip) ?? [])),
];
