/**
 * Ignition 3.2 to 3.6, as far as metalctl writes or judges it: types, what Ignition itself insists on, and what a person
 * is likely to get wrong. Members that are not known here pass, as Ignition's own schema lets them.
 * *Source*: coreos/ignition, its specifications of config 3.x.
 */
import * as z from 'zod';
import { isSshKeyLine } from '../lib/ssh-key.js';

const flag = z.boolean().nullish();
const text = z.string().nullish();
const number = z.number().int().nullish();
const texts = z.array(z.string()).nullish();
const list = <T extends z.ZodType>(entry: T) => z.array(entry).nullish();
const path = z.string().regex(/^\//, 'is not an absolute path');

/** A data URL whose data can be read (RFC 2397); percent signs and base64 are where they go wrong. */
function isReadable(source: string): boolean {
  if (!source.startsWith('data:')) return true;
  const comma = source.indexOf(',');
  if (comma < 0) return false;
  const data = source.slice(comma + 1);
  if (source.slice(0, comma).endsWith(';base64')) {
    const bare = data.replace(/%3D/gi, '=');
    return bare.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(bare);
  }
  return !/%(?![0-9A-Fa-f]{2})/.test(data);
}

/** Where contents come from: a URL of Ignition's schemes, or the data themselves. */
const resourceEntry = z.object({
  source: z
    .string()
    .regex(/^(data:|https?:\/\/|tftp:\/\/|s3:\/\/|gs:\/\/|arn:|$)/, 'is no source Ignition fetches from')
    .refine(isReadable, 'is a data URL that cannot be decoded')
    .nullish(),
  compression: z.enum(['', 'gzip']).nullish(),
  httpHeaders: list(z.object({ name: z.string(), value: text })),
  verification: z.object({ hash: text }).nullish(),
});
const resource = resourceEntry.nullish();
/** Octal modes are written in decimal: 0o644 is 420. */
const mode = z.number().int().min(0).max(0o7777).nullish();
const owner = z.object({ id: number, name: text }).nullish();
const node = { path, overwrite: flag, user: owner, group: owner };

const unit = z.object({
  name: z
    .string()
    .regex(/\.(service|socket|device|mount|automount|swap|target|path|timer|slice|scope)$/, 'is no unit name'),
  enabled: flag,
  mask: flag,
  contents: text,
  dropins: list(z.object({ name: z.string().regex(/\.conf$/, 'does not end in .conf'), contents: text })),
});
const user = z.object({
  name: z.string().min(1),
  passwordHash: z.string().regex(/^\$/, 'is no password hash').nullish(),
  sshAuthorizedKeys: z.array(z.string().refine(isSshKeyLine, 'is no SSH key')).nullish(),
  groups: texts,
  uid: number,
  gecos: text,
  homeDir: text,
  shell: text,
  primaryGroup: text,
  noCreateHome: flag,
  noUserGroup: flag,
  noLogInit: flag,
  shouldExist: flag,
  system: flag,
});
const group = z.object({
  name: z.string().min(1),
  gid: number,
  passwordHash: text,
  shouldExist: flag,
  system: flag,
});

const partition = z.object({
  label: text,
  number: z.number().int().nullish(),
  sizeMiB: number,
  startMiB: number,
  typeGuid: text,
  guid: text,
  wipePartitionEntry: flag,
  shouldExist: flag,
  resize: flag,
});
const clevis = z.object({
  custom: z.object({ pin: text, config: text, needsNetwork: flag }).nullish(),
  tpm2: flag,
  tang: list(z.object({ url: z.string().nullish(), thumbprint: text, advertisement: text })),
  threshold: number,
});
const disks = {
  disks: list(z.object({ device: z.string(), wipeTable: flag, partitions: list(partition) })),
  raid: list(z.object({ name: z.string(), level: text, devices: texts, spares: number, options: texts })),
  luks: list(
    z.object({
      name: z.string(),
      label: text,
      uuid: text,
      device: text,
      keyFile: resource,
      wipeVolume: flag,
      options: texts,
      discard: flag,
      openOptions: texts,
      clevis: clevis.nullish(),
    }),
  ),
  filesystems: list(
    z.object({
      device: z.string(),
      path: text,
      format: text,
      options: texts,
      mountOptions: texts,
      wipeFilesystem: flag,
      label: text,
      uuid: text,
    }),
  ),
};

/** What the config itself says about how it is fetched and put together. */
const head = {
  version: z.string().regex(/^3\.[2-6]\.0$/, 'is not 3.2.0 to 3.6.0'),
  config: z.object({ merge: list(resourceEntry), replace: resource }).nullish(),
  timeouts: z.object({ httpResponseHeaders: number, httpTotal: number }).nullish(),
  security: z.object({ tls: z.object({ certificateAuthorities: list(resourceEntry) }).nullish() }).nullish(),
  proxy: z.object({ httpProxy: text, httpsProxy: text, noProxy: texts }).nullish(),
};

/** A config, complete. */
export const ignitionSchema = z.object({
  ignition: z.object(head),
  kernelArguments: z.object({ shouldExist: texts, shouldNotExist: texts }).nullish(),
  passwd: z.object({ users: list(user), groups: list(group) }).nullish(),
  storage: z
    .object({
      ...disks,
      files: list(z.object({ ...node, contents: resource, append: list(resourceEntry), mode })),
      directories: list(z.object({ ...node, mode })),
      links: list(z.object({ ...node, target: text, hard: flag })),
    })
    .nullish(),
  systemd: z.object({ units: list(unit) }).nullish(),
});

export type Ignition = z.infer<typeof ignitionSchema>;

/** What is wrong with a config, by its path; undefined when nothing is. Values are never quoted: they may be secret. */
export function ignitionProblem(value: unknown): string | undefined {
  const parsed = ignitionSchema.safeParse(value);
  const issue = parsed.error?.issues[0];
  if (issue !== undefined) return `${issue.path.join('.') || 'the config'}: ${issue.message}`;
  const { storage, systemd } = parsed.data as Ignition;
  const nodes = [storage?.files, storage?.directories, storage?.links].flatMap((each) => each ?? []);
  return (
    twice(
      nodes.map((each) => each.path),
      'storage: the path',
    ) ??
    twice(
      (systemd?.units ?? []).map(({ name }) => name),
      'systemd: the unit',
    )
  );
}

function twice(names: readonly string[], what: string): string | undefined {
  const seen = new Set<string>();
  const found = names.find((name) => seen.size === seen.add(name).size);
  return found === undefined ? undefined : `${what} ${found.slice(0, 200)} is there twice`;
}

/** What Ignition takes, and is hardly meant: modes that were written in octal and read in decimal. */
export function ignitionWarnings(config: Ignition): string[] {
  const modes = (['files', 'directories'] as const).flatMap((part) =>
    (config.storage?.[part] ?? []).map(({ mode: given }, at) => ({ given, where: `storage.${part}.${at}.mode` })),
  );
  return modes.flatMap(({ given, where }) => {
    const meant = typeof given === 'number' ? octalMeant(given) : undefined;
    return meant === undefined ? [] : [`${where}: ${given} is decimal; 0${given} would be written ${meant}`];
  });
}

/** Decimal digits that read like a usual octal mode: 644, 755, 1777. */
function octalMeant(given: number): number | undefined {
  return /^[0-7]?[4-7][04-7]{2}$/.test(String(given)) ? Number.parseInt(String(given), 8) : undefined;
}
