// Scripts that make a shell ask `stellar complete` what may come next. They hold no command: what a newer program can do
// is completed without a newer script.
import { nearest } from '#core/base/nearest.ts'
import { usage } from './exit.ts'

const scripts = {
  bash: `_stellar() {
  local IFS=$'\\n' line cur="\${COMP_WORDS[COMP_CWORD]}"
  # Bash splits at colons; what was typed does not.
  COMPREPLY=()
  while IFS= read -r line; do
    if [[ $line == :files ]]; then
      compopt -o filenames
      COMPREPLY+=($(compgen -f -- "$cur"))
    else
      COMPREPLY+=("$(printf '%q' "\${line%%$'\\t'*}")")
    fi
  done < <("\${COMP_WORDS[0]}" complete -- "\${COMP_WORDS[@]:1:COMP_CWORD-1}" "$cur" 2>/dev/null)
}
complete -F _stellar stellar
`,
  zsh: `#compdef stellar
_stellar() {
  local line
  local -a found
  for line in "\${(@f)$("\${words[1]}" complete -- "\${(@Q)words[2,CURRENT-1]}" "\${(Q)words[CURRENT]}" 2>/dev/null)}"; do
    if [[ $line == :files ]]; then
      _files
    elif [[ -n $line ]]; then
      local word="\${line%%$'\\t'*}"
      found+=("\${word//:/\\\\:}:\${\${line#$word}#$'\\t'}")
    fi
  done
  (( \${#found} )) && _describe 'stellar' found
}
compdef _stellar stellar
`,
  fish: `function __stellar_complete
  set -l typed (commandline -opc) (commandline -ct)
  $typed[1] complete -- $typed[2..-1] 2>/dev/null | while read -l line
    if test "$line" = :files
      __fish_complete_path (commandline -ct)
    else
      echo $line
    end
  end
end
complete -c stellar -f -a '(__stellar_complete)'
`,
} as const

export async function completion([shell = '']: readonly string[]): Promise<number> {
  if (!Object.hasOwn(scripts, shell)) {
    const meant = nearest(shell, Object.keys(scripts))
    throw usage(
      `There are completions for bash, zsh and fish, not for “${shell}”.`,
      meant ? `Did you mean ${meant}?` : 'Name one of them.',
    )
  }
  process.stdout.write(scripts[shell as keyof typeof scripts])
  return 0
}
