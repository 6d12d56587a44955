#compdef metalctl
# metalctl completion for zsh. Generated: npm run generate.
_metalctl() {
  local cur="${words[CURRENT]}" prev="${words[CURRENT-1]}" place="" word i
  local -a next flags
  for ((i = 2; i < CURRENT; i++)); do
    word="${words[i]}"
    [[ "$word" == -* ]] && continue
    if [[ -z "$place" ]]; then
      place="$word"
      case "$place" in
        (power|install|sandbox) continue ;;
        (*) break ;;
      esac
    else
      place="$place $word"
      break
    fi
  done
  case "$prev" in
    (--log-level) compadd -- error warn info debug trace; return ;;
    (--log-format) compadd -- text json; return ;;
    (--color) compadd -- auto always never; return ;;
    (--progress) compadd -- auto bar plain json none; return ;;
    (--dry-run) compadd -- none client server; return ;;
    (--format) compadd -- auto lines csv json dnsmasq kea isc; return ;;
    (--scheme) compadd -- https http; return ;;
    (--pin) compadd -- off first-use required; return ;;
    (--power) compadd -- on off; return ;;
    (--driver) compadd -- auto cluster local none; return ;;
    (--wait) compadd -- power bound; return ;;
    (--addressing) compadd -- auto ip port; return ;;
    (--output|-o) compadd -- table wide name json yaml jsonl csv tsv markdown jsonpath= custom-columns=; return ;;
  esac
  case "$place" in
    ("") next=(discover onboard claim release get describe why power cordon uncordon taint untaint park unpark reconcile wait label annotate delete install sandbox demo completion explain version); flags=(--kubeconfig --context --namespace --all-namespaces --request-timeout --output --quiet --verbose --log-level --log-format --color --progress --interactive --accessible --yes --confirm --dry-run --concurrency --bmc-timeout --bmc-ca --utc) ;;
    ("power") next=(status on off); flags=(--kubeconfig --context --namespace --all-namespaces --request-timeout --output --quiet --verbose --log-level --log-format --color --progress --interactive --accessible --yes --confirm --dry-run --concurrency --bmc-timeout --bmc-ca --utc) ;;
    ("install") next=(crds); flags=(--kubeconfig --context --namespace --all-namespaces --request-timeout --output --quiet --verbose --log-level --log-format --color --progress --interactive --accessible --yes --confirm --dry-run --concurrency --bmc-timeout --bmc-ca --utc) ;;
    ("sandbox") next=(up status down reset); flags=(--kubeconfig --context --namespace --all-namespaces --request-timeout --output --quiet --verbose --log-level --log-format --color --progress --interactive --accessible --yes --confirm --dry-run --concurrency --bmc-timeout --bmc-ca --utc) ;;
    ("discover") next=(); flags=(--cidr --exclude --target --force --file --format --ports --scheme --rate --sweep-concurrency --probe-timeout --bmc-username --bmc-password-file --bmc-password-stdin --credentials --bmc-secret --pin --login --name-template --label --location --rack --status --strict --out --resume --kubeconfig --context --namespace --all-namespaces --request-timeout --output --quiet --verbose --log-level --log-format --color --progress --interactive --accessible --yes --confirm --dry-run --concurrency --bmc-timeout --bmc-ca --utc) ;;
    ("onboard") next=(); flags=(--from --status --file --format --ports --scheme --rate --sweep-concurrency --probe-timeout --bmc-username --bmc-password-file --bmc-password-stdin --credentials --bmc-secret --pin --create-secret --name-template --label --location --rack --power --wait --timeout --driver --take-over --registry-address --registry-url --kubeconfig --context --namespace --all-namespaces --request-timeout --output --quiet --verbose --log-level --log-format --color --progress --interactive --accessible --yes --confirm --dry-run --concurrency --bmc-timeout --bmc-ca --utc) ;;
    ("claim") next=(); flags=(--server --selector --cpu --memory --disk --vendor --model --rack --location --image --ignition --user-data --power --tolerate --retries --adopt --explain --wait --timeout --driver --take-over --kubeconfig --context --namespace --all-namespaces --request-timeout --output --quiet --verbose --log-level --log-format --color --progress --interactive --accessible --yes --confirm --dry-run --concurrency --bmc-timeout --bmc-ca --utc) ;;
    ("release") next=(); flags=(--server --finish --wait --timeout --driver --take-over --kubeconfig --context --namespace --all-namespaces --request-timeout --output --quiet --verbose --log-level --log-format --color --progress --interactive --accessible --yes --confirm --dry-run --concurrency --bmc-timeout --bmc-ca --utc) ;;
    ("get") next=(servers server srv serverclaims serverclaim scl claims claim bmcs bmc bmcsecrets bmcsecret bmcsec bmcusers bmcuser bmcu endpoints endpoint mep serverbootconfigurations serverbootconfiguration sbc serverreadinessrules serverreadinessrule srr); flags=(--selector --field --watch --watch-only --sort-by --limit --no-headers --show-labels --label-columns --show-managed-fields --kubeconfig --context --namespace --all-namespaces --request-timeout --output --quiet --verbose --log-level --log-format --color --progress --interactive --accessible --yes --confirm --dry-run --concurrency --bmc-timeout --bmc-ca --utc) ;;
    ("describe") next=(servers server srv serverclaims serverclaim scl claims claim bmcs bmc bmcsecrets bmcsecret bmcsec bmcusers bmcuser bmcu endpoints endpoint mep serverbootconfigurations serverbootconfiguration sbc serverreadinessrules serverreadinessrule srr); flags=(--selector --events --kubeconfig --context --namespace --all-namespaces --request-timeout --output --quiet --verbose --log-level --log-format --color --progress --interactive --accessible --yes --confirm --dry-run --concurrency --bmc-timeout --bmc-ca --utc) ;;
    ("why") next=(servers server srv serverclaims serverclaim scl claims claim bmcs bmc bmcsecrets bmcsecret bmcsec bmcusers bmcuser bmcu endpoints endpoint mep serverbootconfigurations serverbootconfiguration sbc serverreadinessrules serverreadinessrule srr); flags=(--for --kubeconfig --context --namespace --all-namespaces --request-timeout --output --quiet --verbose --log-level --log-format --color --progress --interactive --accessible --yes --confirm --dry-run --concurrency --bmc-timeout --bmc-ca --utc) ;;
    ("power status") next=(); flags=(--selector --field --all --prefix --direct --kubeconfig --context --namespace --all-namespaces --request-timeout --output --quiet --verbose --log-level --log-format --color --progress --interactive --accessible --yes --confirm --dry-run --concurrency --bmc-timeout --bmc-ca --utc) ;;
    ("power on") next=(); flags=(--selector --field --all --prefix --direct --kubeconfig --context --namespace --all-namespaces --request-timeout --output --quiet --verbose --log-level --log-format --color --progress --interactive --accessible --yes --confirm --dry-run --concurrency --bmc-timeout --bmc-ca --utc) ;;
    ("power off") next=(); flags=(--selector --field --all --prefix --direct --force --kubeconfig --context --namespace --all-namespaces --request-timeout --output --quiet --verbose --log-level --log-format --color --progress --interactive --accessible --yes --confirm --dry-run --concurrency --bmc-timeout --bmc-ca --utc) ;;
    ("cordon") next=(); flags=(--selector --field --all --prefix --reason --kubeconfig --context --namespace --all-namespaces --request-timeout --output --quiet --verbose --log-level --log-format --color --progress --interactive --accessible --yes --confirm --dry-run --concurrency --bmc-timeout --bmc-ca --utc) ;;
    ("uncordon") next=(); flags=(--selector --field --all --prefix --kubeconfig --context --namespace --all-namespaces --request-timeout --output --quiet --verbose --log-level --log-format --color --progress --interactive --accessible --yes --confirm --dry-run --concurrency --bmc-timeout --bmc-ca --utc) ;;
    ("taint") next=(); flags=(--selector --field --kubeconfig --context --namespace --all-namespaces --request-timeout --output --quiet --verbose --log-level --log-format --color --progress --interactive --accessible --yes --confirm --dry-run --concurrency --bmc-timeout --bmc-ca --utc) ;;
    ("untaint") next=(); flags=(--selector --field --all --kubeconfig --context --namespace --all-namespaces --request-timeout --output --quiet --verbose --log-level --log-format --color --progress --interactive --accessible --yes --confirm --dry-run --concurrency --bmc-timeout --bmc-ca --utc) ;;
    ("park") next=(); flags=(--selector --field --all --prefix --kubeconfig --context --namespace --all-namespaces --request-timeout --output --quiet --verbose --log-level --log-format --color --progress --interactive --accessible --yes --confirm --dry-run --concurrency --bmc-timeout --bmc-ca --utc) ;;
    ("unpark") next=(); flags=(--selector --field --all --prefix --kubeconfig --context --namespace --all-namespaces --request-timeout --output --quiet --verbose --log-level --log-format --color --progress --interactive --accessible --yes --confirm --dry-run --concurrency --bmc-timeout --bmc-ca --utc) ;;
    ("reconcile") next=(); flags=(--once --watch --settle --only --skip --selector --max-passes --deadline --max-changes --report --detailed-exitcode --hold-for-probe --registry-address --registry-url --lease --lease-wait --lease-skip --manager-namespace --probe-image --probe-os-image --discovery-timeout --enforce-first-boot --enforce-power-off --resync --mac-prefixes-file --bmc-allow-http --kubeconfig --context --namespace --all-namespaces --request-timeout --output --quiet --verbose --log-level --log-format --color --progress --interactive --accessible --yes --confirm --dry-run --concurrency --bmc-timeout --bmc-ca --utc) ;;
    ("wait") next=(servers server srv serverclaims serverclaim scl claims claim bmcs bmc bmcsecrets bmcsecret bmcsec bmcusers bmcuser bmcu endpoints endpoint mep serverbootconfigurations serverbootconfiguration sbc serverreadinessrules serverreadinessrule srr); flags=(--for --while --and --any --selector --all --timeout --kubeconfig --context --namespace --all-namespaces --request-timeout --output --quiet --verbose --log-level --log-format --color --progress --interactive --accessible --yes --confirm --dry-run --concurrency --bmc-timeout --bmc-ca --utc) ;;
    ("label") next=(servers server srv serverclaims serverclaim scl claims claim bmcs bmc bmcsecrets bmcsecret bmcsec bmcusers bmcuser bmcu endpoints endpoint mep serverbootconfigurations serverbootconfiguration sbc serverreadinessrules serverreadinessrule srr); flags=(--overwrite --selector --all --kubeconfig --context --namespace --all-namespaces --request-timeout --output --quiet --verbose --log-level --log-format --color --progress --interactive --accessible --yes --confirm --dry-run --concurrency --bmc-timeout --bmc-ca --utc) ;;
    ("annotate") next=(servers server srv serverclaims serverclaim scl claims claim bmcs bmc bmcsecrets bmcsecret bmcsec bmcusers bmcuser bmcu endpoints endpoint mep serverbootconfigurations serverbootconfiguration sbc serverreadinessrules serverreadinessrule srr); flags=(--overwrite --selector --all --kubeconfig --context --namespace --all-namespaces --request-timeout --output --quiet --verbose --log-level --log-format --color --progress --interactive --accessible --yes --confirm --dry-run --concurrency --bmc-timeout --bmc-ca --utc) ;;
    ("delete") next=(servers server srv serverclaims serverclaim scl claims claim bmcs bmc bmcsecrets bmcsecret bmcsec bmcusers bmcuser bmcu endpoints endpoint mep serverbootconfigurations serverbootconfiguration sbc serverreadinessrules serverreadinessrule srr); flags=(--selector --all --kubeconfig --context --namespace --all-namespaces --request-timeout --output --quiet --verbose --log-level --log-format --color --progress --interactive --accessible --yes --confirm --dry-run --concurrency --bmc-timeout --bmc-ca --utc) ;;
    ("install crds") next=(); flags=(--only --print --manager-namespace --timeout --kubeconfig --context --namespace --all-namespaces --request-timeout --output --quiet --verbose --log-level --log-format --color --progress --interactive --accessible --yes --confirm --dry-run --concurrency --bmc-timeout --bmc-ca --utc) ;;
    ("sandbox up") next=(); flags=(--name --servers --vendors --seed --speed --data --ephemeral --addressing --bmc-network --bmc-port --http --kubeconfig-out --kubeconfig --context --namespace --all-namespaces --request-timeout --output --quiet --verbose --log-level --log-format --color --progress --interactive --accessible --yes --confirm --dry-run --concurrency --bmc-timeout --bmc-ca --utc) ;;
    ("sandbox status") next=(); flags=(--name --data --kubeconfig --context --namespace --all-namespaces --request-timeout --output --quiet --verbose --log-level --log-format --color --progress --interactive --accessible --yes --confirm --dry-run --concurrency --bmc-timeout --bmc-ca --utc) ;;
    ("sandbox down") next=(); flags=(--name --data --kubeconfig --context --namespace --all-namespaces --request-timeout --output --quiet --verbose --log-level --log-format --color --progress --interactive --accessible --yes --confirm --dry-run --concurrency --bmc-timeout --bmc-ca --utc) ;;
    ("sandbox reset") next=(); flags=(--name --data --kubeconfig --context --namespace --all-namespaces --request-timeout --output --quiet --verbose --log-level --log-format --color --progress --interactive --accessible --yes --confirm --dry-run --concurrency --bmc-timeout --bmc-ca --utc) ;;
    ("demo") next=(); flags=(--servers --speed --keep --kubeconfig --context --namespace --all-namespaces --request-timeout --output --quiet --verbose --log-level --log-format --color --progress --interactive --accessible --yes --confirm --dry-run --concurrency --bmc-timeout --bmc-ca --utc) ;;
    ("completion") next=(bash zsh fish powershell); flags=(--install-hint --kubeconfig --context --namespace --all-namespaces --request-timeout --output --quiet --verbose --log-level --log-format --color --progress --interactive --accessible --yes --confirm --dry-run --concurrency --bmc-timeout --bmc-ca --utc) ;;
    ("explain") next=(exit-codes error flags USAGE MANIFEST_INVALID IGNITION_INVALID RANGE_TOO_LARGE RANGE_NOT_PRIVATE NEEDS_INPUT CONFIRM_REQUIRED KUBECONFIG_MISSING KUBECONFIG_INVALID CONTEXT_NOT_FOUND FILE_NOT_FOUND NOT_FOUND ALREADY_EXISTS CONFLICT CRD_MISSING API_UNREACHABLE API_TLS API_UNAUTHORIZED API_FORBIDDEN API_INVALID API_ERROR API_THROTTLED API_TIMEOUT WATCH_EXPIRED LEASE_HELD LEASE_LOST BMC_UNREACHABLE BMC_TIMEOUT BMC_TLS BMC_PLAIN_HTTP BMC_NOT_REDFISH BMC_AUTH_FAILED BMC_FORBIDDEN BMC_PASSWORD_CHANGE_REQUIRED BMC_SESSION_LIMIT BMC_BUSY BMC_ERROR BMC_BAD_RESPONSE BMC_RESPONSE_TOO_LARGE BMC_HOSTILE_LINK BMC_REFUSED BMC_UNSUPPORTED BMC_NOT_FOUND BMC_CONFLICT OUTCOME_UNKNOWN RESET_TYPE_UNSUPPORTED ATTRIBUTE_INVALID BOOT_TARGET_UNSUPPORTED NO_BMC BMC_UNAVAILABLE IDENTITY_CHANGED DUPLICATE_IDENTITY REFERENCE_MISSING SPEC_INVALID NO_CAPACITY SERVER_NOT_CLAIMABLE DISCOVERY_TIMEOUT POWER_INTENT_CONFLICT FAILED_STATE WAIT_TIMEOUT MAX_CHANGES OSCILLATION PARTIAL SANDBOX_RUNNING SANDBOX_NOT_RUNNING STORE_LOCKED STORE_DAMAGED PORT_IN_USE UNKNOWN); flags=(--kubeconfig --context --namespace --all-namespaces --request-timeout --output --quiet --verbose --log-level --log-format --color --progress --interactive --accessible --yes --confirm --dry-run --concurrency --bmc-timeout --bmc-ca --utc) ;;
    ("version") next=(); flags=(--client --require-server --kubeconfig --context --namespace --all-namespaces --request-timeout --output --quiet --verbose --log-level --log-format --color --progress --interactive --accessible --yes --confirm --dry-run --concurrency --bmc-timeout --bmc-ca --utc) ;;
  esac
  if [[ "$cur" == -* ]]; then
    compadd -- $flags
  else
    compadd -- $next || _files
  fi
}
if [ "$funcstack[1]" = "_metalctl" ]; then
  _metalctl "$@"
else
  compdef _metalctl metalctl
fi
