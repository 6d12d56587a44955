/**
 * A network boot from a real boot server, as far as a machine without DHCP can go: it fetches its iPXE script, follows it
 * to kernel, initrd and ignition, and asks for each, so that what is missing fails the boot and says so.
 */
import type { NetworkBootOffer } from './types.js';

/** How the machine reaches the boot server. */
export interface BootNetwork {
  /** @throws Error when it does not answer 200 */
  text(url: string): Promise<string>;
  /** Status of a HEAD. */
  head(url: string): Promise<number>;
}

/** Why a machine did not boot from the network. */
export class NoBoot extends Error {}

interface Script {
  readonly kernel: string;
  readonly initrds: readonly string[];
  /** `ignition.config.url` among the kernel's words. */
  readonly ignition?: string;
}

const mostScripts = 4;
/** What the discovery image is told. */
const registryFlag = /--registry-url[=\s]+["']?([^\s"'\\]+)/;
const uuidFlag = /--server-uuid[=\s]+["']?([0-9a-fA-F-]{36})/;

/** What a machine gets that boots from this server. @throws NoBoot */
export async function bootFrom(server: string, uuid: string, network: BootNetwork): Promise<NetworkBootOffer> {
  const base = server.replace(/\/$/, '');
  const script = await followed(`${base}/ipxe/${uuid}`, uuid, network);
  for (const url of [script.kernel, ...script.initrds]) {
    const status = await network.head(url).catch(() => 0);
    if (status < 200 || status > 299)
      throw new NoBoot(`${url} ${status === 0 ? 'does not answer' : `answers ${status}`}`);
  }
  const ignition = await fetched(script.ignition ?? `${base}/ignition/${uuid}`, network);
  const [, registryUrl] = registryFlag.exec(ignition) ?? [];
  const [, serverUUID] = uuidFlag.exec(ignition) ?? [];
  if (registryUrl === undefined || serverUUID === undefined) return { kind: 'os', image: script.kernel };
  return { kind: 'probe', registryUrl, serverUUID };
}

async function followed(first: string, uuid: string, network: BootNetwork): Promise<Script> {
  let url = first;
  for (let count = 0; count < mostScripts; count += 1) {
    const found = readScript(await fetched(url, network), url, uuid);
    if (typeof found !== 'string') return found;
    url = found;
  }
  throw new NoBoot(`${first} leads from script to script`);
}

const fetched = async (url: string, network: BootNetwork): Promise<string> => {
  try {
    return await network.text(url);
  } catch (error) {
    throw new NoBoot(`${url}: ${(error as Error).message}`);
  }
};

/** A script's images, or the script it chains to. Commands that fetch and boot nothing are passed over. @throws NoBoot */
export function readScript(text: string, url: string, uuid: string): Script | string {
  if (!text.startsWith('#!ipxe')) throw new NoBoot(`${url} is no iPXE script`);
  const names = new Map([['uuid', uuid]]);
  const absolute = (word: string): string => {
    if (!URL.canParse(word, url)) throw new NoBoot(`${url} names "${word}", which is no URL`);
    return new URL(word, url).href;
  };
  let kernel: { url: string; words: readonly string[] } | undefined;
  const initrds: string[] = [];
  for (const line of text.split('\n').slice(1)) {
    const whole = line.replace(/\$\{([^}]{0,64})\}/g, (_, name: string) => names.get(name) ?? '');
    const [command, ...words] = (whole.split(' || ')[0] ?? '').trim().split(/\s+/);
    const [target, ...rest] = withoutOptions(words);
    if (command === 'set') names.set(words[0] ?? '', words.slice(1).join(' '));
    if (target === undefined) continue;
    if (command === 'chain') return absolute(target);
    if (command === 'kernel' || command === 'imgselect') kernel = { url: absolute(target), words: rest };
    if (command === 'initrd') initrds.push(absolute(target));
  }
  if (kernel === undefined) throw new NoBoot(`${url} boots no kernel`);
  const ignition = kernel.words.find((word) => word.startsWith('ignition.config.url='))?.replace(/^[^=]+=/, '');
  return { kernel: kernel.url, initrds, ...(ignition === undefined ? {} : { ignition: absolute(ignition) }) };
}

/** iPXE's own options come first: `--name vmlinuz`, `--autofree`. */
function withoutOptions(words: readonly string[]): readonly string[] {
  const [first, second] = words;
  if (first === undefined || !first.startsWith('-')) return words;
  const takesValue = ['--name', '-n', '--timeout', '-t'].includes(first) && second !== undefined;
  return withoutOptions(words.slice(takesValue ? 2 : 1));
}
