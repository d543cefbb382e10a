// Install steps that many blueprints share: games from Steam, and programs from Debian's archive. Both run without
// root, on a read-only root, and keep everything below the data path.
import type { BlueprintInput } from './contributions.ts'

export type InstallInput = NonNullable<BlueprintInput['install']>

export interface SteamInstall {
  /** The dedicated server's app id at Steam. */
  readonly app: number
  /** A shell condition for servers that are there already, e.g. `[ -x /opt/game/server ]`: then nothing is downloaded. */
  readonly unless?: string
  /** Shell lines that run afterwards in the data path. */
  readonly then?: string
}

/** Installs, or updates, a dedicated server that Steam gives to anybody. `STEAM_BRANCH` names a beta branch, where set. */
export function steamInstall({ app, unless, then = '' }: SteamInstall): InstallInput {
  return {
    image: 'ghcr.io/pelican-eggs/installers:debian',
    // Half an hour for 30 GB at 20 MB/s, and as much again for a slow disk.
    timeoutSeconds: 2 * 3600,
    memoryMiB: 2048,
    script: `cd "$DATA_PATH"
${already(unless)}
# SteamCMD updates itself where it lies, so it lies with the server's files.
mkdir -p .steamcmd steamapps
curl -fsSL --retry 3 -o /tmp/steamcmd.tar.gz https://steamcdn-a.akamaihd.net/client/installer/steamcmd_linux.tar.gz
tar -xzf /tmp/steamcmd.tar.gz -C .steamcmd
set -- +force_install_dir "$DATA_PATH" +login anonymous +app_update ${app}
[ -z "\${STEAM_BRANCH:-}" ] || set -- "$@" -beta "$STEAM_BRANCH"
# It fails when it has just updated itself, and now and then for no reason: what it has downloaded stays.
attempt=1
until .steamcmd/steamcmd.sh "$@" validate +quit; do
  [ "$attempt" -lt 4 ] || { echo "SteamCMD failed four times; see above."; exit 1; }
  attempt=$((attempt + 1))
  echo "SteamCMD failed, attempt $attempt of 4 follows."
  sleep 5
done
# Where games look for Steam's client library.
mkdir -p .steam/sdk32 .steam/sdk64
cp .steamcmd/linux32/steamclient.so .steam/sdk32/
cp .steamcmd/linux64/steamclient.so .steam/sdk64/
${then}`,
  }
}

export interface DebianInstall {
  readonly packages: readonly string[]
  /** As above: an image that brings the program needs no download. */
  readonly unless?: string
}

/**
 * Unpacks packages of Debian 12 and what they depend on into `game/` below the data path. The archive's signatures are
 * checked by apt. Run it on `debianImage` with `LD_LIBRARY_PATH` naming `game/usr/lib/…`.
 */
export function debianInstall({ packages, unless }: DebianInstall): InstallInput {
  return {
    image: debianImage,
    timeoutSeconds: 900,
    memoryMiB: 512,
    script: `cd "$DATA_PATH"
${already(unless)}
mkdir -p /tmp/apt/lists/partial /tmp/apt/archives/partial
# Lists and packages in /tmp: nobody is root here, and the root is read-only.
set -- -qq -o Dir::State::Lists=/tmp/apt/lists -o Dir::Cache=/tmp/apt -o Debug::NoLocking=true -o Acquire::Retries=3
apt-get "$@" update
apt-get "$@" -y --no-install-recommends --download-only install ${packages.join(' ')}
rm -rf game.new
mkdir game.new
for package in /tmp/apt/archives/*.deb; do dpkg-deb -x "$package" game.new; done
rm -rf game
mv game.new game
echo "Installed ${packages.join(', ')}."`,
  }
}

export const debianImage = 'docker.io/library/debian:12-slim'

function already(condition: string | undefined): string {
  return condition === undefined
    ? ''
    : `if ${condition}; then echo "The image brings the server; nothing to download."; exit 0; fi`
}
