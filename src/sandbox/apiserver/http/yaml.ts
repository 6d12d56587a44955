/** YAML answers, in the layout of Go's encoder: lists not indented, what would read as another type in double quotes. */
import { Document, isScalar, visit } from 'yaml';
import type { Json } from '../types.js';

/** Texts that YAML 1.1 readers take for a time, a number, a bool or nothing. */
const AMBIGUOUS =
  /^(?:\d{4}-\d\d?-\d\d?(?:[Tt ].*)?|[-+]?[\d_]+(?:\.[\d_]*)?(?:[eE][-+]?\d+)?|[-+]?0x[\da-fA-F]+|[-+]?\.\d+|y|Y|n|N|yes|Yes|YES|no|No|NO|on|On|ON|off|Off|OFF|true|True|TRUE|false|False|FALSE|null|Null|NULL|~|<<)$/;

export function toYaml(value: Json): string {
  const document = new Document(value, { sortMapEntries: true, aliasDuplicateObjects: false });
  visit(document, {
    Scalar: (_key, node) => {
      if (isScalar(node) && typeof node.value === 'string' && AMBIGUOUS.test(node.value)) node.type = 'QUOTE_DOUBLE';
    },
  });
  return document.toString({ indentSeq: false, lineWidth: 80, singleQuote: true, minContentWidth: 0 });
}
