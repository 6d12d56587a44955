# metalctl completion for bash. Generated: npm run generate.
_metalctl() {
  local answer directive IFS=$'\n'
  answer="$("${COMP_WORDS[0]}" __complete --shell bash -- "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)" || return
  directive="${answer##*:}"
  answer="${answer%:*}"
  COMPREPLY=($answer)
  if type compopt >/dev/null 2>&1; then
    case "$directive" in 1 | 3) compopt -o nospace ;; esac
    case "$directive" in 0 | 1) compopt -o default ;; esac
  fi
}
complete -F _metalctl metalctl
