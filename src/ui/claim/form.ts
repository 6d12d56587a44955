/** The requirements of a claim as a form: fields in a row, each a text until the command reads it. Pure. */
import { cell, type Look, line } from '../shared/layout.js';

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

export const isFormField = (name: string): name is FormField => Object.hasOwn(shapes, name);
export const labelOf = (field: FormField): string => shapes[field].label;

/** The next field, or the one before; round and round. */
export function neighbour(field: FormField, step: 1 | -1): FormField {
  const at = formFields.indexOf(field) + step;
  return formFields[(at + formFields.length) % formFields.length] ?? 'cpu';
}

/** Fields per line: as many as the screen has room for. Narrow screens show what was typed in one line. */
const shapeOf = (columns: number): readonly number[] => (columns < 60 ? [] : columns < 110 ? [4, 4, 2] : [6, 4]);

/** Lines the form takes. */
export const formHeight = ({ columns }: Pick<Look, 'columns'>): number => shapeOf(columns).length || 1;

/** The form; the field with the focus has a cursor, the one that does not parse a mark. */
export function formLines(form: Form, focus: FormField | undefined, bad: FormField | undefined, look: Look): string[] {
  const { columns } = look;
  const texts = formFields.map((field) => {
    const { label, width } = shapes[field];
    const text = `${bad === field ? '!' : ''}${form[field]}${focus === field ? '_' : ''}`;
    return `${label} [${cell(text.length > width ? `…${text.slice(1 - width)}` : text, width)}]`;
  });
  if (columns < 60) {
    const given = formFields.filter((field) => form[field] !== '' || field === focus);
    return [line(given.map((field) => `${labelOf(field)} ${form[field]}`).join('  ') || 'tab: requirements', columns)];
  }
  const shape = shapeOf(columns);
  return shape.map((count, at) => {
    const from = shape.slice(0, at).reduce((sum, each) => sum + each, 0);
    return line(texts.slice(from, from + count).join('  '), columns);
  });
}
