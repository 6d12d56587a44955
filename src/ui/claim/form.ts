/** The requirements of a claim as a form: fields in a row, each a text until the command reads it; and two settings beside them. Pure. */
import { cell, type Look, line, rule } from '../shared/layout.js';
import type { Spread } from './spread.js';

export const formFields = [
  'cpu',
  'memory',
  'disk',
  'nicSpeed',
  'gpu',
  'selector',
  'vendor',
  'model',
  'location',
  'rack',
] as const;
export type FormField = (typeof formFields)[number];
export type Form = Readonly<Record<FormField, string>>;

export const emptyForm: Form = {
  cpu: '',
  memory: '',
  disk: '',
  nicSpeed: '',
  gpu: '',
  selector: '',
  vendor: '',
  model: '',
  location: '',
  rack: '',
};

/** The form a view begins with: what flags say. */
export const formOfFlags = (flags: { readonly [F in FormField]?: string | number | undefined }): Form => ({
  ...emptyForm,
  ...Object.fromEntries(formFields.map((field) => [field, String(flags[field] ?? '')])),
});

const shapes: Readonly<Record<FormField, { readonly label: string; readonly width: number }>> = {
  cpu: { label: 'cores >=', width: 4 },
  memory: { label: 'memory >=', width: 6 },
  disk: { label: 'disk >=', width: 8 },
  nicSpeed: { label: 'nic >=', width: 5 },
  gpu: { label: 'gpu >=', width: 2 },
  selector: { label: 'labels', width: 14 },
  vendor: { label: 'vendor', width: 8 },
  model: { label: 'model', width: 10 },
  location: { label: 'location', width: 8 },
  rack: { label: 'rack', width: 8 },
};

/** What Tab goes through: the requirements, and what is set beside them. */
export type TabField = FormField | 'spread' | 'image';

export const isFormField = (name: string): name is FormField => Object.hasOwn(shapes, name);
export const isTabField = (name: string): name is TabField =>
  isFormField(name) || name === 'spread' || name === 'image';
export const labelOf = (field: TabField): string => (isFormField(field) ? shapes[field].label : field);

/** Large screens have room for the image in the form, and a rule under it. */
const isLarge = ({ columns }: Pick<Look, 'columns'>): boolean => columns >= 120;

const tabFields = (look: Pick<Look, 'columns'>): readonly TabField[] =>
  isLarge(look) ? [...formFields, 'spread', 'image'] : [...formFields, 'spread'];

/** The next field, or the one before; round and round. */
export function neighbour(field: TabField, step: 1 | -1, look: Pick<Look, 'columns'>): TabField {
  const fields = tabFields(look);
  const at = fields.indexOf(field) + step;
  return fields[(at + fields.length) % fields.length] ?? 'cpu';
}

/** Fields per line: as many as the screen has room for. Narrow screens show what was typed in one line. */
const shapeOf = (columns: number): readonly number[] => (columns < 60 ? [] : columns < 120 ? [4, 4, 3] : [6, 6]);

/** Lines the form takes, with its rule. */
export const formHeight = (look: Pick<Look, 'columns'>): number =>
  (shapeOf(look.columns).length || 1) + (isLarge(look) ? 1 : 0);

/** What the form shows. */
export interface Filled {
  readonly form: Form;
  readonly spread: Spread;
  readonly image: string;
}

/** The form; the field with the focus has a cursor, the one that does not parse a mark. */
export function formLines(
  filled: Filled,
  focus: TabField | undefined,
  bad: TabField | undefined,
  look: Look,
): string[] {
  const { columns } = look;
  const { form } = filled;
  if (columns < 60) return [line(givenText(filled, focus) || 'tab: requirements', columns)];
  const texts: string[] = formFields.map((field) => boxOf(field, form[field], shapes[field].width, focus, bad));
  const spread = boxOf('spread', filled.spread || 'none', 8, focus, bad);
  const shape = shapeOf(columns);
  const lines = shape.map((count, at) => {
    const from = shape.slice(0, at).reduce((sum, each) => sum + each, 0);
    const last = at === shape.length - 1 ? [spread] : [];
    return [...texts.slice(from, from + count), ...last].join('  ');
  });
  if (!isLarge(look)) return lines.map((text) => line(text, columns));
  const [first = '', second = ''] = lines;
  const room = Math.min(40, columns - second.length - '  image []'.length);
  return [first, `${second}  ${boxOf('image', filled.image, room, focus, bad)}`, rule(look)];
}

/** `memory >= [512Gi_]`; of a text that is too long the end is seen, where the cursor is. */
function boxOf(field: TabField, value: string, width: number, focus?: TabField, bad?: TabField): string {
  const text = `${bad === field ? '!' : ''}${value}${focus === field ? '_' : ''}`;
  return `${labelOf(field)} [${cell(text.length > width ? `…${text.slice(1 - width)}` : text, width)}]`;
}

function givenText({ form, spread }: Filled, focus: TabField | undefined): string {
  const given = formFields.filter((field) => form[field] !== '' || field === focus);
  const texts = given.map((field) => `${labelOf(field)} ${form[field]}`);
  return [...texts, ...(spread === '' && focus !== 'spread' ? [] : [`spread ${spread || 'none'}`])].join('  ');
}
