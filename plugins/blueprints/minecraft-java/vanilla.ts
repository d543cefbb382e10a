// How to install and run the server that Mojang publishes.
import { defineBlueprint } from 'stellar/plugin'
import { configFiles, hints, images, install, ports, ready, resources, start, stop, variables } from './shared.ts'

export const vanilla = defineBlueprint({
  schema: 1,
  id: 'minecraft-vanilla',
  version: 1,
  name: 'Minecraft',
  summary: 'Minecraft: Java Edition as Mojang makes it, without plugins or mods.',
  tags: ['minecraft', 'survival', 'building'],
  homepage: 'https://www.minecraft.net',
  plate: { motif: 'pickaxe', hue: 125 },
  images,
  start: start(),
  variables: variables(),
  ports,
  resources,
  install: {
    ...install,
    script: `cd "$DATA_PATH"
get() { curl -fsSL --retry 3 --max-time 60 "$@"; }
get -o /tmp/manifest.json https://piston-meta.mojang.com/mc/game/version_manifest_v2.json
version=$MINECRAFT_VERSION
[ "$version" != latest ] || version=$(jq -r .latest.release /tmp/manifest.json)
echo "Minecraft $version"
url=$(jq -r --arg version "$version" '.versions[] | select(.id == $version) | .url' /tmp/manifest.json)
[ -n "$url" ] || { echo "There is no Minecraft $version."; exit 1; }
get -o /tmp/version.json "$url"
server=$(jq -c '.downloads.server // empty' /tmp/version.json)
[ -n "$server" ] || { echo "Mojang publishes no server for Minecraft $version."; exit 1; }
get --max-time 600 -o server.jar.part "$(echo "$server" | jq -r .url)"
echo "$(echo "$server" | jq -r .sha1)  server.jar.part" | sha1sum -c -
mv server.jar.part server.jar`,
  },
  configFiles,
  ready,
  stop,
  hints: hints('Give the server more memory or lower the view distance.', {
    id: 'port-taken',
    match: { text: 'FAILED TO BIND TO PORT' },
    title: 'The port is not free',
    advice: 'Something else in this server listens on it; look into server.properties.',
  }),
  adapter: 'minecraft',
})
