#!/bin/sh
# Installs Stellar on a Linux machine with systemd: one verified file, an account, a service.
#
#   curl -fsSL https://.../install.sh | sudo sh                     the panel and a node on this machine
#   curl -fsSL https://.../install.sh | sudo sh -s -- panel         the panel alone
#   curl -fsSL https://.../install.sh | sudo sh -s -- node --panel HOST:PORT --token-file FILE
#
# Nothing is changed before the program was fetched, its SHA-256 compared and its first start seen; what fails after that
# is taken back. A second run finds its work done. `sh install.sh --help` lists the rest.
set -eu
umask 022

# Both are written in by `npm run release`. {version} in the address stands for the release.
release_version=''
release_url=''

data=/var/lib/stellar
node_data=/var/lib/stellar-node
settings=/etc/stellar/stellar.env
node_settings=/etc/stellar/node.env
units=/etc/systemd/system
account=stellar

usage() {
  cat <<TEXT
sh install.sh [up | panel | node] [options]

  up      the panel and a node on this machine (what happens without a word)
  panel   the panel alone, as the account '$account'
  node    a node alone, for a panel elsewhere
      --panel HOST:PORT     address of the panel's link
      --token-file FILE     file with the enrolment token; - reads it from the standard input
      --token TOKEN         the token itself; others on this machine can read it while this runs

  --version VERSION   the release to install${release_version:+ ($release_version)}
  --from URL|FOLDER   where SHA256SUMS and the program's file lie, instead of the release's address
  --file FILE         a program that is here already, or its .xz; with --sha256 SUM
  --prefix FOLDER     the program goes to FOLDER/bin (/usr/local)
  --replace           replaces a panel's program of another version without 'stellar upgrade'
  --no-start          installs everything and starts nothing
  --no-service        installs the program alone: no account, no service
  --uninstall         takes program and services away; data, settings and account stay
  --help
TEXT
}

say() { printf '%s\n' "$*"; }
fail() {
  printf 'install.sh: %s\n' "$*" >&2
  exit 1
}
misuse() {
  printf 'install.sh: %s See --help.\n' "$*" >&2
  exit 2
}

main() {
  mode=up panel='' token='' version=$release_version from='' file='' sum='' prefix=/usr/local
  replace='' start=yes service=yes uninstall='' chosen=''
  read_arguments "$@"
  [ "$(id -u)" = 0 ] || fail 'This must run as root: put sudo before it.'
  if [ -n "$uninstall" ]; then
    uninstall
    return
  fi
  check_machine
  undo='' stage='' bin=$prefix/bin made_bin='' changed=''
  trap 'end $?' EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM HUP
  obtain_program
  check_installed
  if [ -n "$service" ]; then
    if systemctl is-active --quiet "stellar-$mode"; then
      later "[ -z \"\$changed\" ] || systemctl restart stellar-$mode"
    fi
    make_account
    prepare_data
    write_settings
    write_unit
  fi
  place_program
  if [ -n "$service" ]; then start_service; fi
  undo=''
  if [ -e "$stage/previous" ]; then mv -f "$stage/previous" "$bin/stellar.previous"; fi
  report
}

