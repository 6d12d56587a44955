/** From the flags of `reconcile` to the settings of the reconcilers, and what a scope lets through. */

import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { judgeIgnition } from '../../api/ignition-judge.js';
import type { KindDef, KubeObject } from '../../api/kind.js';
import { keyText } from '../../api/kind.js';
import { ignitionFormat } from '../../api/metal/v1alpha1/constants.js';
import { resolveKind } from '../../api/names.js';
import { UserError } from '../../errors/classes.js';
import { parseCidr } from '../../lib/cidr.js';
import { parse as parseTemplate, TemplateError } from '../../lib/go-template/index.js';
import { matchesLabels, parseSelector } from '../../lib/labels.js';
import { yamlReader } from '../../lib/read-yaml.js';
import {
  type DnsRecordTemplate,
  defaultSettings,
  type MacPrefix,
  reconcilers,
  renderIgnition,
  type Settings,
  sampleBoot,
} from '../../reconcile/index.js';
import type { reconcileCommand, settingFlags } from '../reconcile.js';
import type { Run } from './kit/run.js';
import { yamlOf } from './kit/yaml-file.js';

type Flags = Run<typeof reconcileCommand>['flags'];
type SettingFlags = Pick<Flags, keyof typeof settingFlags>;

/** @throws UserError FILE_NOT_FOUND · MANIFEST_INVALID */
export async function settingsOf(
  flags: SettingFlags,
  { bmcInsecureSkipTlsVerify = false }: { readonly bmcInsecureSkipTlsVerify?: boolean } = {},
): Promise<Settings> {
  return {
    ...defaultSettings,
    instance: `${hostname()}_${randomUUID()}`,
    managerNamespace: flags.managerNamespace,
    ignitionValidation: flags.ignitionValidation,
    persistInventory: flags.persistInventory ?? true,
    discoveryTimeoutMs: flags.discoveryTimeout,
    discoveryPrefixes: prefixesOf(flags.discoveryPrefix),
    serverResyncMs: flags.resync,
    bmcResyncMs: flags.resync,
    bmcResetWaitMs: flags.bmcResetWaitingInterval,
    bmcFailureResetDelayMs: flags.bmcFailureResetDelay,
    enforceFirstBoot: flags.enforceFirstBoot,
    enforcePowerOff: flags.enforcePowerOff,
    probeImage: wordOf(flags.probeImage, '--probe-image'),
    probeOsImage: flags.probeOsImage,
    ...(flags.discoveryIgnitionPath === undefined
      ? {}
      : { discoveryIgnition: await readDiscoveryIgnition(flags.discoveryIgnitionPath) }),
    allowPlainHttp: flags.bmcAllowHttp,
    verifiesTls: !bmcInsecureSkipTlsVerify,
    ...(flags.dnsRecordTemplatePath === undefined
      ? {}
      : { dnsRecord: await readDnsRecord(flags.dnsRecordTemplatePath) }),
    macPrefixes: flags.macPrefixesFile === undefined ? [] : await readMacPrefixes(flags.macPrefixesFile),
  };
}

/** @throws UserError USAGE */
function prefixesOf(texts: readonly string[]): readonly string[] {
  for (const text of texts) {
    if (parseCidr(text) !== undefined) continue;
    throw new UserError('USAGE', `--discovery-prefix ${text} is no address range`, {
      hint: '--discovery-prefix 10.20.0.0/16',
    });
  }
  return texts;
}

/** @throws UserError FILE_NOT_FOUND · MANIFEST_INVALID */
export async function readMacPrefixes(path: string): Promise<MacPrefix[]> {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new UserError('FILE_NOT_FOUND', `--mac-prefixes-file ${path} cannot be read`, { cause });
  });
  const document = (await yamlOf(text, path)) as { macPrefixes?: unknown } | null;
  if (!Array.isArray(document?.macPrefixes)) {
    throw new UserError('MANIFEST_INVALID', `${path} is no MAC prefix database`, {
      hint: 'it must hold a list "macPrefixes"',
    });
  }
  return document.macPrefixes.map((entry: Partial<MacPrefix>, index) => {
    if (typeof entry.macPrefix === 'string' && typeof entry.protocol === 'string' && typeof entry.port === 'number') {
      return { type: 'bmc', defaultCredentials: [], ...entry } as MacPrefix;
    }
    throw new UserError('MANIFEST_INVALID', `entry ${index + 1} of ${path} lacks macPrefix, protocol or port`);
  });
}

