/** Loads native parts: the packages' own loader goes by the call stack, which does not survive bundling. */
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

import { messageOf } from '../text/error.ts';
import { oneLine } from '../text/printable.ts';

/**
 * Loads a native part that was built for this Node's ABI: from beside the
 * bundle, or from `build` when the program runs from its sources.
 *
 * @param name of the file, without its folder and `.node`
 * @throws Error when there is none or it does not load, with the reason
 */
export function loadNativePart(name: string): unknown {
  const file = `node-v${process.versions.modules}/${name}.node`;
  const places = [new URL(file, import.meta.url), new URL(`../../build/${file}`, import.meta.url)].map((place) =>
    fileURLToPath(place),
  );
  const place = places.find((each) => existsSync(each));
  if (place === undefined) throw new Error(`there is no ${places.join(' and no ')}`);
  try {
    return createRequire(import.meta.url)(place);
  } catch (error) {
    throw new Error(oneLine(messageOf(error), 500), { cause: error });
  }
}
