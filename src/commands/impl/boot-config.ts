/** Body of `boot config`. */
import { keyText } from '../../api/kind.js';
import type { ServerBootConfiguration } from '../../api/metal/v1alpha1/serverbootconfiguration.js';
import { resolveKind } from '../../api/names.js';
import { ConflictError, UserError } from '../../errors/classes.js';
import type { bootConfigCommand } from '../boot.js';
import { serverOf } from './boot-machine.js';
import { claimKind, kindOf } from './kit/kinds.js';
import { missing } from './kit/missing.js';
import type { Run } from './kit/run.js';

type ConfigRun = Run<typeof bootConfigCommand>;

export default async function (run: ConfigRun): Promise<void> {
  const server = await serverOf(run, run.args.server);
  const { image } = run.flags;
  if (image !== undefined) return change(run, server, image);
  const key = server.spec?.bootConfigurationRef;
  const { name } = server.metadata;
  if (key === undefined)
    throw new UserError('NOT_FOUND', `server/${name} has no boot configuration`, {
      hint: `metalctl claim NAME --server ${name}`,
    });
  const names = resolveKind('ServerBootConfiguration');
  if (names === undefined) throw new Error('ServerBootConfiguration is not among the names of kinds');
  const kind = kindOf<ServerBootConfiguration>(names);
  const object = await run.ports.cluster.get(kind, key, run.signal);
  if (object === undefined) throw await missing(run.ports.cluster, kind, key, run.signal);
  const rows = [
    ['configuration', keyText(key)],
    ['image', object.spec?.image ?? ''],
    ['ignition', object.spec?.ignitionSecretRef?.name ?? ''],
    ['state', object.status?.state ?? 'Pending'],
    ...(object.status?.conditions ?? []).map(({ type, status, message }) => [
      type,
      `${status}${message ? `: ${message}` : ''}`,
    ]),
  ];
  const { spec, status } = object;
  await run.out.document(
    { kind: 'BootConfiguration', server: name, configuration: keyText(key), spec, status },
    () => ({
      columns: [{ header: 'WHAT' }, { header: 'VALUE' }],
      rows,
    }),
  );
}

/** What a Reserved server boots is what its claim says: changed anywhere else it would be undone. */
async function change(run: ConfigRun, server: Awaited<ReturnType<typeof serverOf>>, image: string): Promise<void> {
  const { cluster } = run.ports;
  const key = server.spec?.serverClaimRef;
  const { name } = server.metadata;
  if (key === undefined) {
    throw new ConflictError('CONFLICT', `server/${name} has no claim whose image could be changed`, {
      hint: `metalctl claim NAME --server ${name} --image ${image}`,
    });
  }
  const claim = await cluster.get(claimKind, key, run.signal);
  if (claim === undefined) throw await missing(cluster, claimKind, key, run.signal);
  const text = keyText(key);
  if (claim.spec?.image === image) return run.out.changes([{ object: claim, line: `claim ${text} unchanged` }]);
  if (run.globals.dryRun !== 'none')
    return run.out.changes([{ object: claim, line: `claim ${text} would boot ${image}` }]);
  const plan = [
    `server/${name} is ${server.status?.state} by ${text}: boots ${image} instead of ${claim.spec?.image ?? 'nothing'} after its next restart`,
  ];
  await run.confirm({ level: 2, what: `changing the image of claim ${text}`, plan });
  const patch = { metadata: { resourceVersion: claim.metadata.resourceVersion }, spec: { image } };
  const object = await cluster.patch(claimKind, key, patch, 'merge', { signal: run.signal });
  await run.out.changes([{ object, line: `claim ${text} boots ${image} after its next restart` }]);
}
