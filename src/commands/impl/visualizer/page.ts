/** The page: one document without any other resource. Names reach it as data and are set as text, never as markup. */
import { allRacks, type Floor, fills } from './racks.js';

const style = `
body{font:13px monospace;margin:1rem;background:#fff;color:#111}
#racks{display:flex;flex-wrap:wrap;gap:1rem;align-items:flex-end}
body.deep #racks{perspective:1200px}body.deep .rack{transform:rotateY(-28deg) rotateX(6deg);transform-style:preserve-3d;box-shadow:14px 10px 0 #bbb}
.rack{width:15rem;border:2px solid #444;padding:.3rem;background:#eee}.units{display:flex;flex-direction:column-reverse}
.unit{color:#000;border:1px solid #333;margin:1px;padding:1px 4px;overflow:hidden;white-space:nowrap;text-overflow:ellipsis}
.U{background:${fills.U};color:#fff}.F{background:${fills.F};color:#fff}.B{background:repeating-linear-gradient(45deg,${fills.B},${fills.B} 6px,#fff 6px,#fff 8px)}
.P{background:repeating-linear-gradient(90deg,${fills.P},${fills.P} 6px,#fff 6px,#fff 8px)}.bad{background:repeating-linear-gradient(-45deg,${fills['!']},${fills['!']} 6px,#fff 6px,#fff 8px)}
.faint{opacity:.2}`;

// Written by hand for browsers: no build step, no library.
const script = `
const racks=document.getElementById('racks'),find=document.getElementById('find'),state=document.getElementById('state');
let last=JSON.parse(document.getElementById('data').textContent);
const make=(tag,name,text)=>{const e=document.createElement(tag);if(name)e.className=name;if(text!==undefined)e.textContent=text;return e};
function draw(){
  const wanted=find.value.toLowerCase();
  racks.replaceChildren(...last.map(({name,units})=>{
    const rack=make('div','rack');rack.append(make('b','',name));const box=make('div','units');rack.append(box);
    for(const u of units){const e=make('div','unit '+(u.letter==='!'?'bad':u.letter),u.letter+' '+u.name+' '+u.state);
      e.title=u.name+' '+u.state+' power '+(u.power||'-')+(u.shelf?' shelf '+u.shelf:'');e.style.minHeight=(u.height*1.2)+'rem';
      if(wanted&&!(u.name+' '+u.state+' '+name).toLowerCase().includes(wanted))e.classList.add('faint');box.append(e)}
    return rack}));
}
find.addEventListener('input',draw);
document.getElementById('deep').addEventListener('change',(e)=>document.body.classList.toggle('deep',e.target.checked));
draw();
if(document.body.dataset.live){
  const source=new EventSource('/events'+location.search);
  source.onmessage=(e)=>{last=JSON.parse(e.data);state.textContent='live';draw()};
  source.addEventListener('lost',()=>{state.textContent='stale: the API does not answer'});
  source.onerror=()=>{state.textContent='stale: metalctl does not answer'};
}`;

/** The racks as the page reads them. */
export const dataOf = (floor: Floor): string => JSON.stringify(allRacks(floor)).replaceAll('<', '\\u003c');

/** What the page may do: its own style and script, and its own events. */
export const policyOf = (nonce: string): string =>
  `default-src 'none'; style-src 'nonce-${nonce}'; script-src 'nonce-${nonce}'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;

/** The document; a live one goes on by events, the other is a picture of now. */
export const pageOf = (floor: Floor, nonce: string, isLive: boolean): string => `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>metalctl racks</title>
<meta name="viewport" content="width=device-width"><style nonce="${nonce}">${style}</style></head>
<body${isLive ? ' data-live="1"' : ''}><p>Racks <input id="find" placeholder="search" aria-label="search">
<label><input type="checkbox" id="deep"> 3-D</label> <span id="state" role="status">${isLive ? 'live' : 'a picture'}</span>
&nbsp; U used, F free, B busy, P parked or in maintenance, ! error</p><div id="racks"></div>
<script type="application/json" id="data" nonce="${nonce}">${dataOf(floor)}</script>
<script nonce="${nonce}">${script}</script></body></html>
`;
