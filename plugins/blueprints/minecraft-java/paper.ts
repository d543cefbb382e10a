// How to install and run Paper.
import { defineBlueprint } from 'stellar/plugin'
import { configFiles, hints, images, install, ports, ready, resources, start, stop, variables } from './shared.ts'

export const paper = defineBlueprint({
  schema: 1,
  id: 'minecraft-paper',
  version: 1,
  name: 'Paper',
  summary: 'Minecraft: Java Edition, fast and ready for Bukkit plugins.',
  tags: ['minecraft', 'survival', 'building'],
  homepage: 'https://papermc.io',
  plate: { motif: 'cube', hue: 150 },
  images,
  start: start('-Dterminal.jline=false', '-Dterminal.ansi=true'),
  variables: variables(),
  ports,
  resources,
  install: {
    ...install,
    script: `cd "$DATA_PATH"
api=https://fill.papermc.io/v3/projects/paper
get() { curl -fsSL --retry 3 --max-time 60 -A 'stellar-panel/1 (self-hosted game panel)' "$@"; }
version=$MINECRAFT_VERSION
if [ "$version" = latest ]; then
  version=$(get "$api" | jq -r '[.versions[][]] | map(select(test("-(pre|rc)") | not)) | .[0]')
fi
echo "Paper for Minecraft $version"
build=$(get "$api/versions/$version/builds" | jq -c '(map(select(.channel == "STABLE")) + .)[0].downloads["server:default"]')
if [ -z "$build" ] || [ "$build" = null ]; then
  echo "There is no Paper for Minecraft $version. Choose another version."
  exit 1
fi
get --max-time 600 -o server.jar.part "$(echo "$build" | jq -r .url)"
echo "$(echo "$build" | jq -r .checksums.sha256)  server.jar.part" | sha256sum -c -
mv server.jar.part server.jar`,
  },
  configFiles,
  ready,
  stop,
  hints: hints('Give the server more memory, lower the view distance, or remove plugins.', {
    id: 'port-taken',
    match: { text: 'FAILED TO BIND TO PORT' },
    title: 'The port is not free',
    advice: 'A plugin may listen on the game’s port; look into its configuration.',
  }),
  adapter: 'minecraft',
})