read_arguments() {
  while [ $# -gt 0 ]; do
    case $1 in
      up | panel | node)
        [ -z "$chosen" ] || misuse "One of up, panel and node can be installed at a time; '$chosen' and '$1' came."
        mode=$1 chosen=$1
        ;;
      --panel | --token | --token-file | --version | --from | --file | --sha256 | --prefix)
        [ -n "${2-}" ] || misuse "$1 needs a value."
        case $1 in
          --panel) panel=$2 ;;
          --token) token=$2 ;;
          --token-file) token=$(read_token "$2") ;;
          --version) version=${2#v} ;;
          --from) from=${2%/} ;;
          --file) file=$2 ;;
          --sha256) sum=$2 ;;
          --prefix) prefix=${2%/} ;;
        esac
        shift
        ;;
      --replace) replace=yes ;;
      --no-start) start='' ;;
      --no-service) service='' ;;
      --uninstall) uninstall=yes ;;
      --help | -h)
        usage
        exit 0
        ;;
      *) misuse "'$1' is not known." ;;
    esac
    shift
  done
  case $prefix in
    /*) ;;
    *) misuse "--prefix must be an absolute path; it is '$prefix'." ;;
  esac
  # They become part of a unit file and of an address.
  case $prefix in *[!A-Za-z0-9/._-]*) misuse "--prefix may hold letters, digits and / . _ - only; it is '$prefix'." ;; esac
  case $version in *[!A-Za-z0-9.+-]*) misuse "--version must be a version such as 1.2.3; it is '$version'." ;; esac
  case $panel in *[!A-Za-z0-9.:_-]*) case $panel in \[*\]:*) ;; *) misuse "--panel must be HOST:PORT; it is '$panel'." ;; esac ;; esac
  case $token in *[!A-Za-z0-9._=+/-]*) misuse 'The enrolment token holds characters that none has; copy it again from the panel.' ;; esac
  if [ "$mode" = node ]; then
    [ -z "$panel" ] || [ -n "$token" ] || misuse '--panel needs the token too: --token-file FILE.'
    [ -z "$token" ] || [ -n "$panel" ] || misuse 'The token needs the address of the panel too: --panel HOST:PORT.'
  elif [ -n "$panel$token" ]; then
    misuse "--panel and the token belong to 'node'; it is '$mode' that is being installed."
  fi
  [ -z "$file" ] || [ -n "$sum" ] || misuse '--file needs --sha256 SUM, from SHA256SUMS of the release.'
}

read_token() {
  if [ "$1" = - ]; then
    head -n 1
  else
    head -n 1 -- "$1" 2>/dev/null || misuse "--token-file $1 cannot be read."
  fi
}

# --- before anything is changed -----------------------------------------------------------------------------------------

check_machine() {
  [ "$(uname -s)" = Linux ] || fail "This installer is for Linux; this is $(uname -s)."
  case $(uname -m) in
    x86_64 | amd64) target=linux-x64 ;;
    aarch64 | arm64) target=linux-arm64 ;;
    *) fail "There is no Stellar for this processor: x86_64 and aarch64 exist; this is $(uname -m)." ;;
  esac
  libc=$(getconf GNU_LIBC_VERSION 2>/dev/null || true)
  case $libc in
    'glibc '*) ;;
    *) fail 'Stellar needs glibc 2.28 or newer and this system has none (musl, as on Alpine?). Use the container image there.' ;;
  esac
  older=$(printf '%s\n2.28\n' "${libc#glibc }" | sort -t . -k 1,1n -k 2,2n | head -n 1)
  [ "$older" = 2.28 ] || fail "Stellar needs glibc 2.28 or newer (Debian 10, Ubuntu 20.04, RHEL 8); this system has $libc."
  for tool in sha256sum awk sed; do
    command -v $tool >/dev/null || fail "The program '$tool' is missing; install it and run this again."
  done
  [ -n "$service" ] || return 0
  if ! command -v systemctl >/dev/null || [ ! -d /run/systemd/system ]; then
    fail 'This system does not run systemd, so there is nobody to run the services. --no-service installs the program alone.'
  fi
  # Two services on one data folder, or two nodes on one Docker, would fight.
  case $mode in
    up) others='panel node' ;;
    *) others=up ;;
  esac
  for other in $others; do
    [ ! -e "$units/stellar-$other.service" ] ||
      fail "This machine has stellar-$other already, and '$mode' does not go beside it. To change over: --uninstall first; data stay."
  done
  getent passwd "$account" >/dev/null || command -v useradd >/dev/null ||
    fail "The program 'useradd' is missing, and with it the way to make an account for Stellar."
}

obtain_program() {
  [ -d "$bin" ] || made_bin=yes
  mkdir -p "$bin" 2>/dev/null || fail "The folder $bin cannot be made."
  # What a run that was killed left behind; one that still runs has its number in the name.
  for left in "$bin"/.stellar-install.*; do
    if [ -d "$left" ] && ! kill -0 "${left##*.}" 2>/dev/null; then rm -rf "$left"; fi
  done
  # On the same file system as the program, so that it appears whole or not at all.
  mkdir -m 700 "$bin/.stellar-install.$$" 2>/dev/null || fail "Nothing can be written to $bin: is it read-only or full?"
  stage=$bin/.stellar-install.$$
  if [ -n "$file" ]; then
    [ -f "$file" ] || fail "There is no file $file."
    name=${file##*/}
    # The copy is what is verified: it is what gets installed.
    cp "$file" "$stage/$name" 2>/dev/null || fail "$name cannot be copied to $bin: is the disk full?"
    verify "$stage/$name" "$(printf '%s' "$sum" | tr A-F a-f)" "$name"
  else
    find_release
    fetch SHA256SUMS
    name=stellar-$target
    if command -v xz >/dev/null; then name=$name.xz; fi
    sum=$(awk -v name="$name" '$2 == name || $2 == "*" name { print $1; exit }' "$stage/SHA256SUMS")
    [ -n "$sum" ] || fail "SHA256SUMS of $from does not name $name, so it cannot be checked."
    fetch "$name"
    verify "$stage/$name" "$sum" "$name"
  fi
  case $name in
    *.xz)
      command -v xz >/dev/null || fail "$name is compressed and the program 'xz' is missing (package xz-utils)."
      xz -dc "$stage/$name" >"$stage/stellar" 2>/dev/null || fail "$name cannot be unpacked into $bin: is the disk full?"
      rm "$stage/$name"
      ;;
    stellar) ;;
    *) mv "$stage/$name" "$stage/stellar" ;;
  esac
  chmod 755 "$stage/stellar"
  came=$("$stage/stellar" version 2>"$stage/said") || fail "The program does not start here: $(head -n 1 "$stage/said" | cut -c 1-300)"
  [ -z "$version" ] || [ "$came" = "$version" ] || [ -n "$file" ] ||
    fail "The release at $from should hold Stellar $version; it holds '$came'."
  version=$came
}

