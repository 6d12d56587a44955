/** Graphs for pasting: Mermaid and Graphviz, from one description. */
import { neutralise } from '../sanitize.js';

export interface GraphNode {
  /** Tells nodes apart; shown nowhere in Mermaid. */
  readonly id: string;
  readonly label: string;
  /** Nodes of one group stand in a frame with its name. */
  readonly group?: string;
}

export interface Graph {
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly (readonly [from: string, to: string])[];
}

/** Both languages end a label at a double quote; what would end a line or colour a terminal goes too. */
const quoted = (text: string): string => `"${neutralise(text).replaceAll('"', "'").replaceAll('\\', '/')}"`;

export function mermaidGraph({ nodes, edges }: Graph): string {
  const ids = new Map(nodes.map(({ id }, at) => [id, `n${at}`]));
  const draw = ({ id, label }: GraphNode, indent: string): string => `${indent}${ids.get(id)}[${quoted(label)}]`;
  const lines = groupsOf(nodes).flatMap(([group, members], at) =>
    group === ''
      ? members.map((each) => draw(each, '  '))
      : [`  subgraph g${at}[${quoted(group)}]`, ...members.map((each) => draw(each, '    ')), '  end'],
  );
  const arrows = edges.map(([from, to]) => `  ${ids.get(from)} --> ${ids.get(to)}`);
  return `${['graph TD', ...lines, ...arrows].join('\n')}\n`;
}

export function dotGraph({ nodes, edges }: Graph): string {
  const draw = ({ id, label }: GraphNode, indent: string): string => `${indent}${quoted(id)} [label=${quoted(label)}];`;
  const lines = groupsOf(nodes).flatMap(([group, members], at) =>
    group === ''
      ? members.map((each) => draw(each, '  '))
      : [
          `  subgraph cluster_${at} {`,
          `    label=${quoted(group)};`,
          ...members.map((each) => draw(each, '    ')),
          '  }',
        ],
  );
  const arrows = edges.map(([from, to]) => `  ${quoted(from)} -> ${quoted(to)};`);
  return `${['digraph metalctl {', ...lines, ...arrows, '}'].join('\n')}\n`;
}

/** By group, in the order in which the groups come first. */
function groupsOf(nodes: readonly GraphNode[]): [string, GraphNode[]][] {
  const groups = new Map<string, GraphNode[]>();
  for (const each of nodes) groups.set(each.group ?? '', [...(groups.get(each.group ?? '') ?? []), each]);
  return [...groups];
}
