/** Body of `tree`. */
import { type Key, type KindDef, type KubeObject, keyOf, keyText } from '../../api/kind.js';
import type { BMC } from '../../api/metal/v1alpha1/bmc.js';
import type { Server } from '../../api/metal/v1alpha1/server.js';
import { kindNames } from '../../api/names.js';
import { UserError } from '../../errors/classes.js';
import { dotGraph, type Graph, mermaidGraph } from '../../lib/output/graph.js';
import { neutralise } from '../../lib/sanitize.js';
import type { treeCommand } from '../look.js';
import { bmcKind, bmcSecretKind, claimKind, kindOf, serverKind } from './kit/kinds.js';
import type { Run } from './kit/run.js';
import { objectTargets, type Target } from './kit/targets.js';

type TreeRun = Run<typeof treeCommand>;

interface Node {
  /** `server/node-07`. */
  readonly name: string;
  readonly state: string;
  readonly children: readonly Node[];
}

export default async function (run: TreeRun): Promise<void> {
  const roots: Node[] = [];
  for (const target of await objectTargets(run, run.args.targets, {})) {
    const root = await rootOf(run, target);
    if (!roots.some(({ name }) => name === root.name)) roots.push(root);
  }
  const form = run.out.format.kind;
  if (form === 'mermaid') return run.out.text(mermaidGraph(graphOf(roots)));
  if (form === 'dot') return run.out.text(dotGraph(graphOf(roots)));
  await run.out.document({ kind: 'Tree', roots }, () => roots.map((root) => text(run, root)).join(''), names(roots));
}

const names = (nodes: readonly Node[]): string[] => nodes.flatMap(({ name, children }) => [name, ...names(children)]);

const bootKind = kindOf(kindNames.find(({ kind }) => kind === 'ServerBootConfiguration') as (typeof kindNames)[number]);

/** The top of the tree an object is in: the secret of the BMC of the server it is about. */
async function rootOf(run: TreeRun, { kind, object }: Target): Promise<Node> {
  const { cluster } = run.ports;
  const read = <T extends KubeObject>(of: KindDef<T>, name: string | undefined): Promise<T | undefined> =>
    name === undefined || name === '' ? Promise.resolve(undefined) : cluster.get(of, { name }, run.signal);
  if (kind.kind === 'BMCSecret') return secretNode(run, object.metadata.name);
  if (kind.kind === 'BMC') return secretNode(run, (object as BMC).spec?.bmcSecretRef.name ?? '', object as BMC);
  const server =
    kind.kind === 'Server'
      ? (object as Server)
      : await read(
          serverKind,
          (object as unknown as { spec?: { serverRef?: { name?: string } } }).spec?.serverRef?.name,
        );
  if (server !== undefined) {
    const bmc = await read(bmcKind, server.spec?.bmcRef?.name);
    return bmc === undefined ? serverNode(run, server) : secretNode(run, bmc.spec?.bmcSecretRef.name ?? '', bmc);
  }
  if (kind.kind === 'ServerClaim') return node(kind, object, []);
  throw new UserError('USAGE', `a ${kind.singular} is in no tree`, { hint: 'metalctl tree server/NAME' });
}

/** A secret with the BMCs that use it: all, or the one asked about. */
async function secretNode(run: TreeRun, name: string, only?: BMC): Promise<Node> {
  const { cluster } = run.ports;
  const secret = await cluster.get(bmcSecretKind, { name }, run.signal);
  const bmcs = only === undefined ? (await cluster.list(bmcKind, { signal: run.signal })).items : [only];
  const used = bmcs.filter(({ spec }) => spec?.bmcSecretRef.name === name);
  const servers = (await cluster.list(serverKind, { signal: run.signal })).items;
  const children: Node[] = [];
  for (const bmc of used) {
    const own = servers.filter(({ spec }) => spec?.bmcRef?.name === bmc.metadata.name);
    const below: Node[] = [];
    for (const server of own) below.push(await serverNode(run, server));
    children.push(node(bmcKind, bmc, below));
  }
  return { name: `${bmcSecretKind.singular}/${name}`, state: secret === undefined ? 'missing' : '', children };
}

async function serverNode(run: TreeRun, server: Server): Promise<Node> {
  const { serverClaimRef: claim, bootConfigurationRef: boot } = server.spec ?? {};
  const below: Node[] = [];
  for (const [kind, ref] of [
    [claimKind, claim],
    [bootKind, boot],
  ] as const) {
    if (ref?.name === undefined) continue;
    const key: Key = { namespace: ref.namespace ?? '', name: ref.name };
    const object = await run.ports.cluster.get(kind as KindDef, key, run.signal);
    below.push(
      object === undefined
        ? { name: `${kind.singular}/${keyText(key)}`, state: 'missing', children: [] }
        : node(kind, object, []),
    );
  }
  return node(serverKind, server, below);
}

function node(kind: KindDef, object: KubeObject, children: readonly Node[]): Node {
  const { status } = object as { status?: { state?: string; phase?: string } };
  return { name: `${kind.singular}/${keyText(keyOf(object))}`, state: status?.state ?? status?.phase ?? '', children };
}

/** Lines where a terminal draws them, two blanks a level where it does not. */
function text({ out }: TreeRun, root: Node): string {
  const [branch, last, down] = out.style.ascii ? ['|- ', '`- ', '|  '] : ['├─ ', '└─ ', '│  '];
  const lines = (each: Node, lead: string, next: string): string[] => {
    const state = each.state === '' ? '' : `  ${out.style.state(neutralise(each.state))}`;
    return [
      `${lead}${neutralise(each.name)}${state}`,
      ...each.children.flatMap((child, at) => {
        const isLast = at === each.children.length - 1;
        return lines(child, `${next}${isLast ? last : branch}`, `${next}${isLast ? '   ' : down}`);
      }),
    ];
  };
  return `${lines(root, '', '').join('\n')}\n`;
}

/** An object may hang below several: it is drawn once. */
function graphOf(roots: readonly Node[]): Graph {
  const all = (nodes: readonly Node[]): Node[] => nodes.flatMap((each) => [each, ...all(each.children)]);
  const nodes = [...new Map(all(roots).map((each) => [each.name, each])).values()];
  return {
    nodes: nodes.map(({ name, state }) => ({ id: name, label: state === '' ? name : `${name} (${state})` })),
    edges: all(roots).flatMap(({ name, children }) => children.map((child) => [name, child.name] as const)),
  };
}
