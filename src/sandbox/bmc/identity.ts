/**
 * Who a machine is: serials, UUIDs and MAC addresses, all computed from seed and index when asked for, so that ten
 * thousand BMCs store none of it. Names are paths such as `s0.uuid`, `s0.mac.1`, `m0.serial`, `s0.drive.3.serial`.
 */
import { hash32, hashHex } from './random.js';

/** How a vendor writes its identifiers. */
export interface IdentityRules {
  /** First three bytes of its MAC addresses: `b07b25`. */
  readonly oui: string;
  /** Alphabet, length and prefix of its serial numbers. */
  readonly serial: { readonly alphabet: string; readonly length: number; readonly prefix?: string };
  /** Redfish writes UUIDs in upper case (Lenovo XCC). In band they are lower case everywhere. */
  readonly isUuidUpperCase?: boolean;
  /** The UUID is zeros and a MAC address (Supermicro X10). */
  readonly isUuidFromMac?: boolean;
}

/** MAC addresses set aside for one BMC: enough for every port of every profile. */
const macsPerBmc = 32;
const macSpace = 1 << 24;
/** Odd, so that multiplying by it permutes the numbers below 2^30: serials never collide. */
const scatter = 0x2545f491;

export class Identity {
  readonly #seed: number;
  readonly #index: number;
  readonly #rules: IdentityRules;
  /** How often the card of a port was replaced; most BMCs never see it. */
  #replaced: Map<string, number> | undefined;
  /** Address the BMC listens on, as its own resources show it. */
  readonly host: string;

  constructor(options: { seed: number; index: number; rules: IdentityRules; host: string }) {
    this.#seed = options.seed;
    this.#index = options.index;
    this.#rules = options.rules;
    this.host = options.host;
  }

  /** The value of a name; equal for equal seed, index and name. */
  fact(name: string): string {
    const parts = name.split('.');
    const last = parts.at(-1);
    if (name === 'host') return this.host;
    if (name === 'hostname') return `bmc-${this.#index + 1}`;
    if (last === 'uuid') return this.#rules.isUuidUpperCase ? this.uuid(name).toUpperCase() : this.uuid(name);
    if (parts[1] === 'mac') return this.mac(parts[0] ?? '', Number(parts[2] ?? 0), parts[3] ?? '');
    if (parts.length === 2 && last === 'serial') return this.#serial(parts[0] ?? '');
    return hashHex(`${this.#index}/${name}`, this.#seed, 14).toUpperCase();
  }

  /** The UUID under a name such as `s0.uuid`, lower case. */
  uuid(name: string): string {
    if (this.#rules.isUuidFromMac) {
      return `00000000-0000-0000-0000-${this.mac(name.split('.')[0] ?? '', 0, 'bare').toLowerCase()}`;
    }
    const hex = hashHex(`${this.#index}/${name}`, this.#seed, 32);
    const variant = ((Number.parseInt(hex[16] ?? '0', 16) & 3) | 8).toString(16);
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20)}`;
  }

  /** A port's MAC address. Forms: default `AA:BB:…`, `lower` `aa:bb:…`, `bare` `AABB…` as in UEFI device paths. */
  mac(owner: string, port: number, form = ''): string {
    const slot = owner.startsWith('m') ? macsPerBmc - 1 - Number(owner.slice(1)) : Number(owner.slice(1)) * 8 + port;
    const base = hash32('mac', this.#seed) % macSpace;
    const suffix = ((base + this.#index * macsPerBmc + slot) % macSpace).toString(16).padStart(6, '0');
    const times = this.#replaced?.get(`${owner}.${port}`);
    // Cards put in later come from another maker's space, so that they never meet those of another machine.
    const oui = times === undefined ? this.#rules.oui : (0x0c42a1 + times).toString(16).padStart(6, '0');
    const hex = `${oui}${suffix}`.toUpperCase();
    if (form === 'bare') return hex;
    const colons = hex.match(/../g)?.join(':') ?? hex;
    return form === 'lower' ? colons.toLowerCase() : colons;
  }

  /** Gives a port another MAC address. */
  replaceMac(owner: string, port: number): void {
    this.#replaced ??= new Map();
    const key = `${owner}.${port}`;
    this.#replaced.set(key, (this.#replaced.get(key) ?? 0) + 1);
  }

  #serial(owner: string): string {
    const { alphabet, length, prefix = '' } = this.#rules.serial;
    const offset = owner === 's0' ? 0 : hash32(owner, 7);
    let rest = (Math.imul(this.#index + 1, scatter) + hash32('serial', this.#seed) + offset) >>> 0;
    let out = '';
    while (out.length < length) {
      out += alphabet[rest % alphabet.length] ?? '';
      rest = Math.floor(rest / alphabet.length);
    }
    return prefix + out;
  }
}