/** Read once. What is wrong with it for every BMC is said now, and not as a condition of each. */
async function readDnsRecord(path: string): Promise<DnsRecordTemplate> {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new UserError('FILE_NOT_FOUND', `--dns-record-template-path ${path} cannot be read`, { cause });
  });
  if (text.trim() === '') throw new UserError('MANIFEST_INVALID', `${path} is empty`);
  try {
    parseTemplate(text);
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
    throw new UserError('MANIFEST_INVALID', `${path} is no template: ${error.message}`);
  }
  return { text, readYaml: await yamlReader() };
}

/** It becomes part of a command line on the machine. @throws UserError USAGE */
function wordOf(image: string, flag: string): string {
  if (/^[\w./:@+-]+$/.test(image)) return image;
  throw new UserError('USAGE', `${flag} is no image reference`, { hint: `${flag} registry.example/probe:1.0` });
}

/** Read once, and tried: a template that fails for one machine fails for all. */
async function readDiscoveryIgnition(path: string): Promise<string> {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new UserError('FILE_NOT_FOUND', `--discovery-ignition-path ${path} cannot be read`, { cause });
  });
  const problem = text.trim() === '' ? 'ignition template must not be empty' : await templateProblem(text);
  if (problem !== undefined) throw new UserError('MANIFEST_INVALID', `${path} makes no ignition: ${problem}`);
  return text;
}

async function templateProblem(text: string): Promise<string | undefined> {
  let made: string;
  try {
    made = renderIgnition(text, sampleBoot);
  } catch (error) {
    if (error instanceof TemplateError) return error.message;
    throw error;
  }
  const { reason, message } = await judgeIgnition(made, made.startsWith('{') ? '' : ignitionFormat);
  // The boot server may know more of Butane than we do: what is only unknown to us is left to it.
  const isLeft = reason === 'Valid' || reason === 'UnsupportedVersion';
  const isUnknown = reason === 'ConversionFailed' && !message.startsWith('it is no YAML');
  return isLeft || isUnknown ? undefined : message;
}

/** The reconcilers that `--only` and `--skip` leave. @throws UserError USAGE */
export function registrationsOf({ only, skip }: Pick<Flags, 'only' | 'skip'>): typeof reconcilers {
  const named = (words: readonly string[]): Set<string> => new Set(words.map((word) => kindNamed(word)));
  const [wanted, unwanted] = [named(only), named(skip)];
  return reconcilers.filter(({ kind }) => (wanted.size === 0 || wanted.has(kind.kind)) && !unwanted.has(kind.kind));
}

function kindNamed(word: string): string {
  const found = resolveKind(word);
  const reconciled = reconcilers.map(({ kind }) => kind.plural).join(', ');
  if (found !== undefined && reconcilers.some(({ kind }) => kind.kind === found.kind)) return found.kind;
  throw new UserError('USAGE', `"${word}" is no kind that is reconciled`, { hint: `one of ${reconciled}` });
}

/** Which objects may be visited: `KIND/NAME` targets and `-l`. Undefined when there is no limit. */
export function scopeOf(targets: readonly string[], selector: string | undefined) {
  if (targets.length === 0 && selector === undefined) return undefined;
  const wanted = new Set(targets.map(targetKey));
  const labels = selector === undefined ? undefined : parseSelector(selector);
  if (selector !== undefined && labels === undefined) {
    throw new UserError('USAGE', `"${selector}" is no label selector`, { hint: '-l rack=r12,pool!=lab' });
  }
  return (kind: KindDef, object: KubeObject): boolean =>
    (wanted.size === 0 || wanted.has(`${kind.kind}/${keyText(object.metadata)}`)) &&
    (labels === undefined || matchesLabels(labels, object.metadata.labels ?? {}));
}

function targetKey(target: string): string {
  const at = target.indexOf('/');
  if (at > 0) return `${kindNamed(target.slice(0, at))}/${target.slice(at + 1)}`;
  throw new UserError('USAGE', `"${target}" is no target`, { hint: 'write KIND/NAME, e.g. server/rack1-system-0' });
}
