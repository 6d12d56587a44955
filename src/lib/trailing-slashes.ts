/** Slashes at the end of a path or URL. */

/** All of them, from the first on: without the look behind, a text of slashes takes quadratic time. */
export const trailingSlashes = /(?<!\/)\/+$/;
