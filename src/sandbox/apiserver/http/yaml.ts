/** YAML answers, in the layout of Go's encoder: lists not indented, what would read as another type in double quotes. */
import { engines } from '../engines.js';
import type { Json } from '../types.js';

/** Texts that YAML 1.1 readers take for a time, a number, a bool or nothing. */
const AMBIGUOUS =
  /^(?:\d{4}-\d\d?-\d\d?(?:[Tt ].*)?|[-+]?[\d_]+(?:\.[\d_]*)?(?:[eE][-+]?\d+)?|[-+]?0x[\da-fA-F]+|[-+]?\.\d+|y|Y|n|N|yes|Yes|YES|no|No|NO|on|On|ON|off|Off|OFF|true|True|TRUE|false|False|FALSE|null|Null|NULL|~|<<)$/;

const WIDTH = 80;

export function toYaml(value: Json): string {
  const { Document, isScalar, visit } = engines().yaml;
  const document = new Document(value, { sortMapEntries: true, aliasDuplicateObjects: false });
  visit(document, {
    Scalar: (_key, node) => {
      if (isScalar(node) && typeof node.value === 'string' && AMBIGUOUS.test(node.value)) node.type = 'QUOTE_DOUBLE';
    },
  });
  return document.toString({ indentSeq: false, lineWidth: 0, singleQuote: true }).split('\n').map(folded).join('\n');
}

/** Go breaks a long text at the first space beyond column 80, and indents the rest. */
function folded(line: string): string {
  const space = line.indexOf(' ', WIDTH);
  if (space < 0 || /^\s*(?:- )?[^\s:]+: "/.test(line)) return line;
  const indent = /^[\s-]*/.exec(line)?.[0].length ?? 0;
  return `${line.slice(0, space)}\n${folded(`${' '.repeat(indent + 2)}${line.slice(space + 1)}`)}`;
}
