# metalctl completion for fish. Generated: npm run generate.
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
        string join \n -- $lines
    else if contains -- "$directive" 0 1
        __fish_complete_path "$current"
    end
end
complete -c metalctl -e
complete -c metalctl -f -a '(__metalctl_complete)'
