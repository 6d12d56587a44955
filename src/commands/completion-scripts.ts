/**
 * Completion scripts for bash, zsh, fish and PowerShell. They know nothing: each asks the program itself (`__complete`)
 * what may come next, so that a new command or flag needs no new script.
 */

export const shells = ['bash', 'zsh', 'fish', 'powershell'] as const;
export type Shell = (typeof shells)[number];

/** Name of the file a script is shipped as, below `completions/`. */
export const fileOf = (shell: Shell): string => `metalctl.${shell === 'powershell' ? 'ps1' : shell}`;

const head = (shell: string): string => `metalctl completion for ${shell}. Generated: npm run generate.`;

/** The script of one shell. */
export const completionScript = (shell: Shell): string => ({ bash, zsh, fish, powershell })[shell];

// bash 3.2 (macOS) has neither mapfile nor compopt; without compopt a space follows also where none should.
const bash = `# ${head('bash')}
_metalctl() {
  local answer directive IFS=$'\\n'
  answer="$("\${COMP_WORDS[0]}" __complete --shell bash -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)" || return
  directive="\${answer##*:}"
  answer="\${answer%:*}"
  COMPREPLY=($answer)
  if type compopt >/dev/null 2>&1; then
    case "$directive" in 1 | 3) compopt -o nospace ;; esac
    case "$directive" in 0 | 1) compopt -o default ;; esac
  fi
}
complete -F _metalctl metalctl
`;

const zsh = `#compdef metalctl
# ${head('zsh')}
_metalctl() {
  local answer directive
  local -a lines values shown space
  answer="$("\${words[1]}" __complete --shell zsh -- "\${(@)words[2,CURRENT]}" 2>/dev/null)" || return 1
  lines=("\${(@f)answer}")
  directive="\${lines[-1]#:}"
  lines=("\${(@)lines[1,-2]}")
  values=("\${(@)lines%%$'\\t'*}")
  shown=("\${(@)lines/$'\\t'/  -- }")
  (( directive & 1 )) && space=(-S '')
  (( \${#values} )) && compadd "\${space[@]}" -l -d shown -a values && return 0
  (( directive & 2 )) && return 1
  _files
}
if [ "$funcstack[1]" = "_metalctl" ]; then
  _metalctl "$@"
else
  compdef _metalctl metalctl
fi
`;

const fish = `# ${head('fish')}
function __metalctl_complete
    set -l words (commandline -opc)
    set -l current (commandline -ct)
    set -l program $words[1]
    set -e words[1]
    set -l lines ($program __complete --shell fish -- $words "$current" 2>/dev/null)
    test (count $lines) -gt 0; or return
    set -l directive (string replace ':' '' -- $lines[-1])
    set -e lines[-1]
    if test (count $lines) -gt 0
        string join \\n -- $lines
    else if contains -- "$directive" 0 1
        __fish_complete_path "$current"
    end
end
complete -c metalctl -e
complete -c metalctl -f -a '(__metalctl_complete)'
`;

const powershell = `# ${head('PowerShell')}
Register-ArgumentCompleter -Native -CommandName metalctl -ScriptBlock {
  param($wordToComplete, $commandAst, $cursorPosition)
  $words = @($commandAst.CommandElements | Select-Object -Skip 1 |
    Where-Object { $_.Extent.EndOffset -lt $cursorPosition } | ForEach-Object { $_.ToString() })
  $words += if ($wordToComplete) { $wordToComplete } else { '""' }
  & metalctl __complete --shell powershell -- @words 2>$null | Where-Object { $_ -notmatch '^:' } | ForEach-Object {
    $value, $description = $_ -split "\`t", 2
    if (-not $description) { $description = $value }
    [System.Management.Automation.CompletionResult]::new($value, $value, 'ParameterValue', $description)
  }
}
`;
