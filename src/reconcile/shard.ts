/**
 * Parts of a fleet that are reconciled apart. A BMC, its Servers and whatever is about one of them are in the same part;
 * what is about no machine is in the first. Which part it is depends on the name of the BMC alone, and when there are
 * more parts only those BMCs move that go to a new one.
 */
import type { KindDef, KubeObject } from '../api/kind.js';
import {
  BMC,
  BMCUser,
  Endpoint,
  Server,
  ServerBootConfiguration,
  ServerClaim,
  ServerReadinessRule,
} from '../api/metal/v1alpha1/index.js';
import { UserError } from '../errors/classes.js';
import { preferred } from '../lib/rendezvous.js';
import type { AnyRegistration } from './runtime/registration.js';
import type { Store } from './runtime/store.js';

/** Part `index` of `count`, counted from one. */
export interface Shard {
  readonly index: number;
  readonly count: number;
}

/** `2/4`. @throws UserError USAGE */
export function shardOf(word: string): Shard {
  const [, index, count] = (/^(\d{1,4})\/(\d{1,4})$/.exec(word) ?? []).map(Number);
  if (index !== undefined && count !== undefined && index >= 1 && index <= count) return { index, count };
  throw new UserError('USAGE', `--shard ${word} is no part of a whole`, {
    why: 'it is I/N, and I goes from 1 to N',
    hint: ['--shard 1/4   the first of four', '--shard 4/4   the last of four'],
  });
}

/** Whether an object is in this part. Needs no more than what the runner has listed. */
export const inShard =
  ({ index, count }: Shard) =>
  (kind: KindDef, object: KubeObject, store: Pick<Store, 'get'>): boolean => {
    const bmc = bmcNameOf(kind, object, store);
    return (bmc === undefined ? 1 : numberOf(bmc, count)) === index;
  };

const numberOf = (bmc: string, count: number): number => {
  const numbers = Array.from({ length: count }, (_, at) => at + 1);
  return preferred(bmc, numbers, String) ?? 1;
};

/** Reconcilers that may find something of theirs in this part: what is about no machine need not be listed elsewhere. */
export const registrationsIn = ({ index }: Shard, all: readonly AnyRegistration[]): AnyRegistration[] =>
  all.filter(({ kind }) => index === 1 || kind.plural !== ServerReadinessRule.plural);

/** Name of the BMC an object is about. A claim that has no server yet is about none. */
function bmcNameOf(kind: KindDef, object: KubeObject, store: Pick<Store, 'get'>): string | undefined {
  switch (kind.plural) {
    // An Endpoint becomes the BMC of its name.
    case BMC.plural:
    case Endpoint.plural:
      return object.metadata.name;
    case BMCUser.plural:
      return (object as BMCUser).spec?.bmcRef?.name;
    case Server.plural:
      return bmcOfServer(object as Server);
    case ServerBootConfiguration.plural:
      return bmcOf((object as ServerBootConfiguration).spec?.serverRef.name, store);
    case ServerClaim.plural:
      return bmcOf((object as ServerClaim).spec?.serverRef?.name, store);
    default:
      return undefined;
  }
}

/** A Server that has its BMC inline is counted by its own name. */
const bmcOfServer = ({ metadata, spec }: Server): string => spec?.bmcRef?.name || metadata.name;

function bmcOf(server: string | undefined, store: Pick<Store, 'get'>): string | undefined {
  if (server === undefined || server === '') return undefined;
  const found = store.get(Server, { name: server });
  return found === undefined ? server : bmcOfServer(found);
}
