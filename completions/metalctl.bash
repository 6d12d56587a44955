# metalctl completion for bash. Generated: npm run generate.
_metalctl() {
  local cur="${COMP_WORDS[COMP_CWORD]}" prev="${COMP_WORDS[COMP_CWORD-1]}" path="" word words="" flags="" i
  for ((i = 1; i < COMP_CWORD; i++)); do
    word="${COMP_WORDS[i]}"
    case "$word" in
      -*) continue ;;
    esac
    if [ -z "$path" ]; then
      path="$word"
      case "$path" in
        power|install|sandbox) continue ;;
        *) break ;;
      esac
    else
      path="$path $word"
      break
    fi
  done
  case "$prev" in
    --log-level) COMPREPLY=($(compgen -W "error warn info debug trace" -- "$cur")); return ;;
    --log-format) COMPREPLY=($(compgen -W "text json" -- "$cur")); return ;;
    --color) COMPREPLY=($(compgen -W "auto always never" -- "$cur")); return ;;
    --progress) COMPREPLY=($(compgen -W "auto bar plain json none" -- "$cur")); return ;;
    --dry-run) COMPREPLY=($(compgen -W "none client server" -- "$cur")); return ;;
    --format) COMPREPLY=($(compgen -W "auto lines csv json dnsmasq kea isc" -- "$cur")); return ;;
    --scheme) COMPREPLY=($(compgen -W "https http" -- "$cur")); return ;;
    --pin) COMPREPLY=($(compgen -W "off first-use required" -- "$cur")); return ;;
    --power) COMPREPLY=($(compgen -W "on off" -- "$cur")); return ;;
    --driver) COMPREPLY=($(compgen -W "auto cluster local none" -- "$cur")); return ;;
    --wait) COMPREPLY=($(compgen -W "power bound" -- "$cur")); return ;;
    --addressing) COMPREPLY=($(compgen -W "auto ip port" -- "$cur")); return ;;
    --output|-o) COMPREPLY=($(compgen -W "table wide name json yaml jsonl csv tsv markdown jsonpath= custom-columns=" -- "$cur")); return ;;
  esac
  case "$path" in
    "") words="discover onboard claim release get describe power cordon uncordon reconcile wait install sandbox demo completion explain version"; flags="--kubeconfig --context --namespace --all-namespaces --request-timeout --output --quiet --verbose --log-level --log-format --color --progress --interactive --accessible --yes --confirm --dry-run --concurrency --bmc-timeout --bmc-ca --utc" ;;
    "power") words="status on off"; flags="--kubeconfig --context --namespace --all-namespaces --request-timeout --output --quiet --verbose --log-level --log-format --color --progress --interactive --accessible --yes --confirm --dry-run --concurrency --bmc-timeout --bmc-ca --utc" ;;
    "install") words="crds"; flags="--kubeconfig --context --namespace --all-namespaces --request-timeout --output --quiet --verbose --log-level --log-format --color --progress --interactive --accessible --yes --confirm --dry-run --concurrency --bmc-timeout --bmc-ca --utc" ;;
    "sandbox") words="up status down"; flags="--kubeconfig --context --namespace --all-namespaces --request-timeout --output --quiet --verbose --log-level --log-format --color --progress --interactive --accessible --yes --confirm --dry-run --concurrency --bmc-timeout --bmc-ca --utc" ;;
    "discover") words=""; flags="--cidr --exclude --target --force --file --format --ports --scheme --rate --sweep-concurrency --probe-timeout --bmc-username --bmc-password-file --bmc-password-stdin --credentials --bmc-secret --pin --login --status --strict --out --resume --kubeconfig --context --namespace --all-namespaces --request-timeout --output --quiet --verbose --log-level --log-format --color --progress --interactive --accessible --yes --confirm --dry-run --concurrency --bmc-timeout --bmc-ca --utc" ;;
    "onboard") words=""; flags="--from --status --file --format --ports --scheme --rate --sweep-concurrency --probe-timeout --bmc-username --bmc-password-file --bmc-password-stdin --credentials --bmc-secret --pin --create-secret --name-template --label --location --rack --power --wait --timeout --driver --take-over --registry-address --registry-url --kubeconfig --context --namespace --all-namespaces --request-timeout --output --quiet --verbose --log-level --log-format --color --progress --interactive --accessible --yes --confirm --dry-run --concurrency --bmc-timeout --bmc-ca --utc" ;;
    "claim") words=""; flags="--server --selector --cpu --memory --disk --vendor --model --rack --location --image --ignition --user-data --power --tolerate --retries --adopt --explain --wait --timeout --driver --take-over --kubeconfig --context --namespace --all-namespaces --request-timeout --output --quiet --verbose --log-level --log-format --color --progress --interactive --accessible --yes --confirm --dry-run --concurrency --bmc-timeout --bmc-ca --utc" ;;
    "release") words=""; flags="--server --finish --wait --timeout --driver --take-over --kubeconfig --context --namespace --all-namespaces --request-timeout --output --quiet --verbose --log-level --log-format --color --progress --interactive --accessible --yes --confirm --dry-run --concurrency --bmc-timeout --bmc-ca --utc" ;;
    "get") words="servers server srv serverclaims serverclaim scl bmcs bmc bmcsecrets bmcsecret bmcsec bmcusers bmcuser bmcu endpoints endpoint mep serverbootconfigurations serverbootconfiguration sbc serverreadinessrules serverreadinessrule srr"; flags="--selector --field --watch --watch-only --sort-by --limit --no-headers --show-labels --label-columns --show-managed-fields --kubeconfig --context --namespace --all-namespaces --request-timeout --output --quiet --verbose --log-level --log-format --color --progress --interactive --accessible --yes --confirm --dry-run --concurrency --bmc-timeout --bmc-ca --utc" ;;
    "describe") words="servers server srv serverclaims serverclaim scl bmcs bmc bmcsecrets bmcsecret bmcsec bmcusers bmcuser bmcu endpoints endpoint mep serverbootconfigurations serverbootconfiguration sbc serverreadinessrules serverreadinessrule srr"; flags="--selector --events --kubeconfig --context --namespace --all-namespaces --request-timeout --output --quiet --verbose --log-level --log-format --color --progress --interactive --accessible --yes --confirm --dry-run --concurrency --bmc-timeout --bmc-ca --utc" ;;
    "power status") words=""; flags="--selector --field --all --prefix --direct --kubeconfig --context --namespace --all-namespaces --request-timeout --output --quiet --verbose --log-level --log-format --color --progress --interactive --accessible --yes --confirm --dry-run --concurrency --bmc-timeout --bmc-ca --utc" ;;
    "power on") words=""; flags="--selector --field --all --prefix --direct --kubeconfig --context --namespace --all-namespaces --request-timeout --output --quiet --verbose --log-level --log-format --color --progress --interactive --accessible --yes --confirm --dry-run --concurrency --bmc-timeout --bmc-ca --utc" ;;
    "power off") words=""; flags="--selector --field --all --prefix --direct --force --kubeconfig --context --namespace --all-namespaces --request-timeout --output --quiet --verbose --log-level --log-format --color --progress --interactive --accessible --yes --confirm --dry-run --concurrency --bmc-timeout --bmc-ca --utc" ;;
    "cordon") words=""; flags="--selector --field --all --prefix --reason --kubeconfig --context --namespace --all-namespaces --request-timeout --output --quiet --verbose --log-level --log-format --color --progress --interactive --accessible --yes --confirm --dry-run --concurrency --bmc-timeout --bmc-ca --utc" ;;
    "uncordon") words=""; flags="--selector --field --all --prefix --kubeconfig --context --namespace --all-namespaces --request-timeout --output --quiet --verbose --log-level --log-format --color --progress --interactive --accessible --yes --confirm --dry-run --concurrency --bmc-timeout --bmc-ca --utc" ;;
    "reconcile") words=""; flags="--once --watch --settle --only --skip --selector --max-passes --deadline --max-changes --report --detailed-exitcode --hold-for-probe --registry-address --registry-url --lease --lease-wait --lease-skip --manager-namespace --probe-image --probe-os-image --discovery-timeout --enforce-first-boot --enforce-power-off --resync --mac-prefixes-file --bmc-allow-http --kubeconfig --context --namespace --all-namespaces --request-timeout --output --quiet --verbose --log-level --log-format --color --progress --interactive --accessible --yes --confirm --dry-run --concurrency --bmc-timeout --bmc-ca --utc" ;;
    "wait") words="servers server srv serverclaims serverclaim scl bmcs bmc bmcsecrets bmcsecret bmcsec bmcusers bmcuser bmcu endpoints endpoint mep serverbootconfigurations serverbootconfiguration sbc serverreadinessrules serverreadinessrule srr"; flags="--for --while --and --any --selector --all --timeout --kubeconfig --context --namespace --all-namespaces --request-timeout --output --quiet --verbose --log-level --log-format --color --progress --interactive --accessible --yes --confirm --dry-run --concurrency --bmc-timeout --bmc-ca --utc" ;;
    "install crds") words=""; flags="--only --print --manager-namespace --timeout --kubeconfig --context --namespace --all-namespaces --request-timeout --output --quiet --verbose --log-level --log-format --color --progress --interactive --accessible --yes --confirm --dry-run --concurrency --bmc-timeout --bmc-ca --utc" ;;
    "sandbox up") words=""; flags="--name --servers --vendors --seed --speed --data --ephemeral --addressing --bmc-network --bmc-port --http --kubeconfig-out --kubeconfig --context --namespace --all-namespaces --request-timeout --output --quiet --verbose --log-level --log-format --color --progress --interactive --accessible --yes --confirm --dry-run --concurrency --bmc-timeout --bmc-ca --utc" ;;
    "sandbox status") words=""; flags="--name --data --kubeconfig --context --namespace --all-namespaces --request-timeout --output --quiet --verbose --log-level --log-format --color --progress --interactive --accessible --yes --confirm --dry-run --concurrency --bmc-timeout --bmc-ca --utc" ;;
    "sandbox down") words=""; flags="--name --data --kubeconfig --context --namespace --all-namespaces --request-timeout --output --quiet --verbose --log-level --log-format --color --progress --interactive --accessible --yes --confirm --dry-run --concurrency --bmc-timeout --bmc-ca --utc" ;;
    "demo") words=""; flags="--servers --speed --keep --kubeconfig --context --namespace --all-namespaces --request-timeout --output --quiet --verbose --log-level --log-format --color --progress --interactive --accessible --yes --confirm --dry-run --concurrency --bmc-timeout --bmc-ca --utc" ;;
    "completion") words="bash zsh fish powershell"; flags="--install-hint --kubeconfig --context --namespace --all-namespaces --request-timeout --output --quiet --verbose --log-level --log-format --color --progress --interactive --accessible --yes --confirm --dry-run --concurrency --bmc-timeout --bmc-ca --utc" ;;
    "explain") words="exit-codes error flags USAGE MANIFEST_INVALID IGNITION_INVALID RANGE_TOO_LARGE RANGE_NOT_PRIVATE NEEDS_INPUT CONFIRM_REQUIRED KUBECONFIG_MISSING KUBECONFIG_INVALID CONTEXT_NOT_FOUND FILE_NOT_FOUND NOT_FOUND ALREADY_EXISTS CONFLICT CRD_MISSING API_UNREACHABLE API_TLS API_UNAUTHORIZED API_FORBIDDEN API_INVALID API_ERROR API_THROTTLED API_TIMEOUT WATCH_EXPIRED LEASE_HELD LEASE_LOST BMC_UNREACHABLE BMC_TIMEOUT BMC_TLS BMC_PLAIN_HTTP BMC_NOT_REDFISH BMC_AUTH_FAILED BMC_FORBIDDEN BMC_PASSWORD_CHANGE_REQUIRED BMC_SESSION_LIMIT BMC_BUSY BMC_ERROR BMC_BAD_RESPONSE BMC_RESPONSE_TOO_LARGE BMC_HOSTILE_LINK BMC_REFUSED BMC_NOT_FOUND BMC_CONFLICT OUTCOME_UNKNOWN RESET_TYPE_UNSUPPORTED BOOT_TARGET_UNSUPPORTED NO_BMC BMC_UNAVAILABLE IDENTITY_CHANGED DUPLICATE_IDENTITY REFERENCE_MISSING SPEC_INVALID NO_CAPACITY SERVER_NOT_CLAIMABLE DISCOVERY_TIMEOUT POWER_INTENT_CONFLICT FAILED_STATE WAIT_TIMEOUT MAX_CHANGES OSCILLATION PARTIAL SANDBOX_RUNNING SANDBOX_NOT_RUNNING STORE_LOCKED STORE_DAMAGED PORT_IN_USE UNKNOWN"; flags="--kubeconfig --context --namespace --all-namespaces --request-timeout --output --quiet --verbose --log-level --log-format --color --progress --interactive --accessible --yes --confirm --dry-run --concurrency --bmc-timeout --bmc-ca --utc" ;;
    "version") words=""; flags="--client --require-server --kubeconfig --context --namespace --all-namespaces --request-timeout --output --quiet --verbose --log-level --log-format --color --progress --interactive --accessible --yes --confirm --dry-run --concurrency --bmc-timeout --bmc-ca --utc" ;;
  esac
  case "$cur" in
    -*) COMPREPLY=($(compgen -W "$flags" -- "$cur")) ;;
    *) COMPREPLY=($(compgen -W "$words" -- "$cur")) ;;
  esac
}
complete -o default -F _metalctl metalctl
