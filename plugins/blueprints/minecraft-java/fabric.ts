// How to install and run Fabric.
import { defineBlueprint } from 'stellar/plugin'
import { configFiles, hints, images, install, ports, ready, resources, start, stop, variables } from './shared.ts'

export const fabric = defineBlueprint({
  schema: 1,
  id: 'minecraft-fabric',
  version: 1,
  name: 'Fabric',
  summary: 'Minecraft: Java Edition with mods, light and up to date.',
  tags: ['minecraft', 'mods', 'survival', 'building'],
  homepage: 'https://fabricmc.net',
  plate: { motif: 'lattice', hue: 285 },
  images,
  start: start(),
  variables: variables({
    kind: 'text',
    name: 'LOADER_VERSION',
    label: 'Fabric loader',
    hint: 'A version such as 0.17.2, or latest. Install again after a change.',
    default: 'latest',
    pattern: 'latest|\\d+\\.\\d+\\.\\d+',
    patternHint: 'Expected latest or a version such as 0.17.2.',
  }),
  ports,
  resources,
  install: {
    ...install,
    script: `cd "$DATA_PATH"
api=https://meta.fabricmc.net/v2/versions
get() { curl -fsSL --retry 3 --max-time 60 "$@"; }
stable() { get "$api/$1" | jq -r '(map(select(.stable)) + .)[0].version'; }
game=$MINECRAFT_VERSION
[ "$game" != latest ] || game=$(stable game)
loader=$LOADER_VERSION
[ "$loader" != latest ] || loader=$(stable loader)
installer=$(stable installer)
echo "Fabric $loader for Minecraft $game"
# A launcher that downloads Minecraft and the loader at its first start, and checks them itself.
get --max-time 600 -o server.jar.part "$api/loader/$game/$loader/$installer/server/jar"
[ "$(head -c 2 server.jar.part)" = PK ] || { echo "Fabric has no server for Minecraft $game with loader $loader."; exit 1; }
mv server.jar.part server.jar
mkdir -p mods
echo "Put mods into the folder mods; most of them need Fabric API."`,
  },
  configFiles,
  ready,
  stop,
  hints: hints('Give the server more memory, lower the view distance, or remove mods.', {
    id: 'mods-incompatible',
    match: { regex: 'Incompatible mods? (found|set)|ModResolutionException' },
    title: 'Some mods do not fit together',
    advice: 'The lines below name them: most often a mod is for another Minecraft version, or Fabric API is missing.',
  }),
  adapter: 'minecraft',
})
