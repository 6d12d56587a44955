/** What would be created, and what becomes of it while it is. */
import { glyph, line } from '../shared/layout.js';
import { type ClaimState, chosenServers, claimNames, type Work, waitText } from './state.js';

/** The whole plan; of many claims as many as there is room for. */
export function previewOf(state: ClaimState, room: number): string[] {
  const head = [...whatOf(state), ...settingsOf(state)];
  const tail = ['', 'Enter or y creates it, any other key goes back.'];
  const pairs = state.isMany ? pairsOf(state, room - head.length - tail.length) : [];
  return [...head, ...pairs, ...tail].map((text) => line(text, state.look.columns));
}

function whatOf(state: ClaimState): string[] {
  const { claim, wanted, isMany, isAtomic, ignition } = state;
  const [first = claim] = claimNames(state);
  const last = wanted > 1 ? ` to -${wanted - 1}` : '';
  const secrets = ignition === '' || ignition.startsWith('secret/') ? [] : [`Secret ${first}-ignition`];
  if (!isMany) {
    return [
      `Will create: ServerClaim ${claim} (serverRef pinned)`,
      ...secrets.map((secret) => `             ${secret}`),
      `Server:      ${chosenServers(state)[0] ?? ''}`,
    ];
  }
  return [
    `Will create: ${wanted} ServerClaim${wanted === 1 ? '' : 's'} ${first}${last}, each pinned by its serverRef`,
    ...secrets.map((secret) => `             ${secret}${wanted > 1 ? ', and one for each other claim' : ''}`),
    ...(isAtomic ? ['All or none: those that were made are withdrawn when one fails'] : []),
  ];
}

function settingsOf(state: ClaimState): string[] {
  const { image, ignition, power, tolerations } = state;
  return [
    `Image:       ${image}`,
    ...(ignition === '' ? [] : [`Ignition:    ${ignition}`]),
    ...(tolerations.length === 0 ? [] : [`Tolerates:   ${tolerations.join(', ')}`]),
    power === 'On' ? 'Power:       ON, boots from the network once' : 'Power:       stays off',
    `Then:        ${waitText(state)}`,
  ];
}

/** `db/web-0  server`, a line each. */
function pairsOf(state: ClaimState, room: number): string[] {
  const names = claimNames(state);
  const lines = chosenServers(state).map((server, at) => ` ${names[at]}  ${server}`);
  if (lines.length <= room) return lines;
  const shown = Math.max(0, room - 1);
  return [...lines.slice(0, shown), ` and ${lines.length - shown} more`];
}

/** Each claim with what it has so far. */
export function claimingOf(state: ClaimState): string[] {
  const { look, isMany, claim, works } = state;
  const [first] = works;
  const done = glyph('done', look.ascii);
  const lines = isMany
    ? manyOf(state)
    : [
        `${glyph('busy', look.ascii)} claiming ${first?.server ?? ''} for ${claim}`,
        ...(first?.told ?? []).map((text) => `${done} ${text}`),
      ];
  return lines.map((text) => line(text, look.columns));
}

function manyOf(state: ClaimState): string[] {
  const names = claimNames(state);
  return state.works.map((work, at) => {
    const mark = glyph(work.failed === undefined ? 'busy' : 'bad', state.look.ascii);
    return `${mark} ${names[at]}  ${work.server}  ${toldOf(work)}`;
  });
}

const toldOf = ({ told, failed }: Work): string => failed ?? (told.length === 0 ? 'begins' : told.join(' · '));
