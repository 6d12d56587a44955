/** Graphs for pasting: what Mermaid and Graphviz read, whatever stands in a label. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dotGraph, type Graph, mermaidGraph } from '../../../../src/lib/output/graph.js';

const graph: Graph = {
  nodes: [
    { id: 'a', label: 'first' },
    { id: '1', label: 'one', group: 'server/x' },
    { id: '2', label: 'say "hi"\\\n\u001b[31m', group: 'server/x' },
  ],
  edges: [
    ['a', '1'],
    ['1', '2'],
  ],
};

test('Mermaid: nodes by number, groups as frames, labels that cannot end themselves', () => {
  assert.equal(
    mermaidGraph(graph),
    [
      'graph TD',
      '  n0["first"]',
      '  subgraph g1["server/x"]',
      '    n1["one"]',
      `    n2["say 'hi'//n/x1b[31m"]`,
      '  end',
      '  n0 --> n1',
      '  n1 --> n2',
      '',
    ].join('\n'),
  );
});

test('Graphviz: a cluster for each group, and the same edges', () => {
  const text = dotGraph(graph);
  assert.match(
    text,
    /^digraph metalctl \{\n {2}"a" \[label="first"\];\n {2}subgraph cluster_1 \{\n {4}label="server\/x";/,
  );
  assert.match(text, / {2}"a" -> "1";\n {2}"1" -> "2";\n\}\n$/);
  assert.doesNotMatch(text, /\\/);
});
