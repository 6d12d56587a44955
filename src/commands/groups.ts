/** The headings of the grouped help, in the order a person meets them. */
export const groups = [
  'Find and onboard',
  'Reserve',
  'Look',
  'Operate',
  'Day 2',
  'Reconcile',
  'Fleet',
  'Plumbing',
  'Setup',
] as const;

export type GroupName = (typeof groups)[number];
