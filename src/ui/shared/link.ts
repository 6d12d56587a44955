/** Whether what a view shows is still told to it: said in the title, never left to be guessed. */

/** The source has not answered for a while. */
export interface Link {
  readonly seconds: number;
  readonly tries: number;
  readonly why: string;
}

/** `reconnecting 4s (try 3)` instead of what stands at the right of the title. */
export const linkText = (link: Link | undefined, otherwise: string): string =>
  link === undefined ? otherwise : `reconnecting ${link.seconds}s (try ${link.tries})`;

/** Why nothing may be changed while the source is gone. */
export const lostText = ({ why }: Link): string => `! not while the API does not answer: ${why}`;

/** Stamp for data that nobody refreshes any more. */
export const staleText = (link: Link | undefined): string => (link === undefined ? '' : `stale ${link.seconds}s`);