find_release() {
  if [ -z "$from" ]; then
    [ -n "$release_url" ] || fail 'This installer does not know where releases are published: give --from URL or --from FOLDER.'
    [ -n "$version" ] || fail 'Which release? Give --version.'
    from=$(printf '%s' "$release_url" | sed "s/{version}/$version/g")
  fi
  case $from in
    https://* | http://127.0.0.1[:/]* | http://localhost[:/]*) ;;
    *://*) fail "$from is not an https address: what comes from there could be anybody's. Fetch the files by a way you trust and give --from FOLDER." ;;
    *) [ -d "$from" ] || fail "There is no folder $from." ;;
  esac
}

# fetch NAME: from the release into the stage.
fetch() {
  case $from in
    *://*) ;;
    *)
      [ -f "$from/$1" ] || fail "There is no $1 in $from."
      cp "$from/$1" "$stage/$1" 2>/dev/null || fail "$1 cannot be copied to $bin: is the disk full?"
      return
      ;;
  esac
  if command -v curl >/dev/null; then
    curl -fsSL --proto '=https,http' --proto-redir '=https' --connect-timeout 15 --max-time 1800 --retry 2 \
      -o "$stage/$1" "$from/$1" 2>"$stage/said" || fail "$from/$1 cannot be fetched: $(sed -n '$p' "$stage/said")"
  elif command -v wget >/dev/null; then
    wget -q -T 30 -t 2 -O "$stage/$1" "$from/$1" || fail "$from/$1 cannot be fetched (wget ended with $?)."
  else
    fail 'Neither curl nor wget is here to fetch the program with; install one of them, or give --from FOLDER.'
  fi
}

# verify FILE SUM NAME
verify() {
  is=$(sha256sum <"$1" | cut -d ' ' -f 1)
  [ "$is" = "$2" ] || fail "$3 is not what was released: its SHA-256 should be $2; it is $is. Nothing was installed."
}

check_installed() {
  installed=''
  [ -x "$bin/stellar" ] || return 0
  installed=$("$bin/stellar" version 2>/dev/null || echo unknown)
  [ "$installed" != "$version" ] || return 0
  [ -n "$service" ] && [ -d "$data/panel" ] && [ -z "$replace" ] || return 0
  fail "Stellar $installed is installed here. 'stellar upgrade' brings $version, with a copy of the database first and a way back; --replace replaces the program alone."
}

# --- changes, each with its way back ------------------------------------------------------------------------------------

# later COMMAND: what takes the last step back, should a later one fail.
later() {
  undo="$1
$undo"
}

