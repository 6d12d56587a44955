/**
 * Ignition 3.2 to 3.6, as far as metalctl writes or judges it: types, what Ignition itself insists on, and what a person
 * is likely to get wrong. Members that are not known here pass, as Ignition's own schema lets them.
 * *Source*: coreos/ignition, its specifications of config 3.x.
 */
import * as z from 'zod';

const flag = z.boolean().nullish();
const text = z.string().nullish();
const texts = z.array(z.string()).nullish();
const list = <T extends z.ZodType>(entry: T) => z.array(entry).nullish();
const path = z.string().regex(/^\//, 'is not an absolute path');

/** Where contents come from: a URL of Ignition's schemes, or the data themselves. */
const resource = z
  .object({
    source: z
      .string()
      .regex(/^(data:|https?:\/\/|tftp:\/\/|s3:\/\/|gs:\/\/|arn:|$)/, 'is no source Ignition fetches from')
      .nullish(),
    compression: z.enum(['', 'gzip']).nullish(),
  })
  .nullish();
/** Octal modes are written in decimal: 0o644 is 420. */
const mode = z.number().int().min(0).max(0o7777).nullish();
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
  sshAuthorizedKeys: z.array(z.string().regex(/^[\w@.-]+ [A-Za-z0-9+/=]+/, 'is no SSH key')).nullish(),
  groups: texts,
});
const node = { path, overwrite: flag };

/** A config, complete. */
export const ignitionSchema = z.object({
  ignition: z.object({ version: z.string().regex(/^3\.[2-6]\.0$/, 'is not 3.2.0 to 3.6.0') }),
  passwd: z.object({ users: list(user), groups: list(z.object({ name: z.string().min(1) })) }).nullish(),
  storage: z
    .object({
      files: list(z.object({ ...node, contents: resource, append: list(resource), mode })),
      directories: list(z.object({ ...node, mode })),
      links: list(z.object({ ...node, target: text, hard: flag })),
    })
    .nullish(),
  systemd: z.object({ units: list(unit) }).nullish(),
});

export type Ignition = z.infer<typeof ignitionSchema>;

/** What is wrong with a config, by its path; undefined when nothing is. */
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
  const found = names.find((name, at) => names.indexOf(name) !== at);
  return found === undefined ? undefined : `${what} ${found} is there twice`;
}
