/** One line of text that is being edited. Pure. */
import { namedKeys, type Press, pasted } from './keymap.js';

export interface Field {
  readonly label: string;
  readonly text: string;
  /** Typed without being shown. */
  readonly isSecret?: boolean;
}

export type Edited = { readonly field: Field } | { readonly entered: string } | 'left';

/** What a key does to the field. A paste arrives as one key of many characters and is inserted without its newlines. */
export function edit(field: Field, { key }: Press): Edited {
  if (key === 'return') return { entered: field.isSecret === true ? field.text : field.text.trim() };
  if (key === 'escape' || key === 'ctrl-c') return 'left';
  if (key === 'ctrl-u') return { field: { ...field, text: '' } };
  if (key === 'backspace') return { field: { ...field, text: [...field.text].slice(0, -1).join('') } };
  const typed =
    key === 'space'
      ? ' '
      : namedKeys.includes(key) || /^ctrl-.$/.test(key)
        ? ''
        : key.replace(pasted, '').replace(/[\r\n]+/g, ' ');
  return { field: { ...field, text: (field.text + typed).slice(0, longest) } };
}

const longest = 500;

/** `image [ghcr.io/acme/os_]`; of a secret not even the length is shown. */
export const fieldText = ({ label, text, isSecret }: Field): string =>
  isSecret === true ? `${label} [${text === '' ? '' : '…'}_]` : `${label} [${text}_]`;