end() {
  code=$1
  trap - EXIT INT TERM HUP
  set +e
  if [ "$code" != 0 ] && [ -n "$undo" ]; then
    eval "$undo" >/dev/null 2>&1
    printf 'install.sh: What had been done was taken back.\n' >&2
  fi
  [ -z "$stage" ] || rm -rf "$stage"
  if [ "$code" != 0 ] && [ -n "$made_bin" ]; then rmdir "$bin" 2>/dev/null; fi
  exit "$code"
}

make_account() {
  getent passwd "$account" >/dev/null && return
  shell=$(command -v nologin || echo /bin/false)
  useradd --system --user-group --home-dir "$data" --no-create-home --shell "$shell" \
    --comment 'Stellar game-server panel' "$account" 2>"$stage/said" ||
    fail "The account '$account' cannot be made: $(head -n 1 "$stage/said")"
  # Not when files were made that belong to it.
  later "[ -e $data ] || userdel $account"
}

prepare_data() {
  case $mode in
    # Owned by root, for what runs as root must not pass through folders of others; PostgreSQL's account passes through.
    up) folder "$data" root 711 ;;
    node) folder "$node_data" root 711 ;;
    panel)
      folder "$data" "$account" 750
      # It was 'up' before, as root. Never the node's files: they belong to the games.
      if [ -d "$data/panel" ]; then chown -R -h "$account:$account" "$data/panel"; fi
      ;;
  esac
}

# folder PATH OWNER MODE
folder() {
  if [ ! -d "$1" ]; then
    mkdir -p "$1" || fail "The folder $1 cannot be made."
    later "rmdir $1"
  fi
  chown -h "$2:$2" "$1"
  chmod "$3" "$1"
}

write_settings() {
  if [ ! -d /etc/stellar ]; then
    mkdir /etc/stellar || fail 'The folder /etc/stellar cannot be made.'
    later 'rmdir /etc/stellar'
  fi
  if [ "$mode" != node ] && [ ! -e "$settings" ]; then
    later "rm -f $settings"
    cat >"$stage/settings" <<'TEXT'
# Settings of Stellar's panel; docs/configuration.md lists them all. After a change: systemctl restart 'stellar-*'

# The address people use. Needed behind a reverse proxy (docs/reverse-proxy.md).
#STELLAR_URL=https://panel.example
#STELLAR_TRUSTED_PROXIES=127.0.0.1

# The panel listens on this machine alone. Give it an address of the network only where a proxy with HTTPS is elsewhere.
#STELLAR_HOST=127.0.0.1
#STELLAR_PORT=3000

# Nodes on other machines dial in here; the link is encrypted and knows its nodes by certificate.
#STELLAR_LINK_HOST=0.0.0.0
#STELLAR_LINK_PORT=8443

# A PostgreSQL of your own instead of the embedded one.
#DATABASE_URL=postgres://stellar:...@db.example/stellar
TEXT
    chown "root:$account" "$stage/settings"
    chmod 640 "$stage/settings"
    mv "$stage/settings" "$settings"
  fi
  if [ "$mode" = node ] && { [ -n "$token" ] || [ ! -e "$node_settings" ]; }; then
    if [ -e "$node_settings" ]; then
      cp -p "$node_settings" "$stage/node.previous"
      later "cp -p $stage/node.previous $node_settings"
    else
      later "rm -f $node_settings"
    fi
    (
      umask 077
      printf '%s\n' '# Where the panel of this node is, and the token of its first start: it is worth nothing afterwards.' \
        "NODE_ARGUMENTS=${panel:+--panel $panel}" "STELLAR_TOKEN=$token" >"$stage/node"
    )
    mv "$stage/node" "$node_settings"
    changed=yes
  fi
}

place_program() {
  if cmp -s "$stage/stellar" "$bin/stellar"; then return; fi
  if [ -e "$bin/stellar" ]; then
    # A second name for the same file: the way back costs no space.
    ln "$bin/stellar" "$stage/previous"
    later "mv -f $stage/previous $bin/stellar"
  else
    later "rm -f $bin/stellar"
  fi
  mv -f "$stage/stellar" "$bin/stellar"
  changed=yes
}

