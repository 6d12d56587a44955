/** Body of `boot config`. */
import { keyText } from '../../api/kind.js';
import { Secret, type SecretObject } from '../../api/kubernetes.js';
import type { ServerBootConfiguration } from '../../api/metal/v1alpha1/serverbootconfiguration.js';
import type { ServerClaim } from '../../api/metal/v1alpha1/serverclaim.js';
import { resolveKind } from '../../api/names.js';
import { ConflictError, UserError } from '../../errors/classes.js';
import { ignitionSecret, ignitionSecretName } from '../../workflows/claim/request.js';
import type { bootConfigCommand } from '../boot.js';
import { serverOf } from './boot-machine.js';
import { ignitionOf } from './claim-request.js';
import { claimKind, kindOf } from './kit/kinds.js';
import { missing } from './kit/missing.js';
import type { Run } from './kit/run.js';

type ConfigRun = Run<typeof bootConfigCommand>;

export default async function (run: ConfigRun): Promise<void> {
  const server = await serverOf(run, run.args.server);
  if (run.flags.image !== undefined || run.flags.ignition !== undefined) return change(run, server);
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
async function change(run: ConfigRun, server: Awaited<ReturnType<typeof serverOf>>): Promise<void> {
  const { cluster } = run.ports;
  const key = server.spec?.serverClaimRef;
  const { name } = server.metadata;
  if (key === undefined) {
    throw new ConflictError('CONFLICT', `server/${name} has no claim whose configuration could be changed`, {
      hint: `metalctl claim NAME --server ${name} --image IMG --ignition FILE`,
    });
  }
  const claim = await cluster.get(claimKind, key, run.signal);
  if (claim === undefined) throw await missing(cluster, claimKind, key, run.signal);
  const text = keyText(key);
  const wish = await wishOf(run, claim);
  const what = [wish.image, wish.secretName && `ignition ${wish.secretName}`].filter(Boolean).join(' with ');
  if (wish.image === undefined && wish.secretName === undefined)
    return run.out.changes([{ object: claim, line: `claim ${text} unchanged` }]);
  if (run.globals.dryRun !== 'none')
    return run.out.changes([{ object: claim, line: `claim ${text} would boot ${what}` }]);
  const plan = [
    `server/${name} is ${server.status?.state} by ${text}: boots ${what} instead of ${claim.spec?.image ?? 'nothing'} after its next restart`,
  ];
  await run.confirm({ level: 2, what: `changing what claim ${text} boots`, plan });
  run.signal.throwIfAborted();
  // The Secret first: a claim must not name one that is not there.
  if (wish.secret !== undefined) await keepSecret(run, wish.secret);
  const patch = {
    metadata: { resourceVersion: claim.metadata.resourceVersion },
    spec: {
      ...(wish.image === undefined ? {} : { image: wish.image }),
      ...(wish.secretName === undefined ? {} : { ignitionSecretRef: { name: wish.secretName } }),
    },
  };
  const object = await cluster.patch(claimKind, key, patch, 'merge', { signal: run.signal });
  await run.out.changes([{ object, line: `claim ${text} boots ${what} after its next restart` }]);
}

interface Wish {
  readonly image?: string;
  readonly secretName?: string;
  /** To be written: the ignition came as a file. */
  readonly secret?: SecretObject;
}

/** What differs from what the claim says. */
async function wishOf(run: ConfigRun, { metadata, spec }: ServerClaim): Promise<Wish> {
  const { image, ignition: file } = run.flags;
  const isOther = image !== undefined && image !== spec?.image;
  if (file === undefined) return isOther ? { image } : {};
  const ignited = { namespace: metadata.namespace ?? '', name: metadata.name, ignition: await ignitionOf(file) };
  const secret = ignitionSecret(ignited);
  const secretName = ignitionSecretName(ignited);
  const isSame = secret === undefined && secretName === spec?.ignitionSecretRef?.name;
  return {
    ...(isOther ? { image } : {}),
    ...(secretName === undefined || isSame ? {} : { secretName }),
    ...(secret === undefined ? {} : { secret }),
  };
}

async function keepSecret(run: ConfigRun, secret: SecretObject): Promise<void> {
  const { cluster } = run.ports;
  const key = { namespace: secret.metadata.namespace ?? '', name: secret.metadata.name };
  const known = await cluster.get(Secret, key, run.signal);
  if (known === undefined) await cluster.create(Secret, secret, { signal: run.signal });
  else await cluster.patch(Secret, key, { data: secret.data }, 'merge', { signal: run.signal });
}
