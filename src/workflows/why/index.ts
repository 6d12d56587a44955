/** `metalctl why`: the questions and their answer. */
export type { Answer, WhyLine } from './answer.js';
export { whyBmc } from './bmc.js';
export { whyClaim } from './claim.js';
export { whyServer } from './server.js';
export { whyUser } from './user.js';