write_unit() {
  unit=$units/stellar-$mode.service
  unit_text >"$stage/unit"
  if cmp -s "$stage/unit" "$unit"; then return; fi
  if [ -e "$unit" ]; then
    cp -p "$unit" "$stage/unit.previous"
    later "cp -p $stage/unit.previous $unit; systemctl daemon-reload"
  else
    later "rm -f $unit; systemctl daemon-reload"
  fi
  mv "$stage/unit" "$unit"
  changed=yes
  systemctl daemon-reload || fail 'systemd does not take the new service (see above).'
}

unit_text() {
  case $mode in
    up) title='panel and node' words=up folders="$data /run" ;;
    panel) title='panel' words=panel folders=$data ;;
    # The dollar is for systemd, which splits what it puts in at blanks.
    node) title='node' words="node \$NODE_ARGUMENTS" folders="$node_data /run" ;;
  esac
  cat <<UNIT
# Written by install.sh. Changes of yours belong into 'systemctl edit stellar-$mode'.
[Unit]
Description=Stellar, $title
Wants=network-online.target
After=network-online.target docker.service
StartLimitIntervalSec=0

[Service]
ExecStart=$bin/stellar $words
Environment=STELLAR_DATA=${folders%% *}
Restart=on-failure
RestartSec=5
# The program ends its own children in order, PostgreSQL last; game servers belong to Docker and run on.
KillMode=mixed
TimeoutStopSec=60
LimitNOFILE=65536
RuntimeDirectory=stellar-$mode
RuntimeDirectoryMode=0711

NoNewPrivileges=yes
ProtectSystem=strict
ReadWritePaths=$folders
ProtectHome=yes
PrivateTmp=yes
PrivateDevices=yes
ProtectClock=yes
ProtectHostname=yes
ProtectKernelLogs=yes
ProtectKernelModules=yes
ProtectKernelTunables=yes
ProtectControlGroups=yes
RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6 AF_NETLINK
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
LockPersonality=yes
SystemCallArchitectures=native
SystemCallErrorNumber=EPERM
SystemCallFilter=@system-service
UNIT
  case $mode in
    panel)
      cat <<UNIT
User=$account
Group=$account
EnvironmentFile=-$settings
UMask=0077
CapabilityBoundingSet=
ProtectProc=invisible
SystemCallFilter=~@privileged @resources
UNIT
      ;;
    # Root, since the socket of Docker is as good as root: for the firewall before the games, and to give each game its files.
    node)
      cat <<UNIT
EnvironmentFile=-$node_settings
CapabilityBoundingSet=CAP_CHOWN CAP_DAC_OVERRIDE CAP_FOWNER CAP_FSETID CAP_NET_ADMIN CAP_NET_RAW
UNIT
      ;;
    # And to lend PostgreSQL, which refuses root, an account of its own.
    up)
      cat <<UNIT
EnvironmentFile=-$settings
CapabilityBoundingSet=CAP_CHOWN CAP_DAC_OVERRIDE CAP_FOWNER CAP_FSETID CAP_NET_ADMIN CAP_NET_RAW CAP_SETUID CAP_SETGID CAP_KILL
UNIT
      ;;
  esac
  cat <<UNIT

[Install]
WantedBy=multi-user.target
UNIT
}

start_service() {
  name=stellar-$mode
  if ! systemctl is-enabled --quiet "$name" 2>/dev/null; then
    later "systemctl disable $name"
    systemctl enable --quiet "$name" || fail "systemd does not enable $name (see above)."
  fi
  [ -n "$start" ] || return 0
  if [ "$mode" = node ] && [ -z "$token" ] && [ ! -e "$node_data/node/identity.json" ]; then
    start=''
    return 0
  fi
  if ! systemctl is-active --quiet "$name"; then later "systemctl stop $name; systemctl reset-failed $name"; fi
  # Restarted only for a reason: a second run of the same installer disturbs nobody.
  if systemctl is-active --quiet "$name" && [ -z "$changed" ] && ! runs_another; then return 0; fi
  since=$(date '+%Y-%m-%d %H:%M:%S')
  systemctl restart "$name" || fail "$name does not start. Its log: journalctl -u $name"
  if [ "$mode" = node ]; then
    wait_for_node
  else
    wait_for_panel || fail "$name does not become ready: $(last_words) The whole log: journalctl -u $name"
  fi
}

