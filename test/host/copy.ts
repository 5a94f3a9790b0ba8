/** Shell that copies what is committed, built and installed here to the folder that is its argument. */
export const COPY = `
  umask 077
  mkdir -p "$1"
  git ls-files -z | xargs -0 cp --parents --preserve=mode -t "$1"
  cp -r --preserve=mode node_modules dist "$1"
  cp -r --parents --preserve=mode build/node-v* "$1"`;
