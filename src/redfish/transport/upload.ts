/** A body that is no JSON: a firmware image, streamed from its beginning for every try. */

export interface Upload {
  readonly contentType: string;
  /** BMCs want to know the length beforehand; few take chunks. */
  readonly bytes: number;
  open(): AsyncIterable<Uint8Array>;
}
