#compdef metalctl
# metalctl completion for zsh. Generated: npm run generate.
_metalctl() {
  local answer directive
  local -a lines values shown space
  answer="$("${words[1]}" __complete --shell zsh -- "${(@)words[2,CURRENT]}" 2>/dev/null)" || return 1
  lines=("${(@f)answer}")
  directive="${lines[-1]#:}"
  lines=("${(@)lines[1,-2]}")
  values=("${(@)lines%%$'\t'*}")
  shown=("${(@)lines/$'\t'/  -- }")
  (( directive & 1 )) && space=(-S '')
  (( ${#values} )) && compadd "${space[@]}" -l -d shown -a values && return 0
  (( directive & 2 )) && return 1
  _files
}
if [ "$funcstack[1]" = "_metalctl" ]; then
  _metalctl "$@"
else
  compdef _metalctl metalctl
fi
