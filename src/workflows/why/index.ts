/** `metalctl why`: the questions and their answer. */
export type { Answer, WhyLine } from './answer.js';
export { whyBmc } from './bmc.js';
export { whyBoot } from './boot.js';
export { whyClaim } from './claim.js';
export { whyEndpoint } from './endpoint.js';
export { whyServer } from './server.js';
export { whyUser } from './user.js';
