/** The stylesheet, as it is sent to browsers. */
export const STYLE = `:root {
  color-scheme: light dark;
  --ground: #f6f7f9; --card: #fff; --text: #1b2330; --soft: #55606f; --line: #d5dae1;
  --link: #14539a; --good: #17693a; --good-ground: #e4f4ea; --wait: #7a4d00; --wait-ground: #fdf2d8;
  --bad: #a3201c; --bad-ground: #fde8e6; --bar-1: #2f74c0; --bar-2: #b8690b; --bar-3: #7b5bc4;
  --button: #1d5fa8; --button-text: #fff;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #12161c; --card: #1a2029; --text: #e6eaf0; --soft: #a3aebc; --line: #343d4a;
    --link: #8cc0f5; --good: #7fd6a1; --good-ground: #16301f; --wait: #f0c36a; --wait-ground: #352a10;
    --bad: #ff9c94; --bad-ground: #3d1b1a; --bar-1: #5b9fe3; --bar-2: #e09a3e; --bar-3: #a68be8;
    --button: #8cc0f5; --button-text: #10202f;
  }
}
* { box-sizing: border-box; }
html { font: 100%/1.45 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "DejaVu Sans", sans-serif; }
body { margin: 0; background: var(--ground); color: var(--text); overflow-wrap: anywhere; }
body > header, main, footer { max-width: 78rem; margin: 0 auto; padding: 0 1rem; }
a { color: var(--link); }
a:focus-visible, button:focus-visible, input:focus-visible, summary:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
main:focus { outline: none; }
h1 { font-size: 1.3rem; margin: 1.2rem 0 .6rem; }
h2 { font-size: 1.05rem; margin: 0 0 .6rem; }
h3 { font-size: .95rem; margin: .6rem 0 .3rem; }
figcaption h3 { margin: 0; }
input[type=checkbox] { width: 1.4rem; height: 1.4rem; vertical-align: middle; margin: 0 .3rem 0 0; }
p { margin: .35rem 0; }
.soft { color: var(--soft); }
.visually-hidden { position: absolute; width: 1px; height: 1px; margin: -1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.skip { position: absolute; left: -999rem; }
.skip:focus { left: .5rem; top: .5rem; background: var(--card); padding: .5rem; z-index: 1; }

body > header { display: flex; flex-wrap: wrap; gap: .6rem 1.5rem; align-items: center; justify-content: space-between; padding-top: .8rem; padding-bottom: .8rem; }
nav { display: flex; gap: 1rem; align-items: baseline; }
.brand { font-weight: 700; font-size: 1.1rem; color: inherit; text-decoration: none; }
form[role=search] { display: flex; flex-wrap: wrap; gap: .4rem .5rem; align-items: center; }
input { font: inherit; color: inherit; background: var(--card); border: 1px solid var(--soft); border-radius: .35rem; padding: .4rem .6rem; width: 13rem; max-width: 100%; }
button, .button { display: inline-block; font: inherit; font-weight: 600; color: var(--button-text); background: var(--button); border: 1px solid var(--button); border-radius: .35rem; padding: .4rem .9rem; text-decoration: none; cursor: pointer; }
button.plain, .button.plain { color: var(--link); background: none; border-color: var(--line); font-weight: 400; }
[hidden] { display: none !important; }

.card { background: var(--card); border: 1px solid var(--line); border-radius: .6rem; padding: 1rem 1.1rem; margin: 0 0 1rem; }
.headline { border-left-width: .4rem; }
.headline > p:first-of-type, .headline .lead { font-size: 1.2rem; font-weight: 650; line-height: 1.35; }
.headline.good { border-color: var(--good); background: var(--good-ground); }
.headline.wait { border-color: var(--wait); background: var(--wait-ground); }
.headline.bad { border-color: var(--bad); background: var(--bad-ground); }
.sign { display: inline-block; min-width: 1.4em; margin-right: .35em; border-radius: .7em; text-align: center; font-weight: 700; line-height: 1.4; color: var(--card); }
.sign.good { background: var(--good); } .sign.wait { background: var(--wait); } .sign.bad { background: var(--bad); }
.note { border-left: .25rem solid var(--wait); padding-left: .6rem; }
.tag { display: inline-block; white-space: nowrap; border: 1px solid currentColor; border-radius: .3rem; padding: 0 .35rem; font-size: .85rem; color: var(--bad); }
.freshness { flex: 1 1 100%; margin: 0; padding: .5rem .7rem; border: 2px solid var(--bad); border-radius: .35rem; background: var(--bad-ground); color: var(--bad); font-weight: 650; }
.old main { --text: var(--soft); --good: var(--soft); --wait: var(--soft); --bad: var(--soft); --good-ground: var(--ground); --wait-ground: var(--ground); --bad-ground: var(--ground); --bar-1: var(--soft); --bar-2: var(--soft); --bar-3: var(--soft); color: var(--soft); }
blockquote { margin: .5rem 0; padding: .1rem .8rem; border-left: .25rem solid var(--line); color: var(--soft); font-family: ui-monospace, "DejaVu Sans Mono", monospace; font-size: .9rem; }

.card > .dependencies { list-style: none; margin: 0; padding: 0; display: grid; gap: .8rem 1.5rem; grid-template-columns: repeat(auto-fit, minmax(min(15rem, 100%), 1fr)); }
.dependencies .down { color: var(--bad); }

table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: .45rem .8rem .45rem 0; border-top: 1px solid var(--line); }
thead th { border-top: 0; color: var(--soft); font-weight: 600; font-size: .9rem; white-space: nowrap; }
.by-cause { font-size: .92rem; }
.by-cause th, .by-cause td { padding-top: .25rem; padding-bottom: .25rem; }
.by-cause tbody th { font-weight: 400; }
.by-cause td a { white-space: nowrap; }
#open .actions { margin-top: .4rem; }
.said { color: var(--soft); font-family: ui-monospace, "DejaVu Sans Mono", monospace; font-size: .85rem; }
td blockquote { margin: .25rem 0 0; }
tbody th, tbody th + td:has(> a:first-child) { min-width: 6.5rem; }
form tbody th { min-width: 9.5rem; }
td > .soft { white-space: nowrap; }
.within-reach { position: sticky; bottom: 0; background: var(--card); padding: .5rem 0; }
html:has(.within-reach) { scroll-padding-bottom: 4rem; }
.actions { display: flex; flex-wrap: wrap; gap: .6rem; align-items: center; margin-top: .8rem; }
footer { color: var(--soft); font-size: .9rem; padding-bottom: 2rem; }

.charts { display: grid; gap: 1rem 1.5rem; grid-template-columns: repeat(auto-fit, minmax(min(18rem, 100%), 1fr)); }
figure { margin: 0; min-width: 0; display: flex; flex-direction: column; }
figcaption { margin-bottom: .3rem; }
.axes { display: grid; grid-template-columns: auto minmax(0, 1fr); column-gap: .4rem; margin-top: auto; }
.axes > .axis:last-child { grid-column: 2; white-space: normal; gap: .5rem; min-width: 0; }
.axes > .axis:last-child span:nth-child(2) { text-align: center; } .axes > .axis:last-child span:last-child { text-align: right; }
.plot { display: block; width: 100%; height: 5rem; border-bottom: 1px solid var(--soft); border-left: 1px solid var(--soft); }
.plot .grid { stroke: var(--line); vector-effect: non-scaling-stroke; }
.plot .down { fill: var(--bad); opacity: .18; }
.plot .orders { fill: var(--bar-1); } .plot .missing { fill: var(--bar-2); } .plot .repairs { fill: var(--good); } .plot .action { fill: var(--bad); } .plot .time { fill: var(--bar-3); }
.legend { display: flex; flex-wrap: wrap; gap: 0 .8rem; font-size: .85rem; }
.key { display: inline-block; width: .8em; height: .8em; border-radius: .15em; }
.key.missing { background: var(--bar-2); } .key.repairs { background: var(--good); } .key.action { background: var(--bad); } .key.down { background: var(--bad); opacity: .35; }
.wide { overflow-x: auto; }
.axis { overflow-wrap: normal; white-space: nowrap; display: flex; justify-content: space-between; font-size: .8rem; color: var(--soft); margin: .2rem 0 0; }
.axis.upright { flex-direction: column; text-align: right; margin: 0; }
details { margin-top: .8rem; }
summary { cursor: pointer; color: var(--link); width: max-content; max-width: 100%; }

dl { display: grid; grid-template-columns: minmax(7rem, max-content) 1fr; gap: .35rem 1.2rem; margin: 0; }
dt { color: var(--soft); }
dd { margin: 0; min-width: 0; }
.card > ul { margin: .3rem 0; padding-left: 1.2rem; }
dd ul { list-style: none; margin: .2rem 0 0; padding: 0; color: var(--soft); font-size: .9rem; }
.story { list-style: none; margin: 0; padding: 0; }
.story li { border-left: .15rem solid var(--line); padding: 0 0 .7rem .9rem; }
.story time { color: var(--soft); font-size: .9rem; display: block; }

@media (max-width: 44rem) {
  .stacked thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  .stacked, .stacked tbody, .stacked tr, .stacked th, .stacked td { display: block; }
  .stacked tr { border-top: 1px solid var(--line); padding: .6rem 0; }
  .stacked tr:first-child { border-top: 0; padding-top: 0; }
  .stacked td, .stacked tbody th { border: 0; padding: .1rem 0; }
  .stacked tbody th { font-size: 1.05rem; }
  .stacked td:has(> .tag) { display: none; }
  .stacked td[data-label]::before { content: attr(data-label) ": "; color: var(--soft); }
  thead th { white-space: normal; }
  form[role=search] { width: 100%; }
  form[role=search] label { width: 100%; }
  form[role=search] input { flex: 1 1 8rem; min-width: 0; }
}
@media (max-width: 28rem) {
  dl { grid-template-columns: 1fr; gap: 0; }
  dd { margin-bottom: .6rem; }
}
@media (prefers-reduced-motion: reduce) { * { scroll-behavior: auto; transition: none; } }
@media print { body > header form, .actions, .skip { display: none; } }
`;