# The file it was started from is gone: a run that was killed had replaced it.
runs_another() {
  case $(readlink "/proc/$(systemctl show -p MainPID --value "$name")/exe") in *'(deleted)') ;; *) return 1 ;; esac
}

wait_for_node() {
  tries=60
  until [ -e "$node_data/node/identity.json" ]; do
    tries=$((tries - 1))
    if [ "$tries" = 0 ] || ! systemctl is-active --quiet "$name"; then fail "$name could not enrol: $(last_words)"; fi
    sleep 0.5
  done
}

last_words() { journalctl -u "$name" --since "$since" -o cat -q 2>/dev/null | sed -n 's/^stellar: //p' | tail -n 1; }

setting() { sed -n "s/^$1=//p" "$settings" 2>/dev/null | tail -n 1 | tr -d "\"'"; }

wait_for_panel() {
  STELLAR_HOST=$(setting STELLAR_HOST) STELLAR_PORT=$(setting STELLAR_PORT) "$bin/stellar" ready --wait 90 >/dev/null 2>&1
}

report() {
  say "Stellar $version is installed: $bin/stellar"
  [ -n "$service" ] || return 0
  case $mode in
    node)
      if [ -z "$start" ]; then
        say "The node is not running, since it has no panel yet. Enrol it: sh install.sh node --panel HOST:PORT --token-file FILE"
      else
        say "The node runs as stellar-node; its log: journalctl -u stellar-node"
      fi
      ;;
    *)
      if [ -z "$start" ]; then
        say "Start it with: systemctl start stellar-$mode"
      else
        say "It runs as stellar-$mode; its log: journalctl -u stellar-$mode. Settings: $settings"
        # Of this very start: an address of an earlier one is used up.
        first=$(journalctl -o cat -q "_SYSTEMD_INVOCATION_ID=$(systemctl show -p InvocationID --value "stellar-$mode")" 2>/dev/null | sed -n 's/^ *\(https\{0,1\}:[^ ]*\/setup?token=[^ ]*\)$/\1/p' | tail -n 1)
        if [ -n "$first" ]; then
          printf 'Open this address to set it up; it works once:\n\n    %s\n\n' "$first"
          case $first in http://127.*)
            say "It is reachable from this machine alone. From yours: ssh -L ${first#http://127.0.0.1:}" | sed 's/\([0-9]*\)\/.*/\1:127.0.0.1:\1 '"$(uname -n)"'/'
            ;;
          esac
        fi
      fi
      ;;
  esac
  if [ "$mode" != panel ] && [ ! -S /var/run/docker.sock ]; then
    say 'Docker, which runs the game servers, is not here yet. Stellar picks it up once it is: on Debian and Ubuntu, apt-get install docker.io iptables apparmor'
  fi
}

# --- away with it -------------------------------------------------------------------------------------------------------

uninstall() {
  found=''
  for mode in up panel node; do
    unit=$units/stellar-$mode.service
    [ -e "$unit" ] || continue
    found=yes
    prefix=$(sed -n 's/^ExecStart=\(.*\)\/bin\/stellar .*/\1/p' "$unit")
    systemctl disable --quiet --now "stellar-$mode" 2>/dev/null || true
    if systemctl is-active --quiet "stellar-$mode" 2>/dev/null; then
      fail "stellar-$mode does not stop; nothing was taken away. Its log: journalctl -u stellar-$mode"
    fi
    rm -f "$unit"
  done
  [ -z "$found" ] || systemctl daemon-reload 2>/dev/null || true
  for name in stellar stellar.previous; do
    if [ -e "$prefix/bin/$name" ]; then
      found=yes
      rm -f "$prefix/bin/$name"
    fi
  done
  if [ -z "$found" ]; then
    say 'Stellar is not installed here; nothing was taken away.'
    return
  fi
  say 'Stellar is uninstalled. Game servers that run in Docker were left alone.'
  for kept in "$data" "$node_data" /etc/stellar; do
    if [ -e "$kept" ]; then say "Kept: $kept"; fi
  done
  if getent passwd "$account" >/dev/null; then say "Kept: the account '$account' (userdel $account)"; fi
}

main "$@"
