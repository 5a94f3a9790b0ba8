/** The recording of a terminal: what was printed is in it, as text, and it plays without a script. */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { recordingOf } from './recording.ts';

test('each line is shown when it was printed, and the last ones stay for whoever wants no motion', () => {
  const svg = recordingOf([
    { atMs: 1000, text: 'one <b>&\n>> tw' },
    { atMs: 2000, text: 'o\n' },
    { atMs: 60_000, text: 'three\n' },
  ]);
  assert.match(svg, /<text y="12">one &lt;b&gt;&amp;<\/text>\n<text class="t" y="29">&gt;&gt; two<\/text>/);
  // Twice as fast, and a pause is no longer than a second and a half.
  const frames = Array.from(svg.matchAll(/([\d.]+)%\{transform:translateY\((\d+)px\)\}/g), ([, at, px]) => [at, px]);
  assert.deepEqual(frames, [
    ['0', '442'],
    ['0.00', '425'],
    ['5.41', '408'],
    ['13.51', '391'],
  ]);
  assert.match(svg, /prefers-reduced-motion:reduce\)\{g\{animation:none/);
  assert.doesNotMatch(svg, /<script|https?:(?!\/\/www\.w3\.org)/);
});

test('a long line is broken as a terminal breaks it', () => {
  const svg = recordingOf([{ atMs: 0, text: `${'a'.repeat(116)}bc\n` }]);
  assert.match(svg, /<text y="12">a{116}<\/text>\n<text y="29">bc<\/text>/);
});
